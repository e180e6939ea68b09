"""What a walk leaves behind for whoever doubts it: what kept which outcomes away, and what uses met.

A check walks without a trace. To explain one, the walk is traced; and it can be told to ignore some of
its guards, so that what they kept away comes through and shows what they did.
"""

import ast
from dataclasses import dataclass
from enum import StrEnum

from ws_fallback_lint.core.spans import Region
from ws_fallback_lint.flow.worlds import State, outcomes


class GuardKind(StrEnum):
    """How a place in the text keeps outcomes away from what comes after it."""

    TEST = "test"
    # An import of the same package: it fails, too.
    IMPORT = "import"
    CALL = "call"
    DECORATOR = "decorator"
    # A use that fails there, inside a `try` that swallows it: what follows never runs.
    FAILURE = "failure"
    # The handler of the import leaves the function, or goes on with the loop.
    HANDLER = "handler"
    # The statement itself: some of its parts run only where the import worked, or failed.
    PLACE = "place"
    REBINDING = "rebinding"


@dataclass(frozen=True, slots=True, order=True)
class Guard:
    """A place in the text that keeps outcomes away."""

    region: Region
    kind: GuardKind


class Trace:
    """The trace of one walk that takes no notice of the guards in `ignored`."""

    def __init__(self, ignored: frozenset[Guard] = frozenset()) -> None:
        self.ignored = ignored
        self._met: dict[Region, set[int]] = {}
        self._held: dict[Region, set[int]] = {}
        self._removed: dict[Guard, set[int]] = {}
        self._rebound: dict[Guard, set[str]] = {}

    def narrowed(
        self, kind: GuardKind, place: Region | ast.stmt | ast.expr, before: State, after: State
    ) -> State:
        """Note what a place leaves of a state; the state to go on with."""
        if before == after:
            return after
        guard = Guard(place if isinstance(place, Region) else Region.of(place), kind)
        if guard in self.ignored:
            return before
        if kind is GuardKind.REBINDING:
            self._rebound.setdefault(guard, set()).update(_changed(before, after))
        else:
            self._removed.setdefault(guard, set()).update(outcomes(before) - outcomes(after))
        return after

    def use(self, region: Region, outcome: int, is_met: bool) -> None:
        """Note that an outcome gets to a use; `is_met`: with the import or its fallback in the name."""
        self._held.setdefault(region, set()).add(outcome)
        if is_met:
            self._met.setdefault(region, set()).add(outcome)

    def removing(self, outcome: int) -> frozenset[Guard]:
        """The guards that kept an outcome away from somewhere."""
        return frozenset(guard for guard, gone in self._removed.items() if outcome in gone)

    def rebinding(self, name: str) -> frozenset[Guard]:
        """The places that bound a name to something else."""
        return frozenset(guard for guard, names in self._rebound.items() if name in names)

    def gets_to(self, region: Region, outcome: int) -> bool:
        """Whether an outcome gets to a use, whatever the name holds there."""
        return outcome in self._held.get(region, ())

    def meets(self, region: Region, outcome: int) -> bool:
        """Whether a use meets the import or its fallback in an outcome."""
        return outcome in self._met.get(region, ())


def _changed(before: State, after: State) -> set[str]:
    old = {item for world in before for item in world.overlay}
    return {name for world in after for name, binding in world.overlay if (name, binding) not in old}
