"""Whether the project cannot do without an import that one of its modules guards.

Where the package around a module, its conftest.py, or a module that it imports before, makes the same import
without a guard, the guarded one never fails: nothing gets that far. What is asked is what Python would do:
the imports are followed in the order in which they run, up to the guarded one.
"""

import ast
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from ws_fallback_lint.analysis.guarded import GuardedImport, Meets, Outcome
from ws_fallback_lint.analysis.module import Module
from ws_fallback_lint.project.importing import Imports, Way
from ws_fallback_lint.project.place import Place
from ws_fallback_lint.project.roots import Project
from ws_fallback_lint.project.statements import Statement, statements

_TEST = re.compile(r"test_.*|.*_test")


@dataclass(frozen=True, slots=True)
class Needs:
    """Another import of the same, without a guard: the file it stands in, and the line."""

    path: str
    line: int


class Needed:
    """Answers for one module of a project."""

    def __init__(self, module: Module, project: Project) -> None:
        self._module = module
        self._project = project
        self._known = project.neighbours
        self.file = project.file

    def rules_out(self, guarded: GuardedImport, outcome: Outcome) -> bool:
        """Whether an outcome of a guarded import cannot be met."""
        return self.elsewhere(guarded, outcome) is not None

    def elsewhere(self, guarded: GuardedImport, outcome: Outcome) -> Needs | None:
        """Where the imports that an outcome lacks are made so that it cannot be met; None where it can."""
        if not outcome.failed or not _is_failed_import(outcome):
            return None
        named = outcome.named(self._project.absolute)
        imports = Imports(self._project, self.file, tuple(self._before(guarded, named)), named)
        while True:
            ways = imports.run(self._entries())
            if ways is None:
                return None
            all_ways = list(ways)
            # Who imports another module of the chain first must not get to the guarded import, either.
            for place in self._others(ways):
                more = imports.run([*self._parents(place.name), place])
                if more is None:
                    return None
                all_ways += more
            vague = [one.path for one in self._others(all_ways) if not self._known.is_exact(one.path)]
            if not vague:
                return Needs(ways[0].places[-1].path, ways[0].line)
            for path in vague:
                self._known.parse(path)

    def _before(self, guarded: GuardedImport, outcome: Outcome) -> Iterator[Statement]:
        """The imports of the module before a guarded one that can matter to an outcome of it, in order."""
        packages = ("", *dict.fromkeys(ref.package for ref in outcome.failed))
        places = sorted({place for package in packages for place in self._imports.get(package, ())})
        for place in places:
            if self._statements[place].line < guarded.region.line:
                yield self._statements[place]

    @cached_property
    def _statements(self) -> tuple[Statement, ...]:
        return tuple(statements(self._module.tree))

    @cached_property
    def _imports(self) -> dict[str, list[int]]:
        """The places of imports among the statements by the packages they ask for, "" for the project's."""
        found: dict[str, list[int]] = {}
        for place, statement in enumerate(self._statements):
            tops = {self._project.absolute(ref.module).partition(".")[0] for ref in statement.refs}
            for top in {"" if self._project.may_hold(top) else top for top in tops}:
                found.setdefault(top, []).append(place)
        return found

    def _others(self, ways: list[Way]) -> list[Place]:
        places = dict.fromkeys(place for way in ways for place in way.places)
        return [place for place in places if place != self.file]

    def _entries(self) -> list[Place]:
        """What is imported for the file's sake, in order, the file last."""
        if self._is_run:
            return [self.file]  # run as a script, it has no package around it
        return [*self._conftests(), *self._parents(self.file.name), self.file]

    @cached_property
    def _is_run(self) -> bool:
        return any(_asks_for_main(statement) for statement in self._module.tree.body)

    def _conftests(self) -> Iterator[Place]:
        project = self._project
        if not _TEST.fullmatch(project.stem):
            return
        folders = [project.home]
        top = project.root or os.path.normpath(
            os.path.join(project.home, *[os.pardir] * len(project.package))
        )
        while folders[-1].startswith(os.path.join(top, "")) and folders[-1] != top:
            folders.append(os.path.dirname(folders[-1]))
        for above, folder in reversed([*enumerate(folders)]):
            if project.holds(folder, "conftest.py"):
                package = project.package[: max(len(project.package) - above, 0)]
                name = ".".join([*package, "conftest"])
                yield from self._parents(name)
                yield Place(os.path.join(folder, "conftest.py"), name)

    def _parents(self, name: str) -> list[Place]:
        return [*self._project.locate(name.rpartition(".")[0])]


def _is_failed_import(outcome: Outcome) -> bool:
    """Whether an outcome is met by a failed import alone: nobody asked before, nothing else is caught."""
    return all(
        handler.meets is not Meets.BRANCH and not (handler.protects_more and handler.caught.more_than_imports)
        for handler in outcome.handlers
    )


def _asks_for_main(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.If) and "__main__" in ast.dump(statement.test)
