"""One way through some statements: what names hold by now, and how it ended. Knows no syntax."""

from dataclasses import dataclass, replace
from enum import Enum

from ws_fallback_lint.analysis.guarded import Binding, Handler, Holds, Imported, worst

# More paths than this through one statement are joined: names then hold what they hold at worst.
MOST_PATHS = 32


class End(Enum):
    """Where a path stands after a statement."""

    FALLS = "at the next statement"
    RAISES = "looking for a handler"
    RETURNS = "out of the function"
    JUMPS = "at a break or continue"
    STOPS = "nowhere: the program ended"


@dataclass(slots=True)
class Path:
    """One way through the statements so far. `env` is this path's own and is written in place."""

    env: dict[str, Binding]
    end: End = End.FALLS
    # The exceptions it may be raising or handling, as qualified names.
    raising: frozenset[str] = frozenset()
    failed: tuple[Imported, ...] = ()
    handlers: tuple[Handler, ...] = ()
    returned: Binding | None = None

    def fork(self, end: End | None = None) -> "Path":
        """The same path with an `env` of its own, ended by `end` if given."""
        return replace(self, env=dict(self.env), end=end or self.end)

    def same(self) -> tuple[object, ...]:
        """What two paths have in common when one of them is enough."""
        return (
            self.end,
            self.raising,
            self.failed,
            self.handlers,
            self.returned,
            frozenset(self.env.items()),
        )


def joined(paths: list[Path]) -> list[Path]:
    """The paths without repetition; too many are joined, those with the same end to one."""
    unique = list({path.same(): path for path in paths}.values()) if len(paths) > 1 else paths
    if len(unique) <= MOST_PATHS:
        return unique
    groups: dict[object, list[Path]] = {}
    for path in unique:
        groups.setdefault((path.end, path.raising, path.handlers), []).append(path)
    return [_join(group) for group in groups.values()]


def _join(paths: list[Path]) -> Path:
    unbound = Binding(Holds.UNBOUND)
    names = dict.fromkeys(name for path in paths for name in path.env)
    env = {name: worst([path.env.get(name, unbound) for path in paths]) for name in names}
    failed = tuple(dict.fromkeys(ref for path in paths for ref in path.failed))
    return replace(paths[0], env=env, failed=failed)
