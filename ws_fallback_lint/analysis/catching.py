"""Which handlers the paths meet that are looking for one."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from ws_fallback_lint.analysis.caught import catches
from ws_fallback_lint.analysis.guarded import Binding, Handler, Holds, Known, Meets
from ws_fallback_lint.analysis.state import End, Path


@dataclass(slots=True)
class Catcher:
    """Sends raising paths to handlers.

    `own` are the handlers of the statement in question: paths remember only them, and chains in them;
    `entered` are those of them that a path has reached.
    """

    own: tuple[Handler, ...] = ()
    entered: set[Handler] = field(default_factory=set)

    def send(
        self,
        paths: list[Path],
        handlers: tuple[Handler, ...],
        handled: Callable[[Handler, list[Path]], list[Path]],
    ) -> list[Path]:
        """Send each raising path to the handlers that catch it; what nobody catches goes on raising.

        `handled` gives the paths after a handler for those that met it.
        """
        after = [path for path in paths if path.end is not End.RAISES]
        loose = [path for path in paths if path.end is End.RAISES]
        for handler in handlers:
            met: list[Path] = []
            for path in loose:
                caught = frozenset(kind for kind in path.raising if catches(handler.caught, kind))
                if caught:
                    met.append(self._met(handler, path, caught))
            if met:
                after += handled(handler, met)
            loose = [replace(path, raising=rest) for path in loose if (rest := _uncaught(handler, path))]
        return after + loose

    def is_own(self, handler: Handler) -> bool:
        """Whether a handler belongs to the statement in question, or to a chain in a clause of it."""
        clauses = (own.region for own in self.own if own.meets is not Meets.SUPPRESS)
        return handler in self.own or any(clause.contains(handler.region) for clause in clauses)

    def _met(self, handler: Handler, path: Path, caught: frozenset[str]) -> Path:
        inside = path.fork(End.FALLS)
        inside.raising = caught
        if handler.as_name is not None:
            inside.as_names |= {handler.as_name}
            inside.env[handler.as_name] = Binding(Holds.STAND_IN, known=Known(truth=True))
        if self.is_own(handler):
            self.entered.add(handler)
            inside.handlers = (*path.handlers, handler)
        return inside


def _uncaught(handler: Handler, path: Path) -> frozenset[str]:
    return frozenset(kind for kind in path.raising if not catches(handler.caught, kind))
