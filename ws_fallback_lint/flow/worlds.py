"""Where a walk can be: the outcomes still possible, and what names hold since. Knows no syntax."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from ws_fallback_lint.analysis.guarded import Binding, GuardedImport
from ws_fallback_lint.analysis.values import either, stems
from ws_fallback_lint.analysis.where import Where
from ws_fallback_lint.core.spans import Region

# More worlds than this at one point are joined: names then hold what they hold at worst.
_MOST_WORLDS = 32


@dataclass(frozen=True)
class World:
    """One outcome, and what names were bound to besides the import: they hold that instead.

    Which outcome it is has been settled from the start, by what the program finds around it; `is_before`
    tells that the import has not run yet.
    """

    outcome: int
    overlay: frozenset[tuple[str, Binding]] = frozenset()
    is_before: bool = False

    @cached_property
    def held(self) -> dict[str, Binding]:
        """What the names of the overlay hold."""
        return dict(self.overlay)

    def bind(self, names: Mapping[str, Binding]) -> "World":
        """The same outcome with names bound anew."""
        if not names:
            return self
        kept = [(name, binding) for name, binding in self.overlay if name not in names]
        return World(self.outcome, frozenset([*kept, *names.items()]), self.is_before)

    def without(self, names: Collection[str]) -> "World":
        """The same outcome with names as they were when the import had run."""
        return World(
            self.outcome, frozenset(item for item in self.overlay if item[0] not in names), self.is_before
        )


State = frozenset[World]
NOWHERE: State = frozenset()


class Table:
    """What each name holds in each outcome: the successes first, then the failures.

    `possible` are the outcomes that the program can meet; some may be ruled out.
    """

    def __init__(self, guarded: GuardedImport, ruled_out: Collection[int] = ()) -> None:
        self.outcomes = (*guarded.successes, *guarded.outcomes)
        self.possible = frozenset(range(len(self.outcomes))).difference(ruled_out)
        self.successes = frozenset(range(len(guarded.successes)))
        self._columns = [dict(outcome.bindings) for outcome in self.outcomes]
        self.names = frozenset(name for column in self._columns for name in column)

    def through(self, clause: Region) -> frozenset[int]:
        """The outcomes whose failure went through a handler."""
        met = (any(h.region == clause for h in outcome.handlers) for outcome in self.outcomes)
        return frozenset(index for index, is_met in enumerate(met) if is_met) & self.possible

    def where(self, world: World) -> Where:
        """Where an outcome can happen."""
        return self.outcomes[world.outcome].where

    def of(self, name: str, world: World) -> Binding | None:
        """What a name holds in a world; None for a name that is not followed there."""
        if (binding := world.held.get(name)) is not None:
            return binding
        return None if world.is_before else self._columns[world.outcome].get(name)


def outcomes(state: State) -> frozenset[int]:
    """The outcomes that a state still has."""
    return frozenset(world.outcome for world in state)


def only(state: State, possible: Iterable[int]) -> State:
    """The part of a state that lies in some outcomes."""
    wanted = frozenset(possible)
    return frozenset(world for world in state if world.outcome in wanted)


def bound(state: State, give: Callable[[World], Mapping[str, Binding]]) -> State:
    """Each world with the names bound that `give` names for it."""
    return limited(world.bind(give(world)) for world in state)


def limited(worlds: Iterable[World]) -> State:
    """A state of these worlds, joined outcome by outcome where they are too many.

    What the import has not left behind is joined first.
    """
    state = frozenset(worlds)
    if len(state) > _MOST_WORLDS:
        asked = {name for world in state for name, binding in world.overlay if stems(binding)}
        state = _joined(state, asked)
    return state if len(state) <= _MOST_WORLDS else _joined(state, set())


def _joined(state: State, kept: set[str]) -> State:
    """Worlds that differ in none of the names to keep, joined."""
    groups: dict[World, dict[str, list[Binding]]] = {}
    for world in state:
        overlay = frozenset(item for item in world.overlay if item[0] in kept)
        alike = World(world.outcome, overlay, world.is_before)
        held = groups.setdefault(alike, {})
        for name, binding in world.overlay:
            if name not in kept:
                held.setdefault(name, []).append(binding)
    return frozenset(
        alike.bind({name: either(bindings) for name, bindings in held.items()})
        for alike, held in groups.items()
    )
