"""What other modules know of an import that a module tries itself: their flags and guards tell of it, too."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ws_fallback_lint.analysis.calls import imports_of
from ws_fallback_lint.analysis.guarded import Binding, Code, GuardedImport, Imported, Outcome
from ws_fallback_lint.analysis.module import Module
from ws_fallback_lint.analysis.names import dotted
from ws_fallback_lint.analysis.truth import Reader
from ws_fallback_lint.analysis.values import UNKNOWN, either
from ws_fallback_lint.flow.entry import surely_fails, surely_works
from ws_fallback_lint.flow.left import moved
from ws_fallback_lint.flow.subject import NOTHING, Brought, Statement
from ws_fallback_lint.project.carried import Carried
from ws_fallback_lint.project.provider import Fallback
from ws_fallback_lint.project.providers import Providers
from ws_fallback_lint.project.roots import Project
from ws_fallback_lint.project.texts import Asked


def kin_of(guarded: GuardedImport, module: Module, project: Project, providers: Providers | None) -> Brought:
    """What the imports of a module bring along of guarded imports elsewhere that try the same.

    Nothing where nobody knows the other modules.
    """
    if providers is None:
        return NOTHING
    packages = {project.absolute(ref.module).partition(".")[0] for ref in guarded.imported if ref.module}
    known = [
        (subject.guarded, subject.brought)
        for fallback in _fallbacks(module, project, providers)
        if (subject := providers.subject(project.file, module, fallback)) is not None
        and isinstance(subject.brought, Carried)
        and any(ref.package in packages for ref in subject.guarded.imported)
    ]
    return Kin(guarded, project, known) if known else NOTHING


def _fallbacks(module: Module, project: Project, providers: Providers) -> Iterator[Fallback]:
    """The guarded imports that something depends on which a module takes from another."""
    travel, file = providers.travel, project.file
    statements: list[Statement] = [*module.nodes.of(ast.Import), *module.nodes.of(ast.ImportFrom)]
    asked = {Asked(ref.name, ref.module, ref.attr) for one in statements for ref in imports_of(one)}
    chains = [chain for node in module.nodes.of(ast.Attribute) if (chain := dotted(node)) is not None]
    found: dict[Fallback, None] = {}
    for one in sorted(asked, key=str):
        for _, name in travel.reached(file, one, chains):
            for other in travel.reachable(name):
                reaches = providers.reaches(other.place) if other.place != file else ()
                found.update(dict.fromkeys(r.fallback for r in reaches if other.name in r.names))
    yield from found


@dataclass(frozen=True, slots=True)
class Telling:
    """A function or class of another module, asked only what it tells, not what it gives."""

    code: Code

    def called(self, call: ast.Call, reader: Reader) -> tuple[Binding, ...]:
        """Whether a call says yes or no; nothing where it does not come back."""
        values = self.code.called(call, reader)
        return tuple(one if one.known.literal in ("True", "False") else UNKNOWN for one in values)

    def lets_through(self) -> bool:
        """Whether what it decorates can be called."""
        return self.code.lets_through()

    def constructs(self, names: frozenset[str]) -> bool:
        """Whether the methods of these names, which run before the others of an object, come back."""
        return self.code.constructs(names)


def _telling(binding: Binding) -> Binding:
    told = moved(binding, None)
    return replace(told, code=Telling(told.code)) if told.code is not None else told


class Kin:
    """As `flow.subject.Brought` has it, by the outcomes of the module's own guarded import."""

    def __init__(
        self, guarded: GuardedImport, project: Project, known: list[tuple[GuardedImport, Carried]]
    ) -> None:
        def absolute(outcome: Outcome) -> Outcome:
            failed = tuple(replace(ref, module=project.absolute(ref.module)) for ref in outcome.failed)
            return replace(outcome, failed=failed)

        imported = tuple(replace(ref, module=project.absolute(ref.module)) for ref in guarded.imported)
        self._guarded = replace(guarded, imported=imported)
        self._outcomes = [absolute(one) for one in (*guarded.successes, *guarded.outcomes)]
        self._known = known
        self.names = frozenset().union(*(carried.names for _, carried in known))
        self.words = frozenset().union(*(carried.words for _, carried in known))

    def by(self, statement: Statement, outcome: int) -> Mapping[str, Binding | None] | None:
        """What a statement binds in an outcome, None for what stays as it is; None where it fails."""
        found: dict[str, Binding | None] = {}
        for other, carried in self._known:
            given = [carried.by(statement, index) for index in self._possible(other, outcome)]
            works = [one for one in given if one is not None]
            if given and not works:
                return None
            for name in frozenset().union(*works):
                held = [one.get(name) for one in works]
                bindings = [_telling(binding) for binding in held if binding is not None]
                if len(bindings) == len(works):
                    found[name] = either(bindings)
        return found

    def asked(self, statement: Statement) -> tuple[Imported, ...]:
        """As it is written."""
        return imports_of(statement)

    def _possible(self, other: GuardedImport, outcome: int) -> Iterator[int]:
        """The outcomes of another guarded import that can be where this one has had one of its own."""
        here = self._outcomes[outcome]
        for index, there in enumerate((*other.successes, *other.outcomes)):
            worked = [ref for ref in other.imported if ref not in there.failed]
            has_worked = bool(there.failed) and surely_works(there.failed, self._guarded, here)
            if not has_worked and not surely_fails(worked, here):
                yield index
