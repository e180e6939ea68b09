"""One way through some statements: what names hold by now, and how it ended. Knows no syntax."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import Enum

from ws_fallback_lint.analysis.guarded import Binding, Handler, Holds, Imported, worst
from ws_fallback_lint.analysis.where import ANYWHERE, Where, either_way

# More paths than this through one statement are joined: names then hold what they hold at worst.
MOST_PATHS = 32
# Beyond this many, looking for repetition costs more than it saves.
_MOST_COMPARED = 4 * MOST_PATHS


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
    # What the exceptions being handled are called.
    as_names: frozenset[str] = frozenset()
    where: Where = ANYWHERE

    def fork(self, end: End | None = None) -> "Path":
        """The same path with an `env` of its own, ended by `end` if given."""
        return replace(self, env=dict(self.env), end=end or self.end)

    def with_name(self, name: str, binding: Binding) -> "Path":
        """The same path with a name bound."""
        return replace(self, env={**self.env, name: binding})

    def same(self) -> tuple[object, ...]:
        """What two paths have in common when one of them is enough."""
        return (
            self.end,
            self.raising,
            self.failed,
            self.handlers,
            self.returned,
            self.as_names,
            self.where,
            frozenset(self.env.items()),
        )


def joined(paths: list[Path]) -> list[Path]:
    """The paths without repetition; too many are joined, by their end and the handlers they met."""
    if len(paths) > _MOST_COMPARED:
        paths = _grouped(paths, lambda path: (path.end, path.raising, path.handlers))
    unique = list({path.same(): path for path in paths}.values()) if len(paths) > 1 else paths
    if len(unique) > MOST_PATHS:
        unique = _grouped(unique, lambda path: (path.end, path.raising, path.handlers[-1:]))
    if len(unique) > MOST_PATHS:
        unique = _grouped(unique, lambda path: (path.end, bool(path.handlers)))
    return unique


def _grouped(paths: list[Path], key: Callable[[Path], object]) -> list[Path]:
    groups: dict[object, list[Path]] = {}
    for path in paths:
        groups.setdefault(key(path), []).append(path)
    return [group[0] if len(group) == 1 else _join(group) for group in groups.values()]


def _join(paths: list[Path]) -> Path:
    unbound = Binding(Holds.UNBOUND)
    names = dict.fromkeys(name for path in paths for name in path.env)
    env = {name: worst([path.env.get(name, unbound) for path in paths]) for name in names}
    failed = tuple(dict.fromkeys(ref for path in paths for ref in path.failed))
    raising = frozenset().union(*(path.raising for path in paths))
    where = either_way(path.where for path in paths)
    return replace(paths[0], env=env, failed=failed, raising=raising, where=where)


def is_returned(paths: list[Path]) -> bool:
    """Whether some path ends by giving the import back."""
    return any(path.returned is not None and path.returned.holds is Holds.IMPORT for path in paths)


def imported(paths: list[Path]) -> tuple[Imported, ...]:
    """Every import of the statement, in its order: those that some path had or was without."""
    failed = {ref for path in paths for ref in path.failed}
    held = [*(path.env.values() for path in paths), [p.returned for p in paths if p.returned is not None]]
    there = {binding.imported for bindings in held for binding in bindings if binding.imported}
    return tuple(sorted(failed | there, key=lambda ref: ref.region))


def first_hand(paths: list[Path]) -> Iterator[str]:
    """Names that hold what a call of the import gave, on some path."""
    for path in paths:
        for name, binding in path.env.items():
            if binding.holds is Holds.DERIVED and binding.imported is not None:
                yield name


def brought(paths: list[Path], kinds: tuple[Holds, ...]) -> Iterator[str]:
    """Names that hold one of `kinds` on some path; after a failed star-import, all that are bound."""
    for path in paths:
        for name, binding in path.env.items():
            if binding.holds in kinds:
                yield name
    if any(ref.attr == "*" for path in paths for ref in path.failed):
        for path in paths:
            if path.handlers:
                yield from path.env
