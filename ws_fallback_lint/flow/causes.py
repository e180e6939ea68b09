"""Which guards keep an outcome from a use: those without which it gets there.

Nothing is concluded from how the text looks: the module is walked again as if a guard were not there.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ws_fallback_lint.core.spans import Region
from ws_fallback_lint.flow.trace import Guard, Trace


@dataclass(frozen=True, slots=True)
class Found:
    """Some guards, in the order of the file.

    Each does it alone, unless they are `redundant`: each is enough, so they would have to go together.
    """

    guards: tuple[Guard, ...]
    redundant: bool = False


# What to ask of a trace: whether it is open, and what could have kept it shut.
_IsOpen = Callable[[Trace], bool]
_Candidates = Callable[[Trace], frozenset[Guard]]


class Causes:
    """Answers for one guarded import. `walk` fills a trace."""

    def __init__(self, walk: Callable[[Trace], object]) -> None:
        self._walk = walk
        self._traces: dict[frozenset[Guard], Trace] = {}

    def traced(self, ignored: frozenset[Guard] = frozenset()) -> Trace:
        """The trace of a walk without some guards, kept for the next who asks."""
        if ignored not in self._traces:
            trace = self._traces[ignored] = Trace(ignored)
            self._walk(trace)
        return self._traces[ignored]

    def keeping(self, region: Region, outcome: int) -> Found:
        """The guards that keep an outcome from a use."""
        return self._found(
            lambda trace: trace.gets_to(region, outcome), lambda trace: trace.removing(outcome)
        )

    def rebinding(self, region: Region, outcome: int, name: str) -> Found:
        """What gave a name something else than the import or its fallback, or let only that through."""
        return self._found(
            lambda trace: trace.meets(region, outcome),
            lambda trace: trace.rebinding(name) | trace.removing(outcome),
        )

    def binding(self, name: str) -> Found:
        """The places that bound a name that is none of the import's."""
        return Found(tuple(sorted(self.traced().rebinding(name))))

    def _found(self, is_open: _IsOpen, candidates: _Candidates) -> Found:
        known = candidates(self.traced())
        alone = [guard for guard in known if is_open(self.traced(frozenset((guard,))))]
        if alone:
            return Found(tuple(sorted(guard for guard in alone if not _is_part(guard, alone))))
        # One after the other hides what is behind it; else several stand side by side.
        starts = (*(frozenset((guard,)) for guard in sorted(known)), known)
        opened = (self._opened(start, is_open, lambda trace: candidates(trace) - known) for start in starts)
        together = sorted(next((self._needed(ignored, is_open) for ignored in opened if ignored), ()))
        return Found(tuple(together), redundant=len(together) > 1)

    def _opened(self, ignored: frozenset[Guard], is_open: _IsOpen, behind: _Candidates) -> frozenset[Guard]:
        """Guards without which the way is open, these and those behind them; none if it never is."""
        while not is_open(self.traced(ignored)):
            # What is behind a guard has nothing left to keep away until that guard is gone.
            more = behind(self.traced(ignored)) - ignored
            if not more:
                return frozenset()
            ignored |= more
        return ignored

    def _needed(self, ignored: frozenset[Guard], is_open: _IsOpen) -> frozenset[Guard]:
        """As few of some guards as open the way together."""
        for guard in sorted(ignored):
            if is_open(self.traced(ignored - {guard})):
                ignored -= {guard}
        return ignored


def _is_part(guard: Guard, found: list[Guard]) -> bool:
    """Whether a guard is told already by one around it: the condition in a decorator."""
    around = [other for other in found if other.region.contains(guard.region)]
    return min(around, key=lambda other: (_size(other.region), other)) != guard


def _size(region: Region) -> tuple[int, int]:
    return (region.line - region.end_line, region.column - region.end_column)
