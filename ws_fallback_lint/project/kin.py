"""What other modules know of an import that a module tries itself: their flags and guards tell of it, too."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from ws_fallback_lint.analysis.calls import imports_of
from ws_fallback_lint.analysis.guarded import Binding, Code, GuardedImport, Imported
from ws_fallback_lint.analysis.module import Module
from ws_fallback_lint.analysis.truth import Reader
from ws_fallback_lint.analysis.values import UNKNOWN, either
from ws_fallback_lint.core.source import utf8
from ws_fallback_lint.core.spans import Region
from ws_fallback_lint.flow.entry import covers, surely_fails, surely_works
from ws_fallback_lint.flow.left import moved
from ws_fallback_lint.flow.subject import NOTHING, Brought, Statement
from ws_fallback_lint.project.asked import Asked
from ws_fallback_lint.project.carried import Carried
from ws_fallback_lint.project.place import Place
from ws_fallback_lint.project.providers import Providers
from ws_fallback_lint.project.reach import Fallback
from ws_fallback_lint.project.roots import Project


class Kinship:
    """What one module takes from others that try the same imports; nothing where nobody knows these."""

    def __init__(self, module: Module, project: Project, providers: Providers | None) -> None:
        self._module = module
        self._project = project
        self._providers = providers
        self._known: dict[Region, Brought] = {}

    def of(self, guarded: GuardedImport) -> Brought:
        """What tells of a guarded import of the module."""
        if self._providers is None:
            return NOTHING
        if guarded.region not in self._known:
            self._known[guarded.region] = self._found(guarded, self._providers)
        return self._known[guarded.region]

    def _found(self, guarded: GuardedImport, providers: Providers) -> Brought:
        packages = _packages(guarded, self._project)
        subjects = (
            providers.subject(self._project.file, self._module, fallback)
            for fallback in self._fallbacks(packages, providers)
        )
        brought = ((one.guarded, one.brought) for one in subjects if one is not None)
        known = [(other, carried) for other, carried in brought if isinstance(carried, Carried)]
        ours = guarded.named(self._project.absolute)
        telling = [(other, carried) for other, carried in known if _is_telling(other, ours)]
        return Kin(ours, telling) if telling else NOTHING

    def _fallbacks(self, packages: frozenset[str], providers: Providers) -> Iterator[Fallback]:
        """The guarded imports of some packages that something depends on which the module takes."""
        found: dict[Fallback, None] = {}
        for place, names in self._taken.items():
            if self._may_try(place, packages):
                known = providers.reaches(place)
                found.update((one.fallback, None) for one in known if not names.isdisjoint(one.names))
        for fallback in found:
            home = providers.provider(fallback.place)
            if home is not None:
                others = _packages(home.guarded_imports[fallback.number], home.project)
                if not packages.isdisjoint(others):
                    yield fallback

    @cached_property
    def _taken(self) -> dict[Place, set[str]]:
        """The names that the module takes from others or that those may hold, by their modules."""
        taken: dict[Place, set[str]] = {}
        if self._providers is None:
            return taken
        travel, file = self._providers.travel, self._project.file
        asked = {Asked(ref.name, ref.module, ref.attr) for ref in self._module.import_refs}
        for one in sorted(asked, key=str):
            for _, name in travel.reached(file, one, self._module.chains.get(one.local, ())):
                for other in travel.reachable(name):
                    if other.place != file:
                        taken.setdefault(other.place, set()).add(other.name)
        return taken

    def _may_try(self, place: Place, packages: frozenset[str]) -> bool:
        """Whether the text of a module names a package that it could try to import, or may leave it out."""
        data = self._project.neighbours.data(place.path)
        return any(utf8(one) in data or self._project.may_hold(one) for one in packages)


def _packages(guarded: GuardedImport, project: Project) -> frozenset[str]:
    """The top packages of which a guarded import tries something."""
    return frozenset(ref.package for ref in guarded.named(project.absolute).imported if ref.module)


def _is_telling(other: GuardedImport, ours: GuardedImport) -> bool:
    """Whether some import of one cannot work, or fail, without one of the other."""
    return any(covers(one, two) or covers(two, one) for one in other.imported for two in ours.imported)


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
    return told._replace(code=Telling(told.code)) if told.code is not None else told


class Kin:
    """As `flow.subject.Brought` has it, by the outcomes of the module's own guarded import."""

    # `guarded` names its modules as the others do.
    def __init__(self, guarded: GuardedImport, known: list[tuple[GuardedImport, Carried]]) -> None:
        self._guarded = guarded
        self._outcomes = (*guarded.successes, *guarded.outcomes)
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
