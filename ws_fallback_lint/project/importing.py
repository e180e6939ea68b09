"""What Python does when modules of a project are imported, and something that they import is missing."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ws_fallback_lint.analysis.guarded import Imported, Outcome
from ws_fallback_lint.flow.entry import surely_fails
from ws_fallback_lint.project.neighbours import Statement
from ws_fallback_lint.project.roots import Project

_MOST_MODULES = 1000


@dataclass(frozen=True, slots=True)
class Place:
    """A module of the project, by the name it is imported under."""

    path: str
    name: str = field(compare=False)

    @property
    def package(self) -> str:
        """What its relative imports start from."""
        is_package = os.path.basename(self.path) == "__init__.py"
        return self.name if is_package else self.name.rpartition(".")[0]


@dataclass(frozen=True, slots=True)
class Way:
    """The modules that were being imported, outermost first, when the last of them ran a statement."""

    places: tuple[Place, ...]
    line: int


class Imports:
    """What happens when modules are imported of which those that `outcome` lacks are missing."""

    def __init__(self, project: Project, file: Place, own: tuple[Statement, ...], outcome: Outcome) -> None:
        self._project = project
        self._file = file
        self._own = own
        self._outcome = outcome
        self._lost = [replace(outcome, failed=(ref,)) for ref in outcome.failed]

    def run(self, entries: list[Place]) -> list[Way] | None:
        """The ways to the imports that fail first; None where the guarded one runs before."""
        met: set[Place] = set()
        ways: dict[Imported, Way] = {}
        waiting = list(reversed(entries))
        trail: list[tuple[Place, Iterator[Place | Statement]]] = []
        while waiting or trail:
            if not trail:
                trail = self._entered(waiting.pop(), met)
                continue
            place, events = trail[-1]
            event = next(events, None)
            if event is None:
                trail.pop()
                if place == self._file:
                    return None
            elif isinstance(event, Place):
                trail += self._entered(event, met)
            elif event.is_sure:
                failing = [ref for ref in _absolute(place, event) if self._may_fail(ref)]
                for ref in failing:
                    ways.setdefault(ref, Way(tuple(one for one, _ in trail), event.line))
                if failing and surely_fails(ways, self._outcome):
                    return self._telling(ways)
            elif self._file not in met and self._gets_there(place, event):
                return None
            if len(met) > _MOST_MODULES:
                return None
        return []

    def _may_fail(self, ref: Imported) -> bool:
        return any(surely_fails((ref,), one) for one in self._lost)

    def _telling(self, ways: dict[Imported, Way]) -> list[Way]:
        """The ways without which nothing would fail."""
        left = dict(ways)
        for ref in ways:
            if surely_fails(left.keys() - {ref}, self._outcome):
                del left[ref]
        return [*left.values()]

    def _entered(self, place: Place, met: set[Place]) -> list[tuple[Place, Iterator[Place | Statement]]]:
        if place in met:
            return []
        met.add(place)
        return [(place, self._events(place))]

    def _events(self, place: Place) -> Iterator[Place | Statement]:
        for statement in self._imports(place):
            if statement.is_sure:
                yield from self._targets(place, statement)
            yield statement

    def _imports(self, place: Place) -> tuple[Statement, ...]:
        return self._own if place == self._file else self._project.neighbours.imports(place.path)

    def _gets_there(self, place: Place, statement: Statement) -> bool:
        """Whether an import that may run, or not, leads to the file with the guarded one."""
        met: set[Place] = set()
        waiting = [*self._targets(place, statement)]
        while waiting and len(met) <= _MOST_MODULES:
            one = waiting.pop()
            if one == self._file:
                return True
            if one not in met:
                met.add(one)
                waiting += (t for s in self._imports(one) for t in self._targets(one, s))
        return bool(waiting)

    def _targets(self, place: Place, statement: Statement) -> Iterator[Place]:
        """The modules of the project that a statement imports, in the order in which they run."""
        for ref in _absolute(place, statement):
            found = [Place(path, name) for name, path in self._project.locate(ref.module)]
            yield from found
            is_package = bool(found) and found[-1].name == ref.module == found[-1].package
            if ref.attr not in (None, "*") and is_package:
                attr = str(ref.attr)
                inner = self._project.locate(f"{ref.module}.{attr}")[len(found) :]
                if inner and not self._project.neighbours.may_bind(found[-1].path, ref.module, attr):
                    yield from (Place(path, name) for name, path in inner)


def _absolute(place: Place, statement: Statement) -> tuple[Imported, ...]:
    """What a statement imports, its leading dots replaced; what leaves the top package is left out."""
    return tuple(replace(ref, module=name) for ref in statement.refs if (name := _full(place, ref.module)))


def _full(place: Place, module: str) -> str:
    name = module.lstrip(".")
    level = len(module) - len(name)
    if not level:
        return name
    package = place.package.split(".") if place.package else []
    parents = package[: len(package) - level + 1] if level <= len(package) else []
    return ".".join([*parents, name] if name else parents) if parents else ""
