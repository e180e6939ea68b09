"""What a walk notes down: the uses it met, whether something masks them, who called what."""

import ast
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from ws_fallback_lint.analysis.guarded import Binding, Caught, Holds
from ws_fallback_lint.core.spans import Region
from ws_fallback_lint.flow.trace import GuardKind, Trace
from ws_fallback_lint.flow.uses import Seen, UseKind, When, cannot_take, error_of
from ws_fallback_lint.flow.worlds import State, World, bound


class Notes:
    """The notes of one walk. `seen` are its uses, by place and kind; `trace` is for who explains it."""

    def __init__(self, trace: Trace | None = None) -> None:
        self.trace = trace
        self.seen: dict[tuple[Region, str], Seen] = {}
        self.when = When.IMPORT
        self._masks: list[Caught] = []
        self._quiet = 0
        self._called_for: set[str] = set()
        self._calls: list[State] = []
        self._dying: set[str] = set()
        self._deaths: list[str] = []

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is to be noted."""
        return self._quiet > 0

    def use(self, name: str, region: Region, kind: UseKind) -> Seen:
        """The note of one use, new or made before; one that nobody reads where nothing is to be noted."""
        new = Seen(name, region, kind, self.when)
        return new if self.is_quiet else self.seen.setdefault((region, kind.value), new)

    def meet(self, seen: Seen, outcome: int, binding: Binding, attribute: str) -> bool:
        """Note that a use meets a value in an outcome; whether it then ends in a handler around it."""
        dies = cannot_take(binding, seen.kind, attribute)
        is_named = bool(seen.name) and binding.holds is not Holds.DERIVED
        is_met = dies or is_named or binding.region is not None
        if self.trace is not None and not self.is_quiet:
            self.trace.use(seen.region, outcome, is_met)
        if is_met:
            seen.met.add(outcome)
            seen.roots |= {(outcome, binding.region)} if binding.region is not None else set()
        if not dies:
            return False
        masked = any(_catches(mask, error_of(seen.kind, binding, seen.name)) for mask in self._masks)
        (seen.masked if masked else seen.fails).add(outcome)
        if not masked and seen.name in self._dying:
            self._deaths.append(seen.name)
        return masked

    def narrowed(
        self, kind: GuardKind, place: Region | ast.stmt | ast.expr, before: State, after: State
    ) -> State:
        """The state that a place leaves of another, `after` but for a trace that ignores the place."""
        return after if self.trace is None else self.trace.narrowed(kind, place, before, after)

    def rebound(
        self, place: ast.stmt, state: State, names: Callable[[World], Mapping[str, Binding]]
    ) -> State:
        """Each world with names bound anew by a statement."""
        return self.narrowed(GuardKind.REBINDING, place, state, bound(state, names))

    def call(self, name: str, state: State) -> None:
        """Note in which worlds a name is called, if somebody asks for it."""
        if name in self._called_for:
            self._calls.append(state)

    @contextmanager
    def masked(self, masks: list[Caught]) -> Iterator[None]:
        """Note uses as masked where one of these swallows their failure."""
        outer, self._masks = self._masks, [*self._masks, *masks]
        yield
        self._masks = outer

    @contextmanager
    def running(self) -> Iterator[None]:
        """Note uses as those of a body that runs when called, whatever stands around it."""
        masks, self._masks = self._masks, []
        when, self.when = self.when, When.CALL
        yield
        self._masks, self.when = masks, when

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Note no uses."""
        self._quiet += 1
        yield
        self._quiet -= 1

    @contextmanager
    def calls_of(self, names: set[str]) -> Iterator[list[State]]:
        """Gather the worlds in which one of some names is called."""
        outer = self._called_for, self._calls
        self._called_for, self._calls = names, []
        yield self._calls
        self._called_for, self._calls = outer

    @contextmanager
    def deaths_of(self, name: str) -> Iterator[list[str]]:
        """Gather the uses of a name that what it holds cannot take."""
        outer = self._dying, self._deaths
        self._dying, self._deaths = {name}, []
        yield self._deaths
        self._dying, self._deaths = outer


def _catches(mask: Caught, error: str) -> bool:
    kinds = {error, "UnboundLocalError"} if error == "NameError" else {error}
    return mask.everything or not kinds.isdisjoint(mask.names)
