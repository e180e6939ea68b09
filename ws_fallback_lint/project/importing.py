"""What Python does when modules of a project are imported, and something that they import is missing."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ws_fallback_lint.analysis.guarded import Imported, Outcome
from ws_fallback_lint.flow.entry import surely_fails
from ws_fallback_lint.project.place import Place, absolute_in
from ws_fallback_lint.project.roots import Project
from ws_fallback_lint.project.statements import Reached, Statement

_MOST_MODULES = 1000


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
        self._packages = frozenset(ref.package for ref in outcome.failed)

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
                failing = [ref for ref in self._reached(place, event).refs if self._may_fail(ref)]
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
        return ref.package in self._packages and any(surely_fails((ref,), one) for one in self._lost)

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
                yield from self._reached(place, statement).places
            yield statement

    def _imports(self, place: Place) -> tuple[Statement, ...]:
        return self._own if place == self._file else self._project.neighbours.imports(place.path)

    def _gets_there(self, place: Place, statement: Statement) -> bool:
        """Whether an import that may run, or not, leads to the file with the guarded one."""
        met: set[Place] = set()
        waiting = [*self._reached(place, statement).places]
        while waiting and len(met) <= _MOST_MODULES:
            one = waiting.pop()
            if one == self._file:
                return True
            if one not in met:
                met.add(one)
                waiting += (t for s in self._imports(one) for t in self._reached(one, s).places)
        return bool(waiting)

    def _reached(self, place: Place, statement: Statement) -> Reached:
        key = self._project.roots, place.path, place.name, statement
        return self._project.neighbours.reached.get(key, lambda: self._found(place, statement))

    def _found(self, place: Place, statement: Statement) -> Reached:
        refs = _absolute(place, statement)
        return Reached(refs, tuple(self._targets(refs)))

    def _targets(self, refs: tuple[Imported, ...]) -> Iterator[Place]:
        """The modules of the project that an import runs, in their order."""
        for ref in refs:
            found = self._project.locate(ref.module)
            yield from found
            is_package = bool(found) and found[-1].name == ref.module == found[-1].package
            if ref.attr not in (None, "*") and is_package:
                attr = str(ref.attr)
                inner = self._project.locate(f"{ref.module}.{attr}")[len(found) :]
                if inner and not self._project.neighbours.may_bind(found[-1].path, ref.module, attr):
                    yield from inner


def _absolute(place: Place, statement: Statement) -> tuple[Imported, ...]:
    """What a statement imports, its leading dots replaced; what leaves the top package is left out."""
    return tuple(
        Imported(ref.name, name, ref.attr, ref.region)
        for ref in statement.refs
        if (name := absolute_in(place, ref.module))
    )
