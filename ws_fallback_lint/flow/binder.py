"""Assignments: what names and containers hold after them, a world for each value that it may be."""

import ast
from collections.abc import Callable, Sequence

from ws_fallback_lint.analysis.changes import CHANGES, changed
from ws_fallback_lint.analysis.containers import (
    OPEN_DICT,
    OTHER_KEY,
    bound_value,
    container,
    key_named,
    stored,
    without_key,
)
from ws_fallback_lint.analysis.guarded import Binding, Content
from ws_fallback_lint.analysis.names import dotted
from ws_fallback_lint.analysis.tables import elements, key_of, unpack
from ws_fallback_lint.analysis.truth import Reader
from ws_fallback_lint.analysis.values import UNKNOWN, either, stems
from ws_fallback_lint.flow.trace import GuardKind
from ws_fallback_lint.flow.worlds import State, World, limited

# More keys than this are not told apart.
_MOST_KEYS = 8

Lookup = Callable[[str, World], Binding | None]
Alternatives = Sequence[dict[str, Binding]]
Narrowed = Callable[[GuardKind, ast.expr, State, State], State]


class Binder:
    """Binds names. `lookup` says what they hold, `reader` what expressions give in a world.

    `track` is told of names to follow from now on; `is_column` tells which are those of the import;
    `is_examined` whether code around looks at a name in ways that say more than the walk can see; `narrowed`
    is told what a binding does to the worlds, for whoever asks why.
    """

    def __init__(
        self,
        lookup: Lookup,
        reader: Callable[[World], Reader],
        track: Callable[[str], None],
        is_column: Callable[[str], bool],
        is_examined: Callable[[str], bool],
        narrowed: Narrowed,
    ) -> None:
        self._lookup = lookup
        self._reader = reader
        self._track = track
        self._is_column = is_column
        self._is_examined = is_examined
        self._narrowed = narrowed

    def bind(self, target: ast.expr, value: ast.expr | None, state: State) -> State:
        """The worlds after `target = value`."""
        match target, value:
            case ast.Tuple(elts=targets) | ast.List(elts=targets), ast.Tuple(elts=parts) | ast.List(
                elts=parts
            ) if len(targets) == len(parts):
                for one, part in zip(targets, parts, strict=True):
                    state = self.bind(one, part, state)
                return state
            case ast.Subscript(value=owner, slice=index), _:
                return self._store(owner, index, value, state)
            case _:
                return self._give(
                    target,
                    lambda world: (UNKNOWN,) if value is None else self._reader(world).values(value),
                    state,
                )

    def each(self, target: ast.expr, iterable: ast.expr, state: State) -> State:
        """The worlds in the body of `for target in iterable`; those with nothing to iterate over end."""
        return self._give(target, lambda world: elements(self._reader(world), iterable), state)

    def delete(self, target: ast.expr, state: State) -> State:
        """The worlds after `del target`."""
        if not isinstance(target, ast.Subscript):
            return self.bind(target, None, state)
        index = target.slice

        def drop(reader: Reader, content: Content | None) -> list[Content]:
            return [] if content is None else [without_key(content, key_of(reader, index))]

        return self._change(target.value, drop, state)

    def call(self, call: ast.Call, state: State) -> State:
        """The worlds after a call, if it is one that asks or changes a container."""
        match call.func:
            case ast.Attribute(value=owner, attr="get" | "pop") if call.args:
                return self.choose(owner, call.args[0], state)
            case ast.Attribute(value=owner, attr=method) if method in CHANGES and method != "pop":
                return self._change(
                    owner, lambda reader, content: changed(reader, call, method, content), state
                )
            case _:
                return state

    def take(self, value: ast.expr, state: State) -> State:
        """The worlds after a statement whose value, if it is a `pop`, is no longer where it was."""
        match value:
            case ast.Call(func=ast.Attribute(value=owner, attr="pop")) as call:
                return self._change(
                    owner, lambda reader, content: changed(reader, call, "pop", content), state
                )
            case _:
                return state

    def choose(self, owner: ast.expr, index: ast.expr, state: State) -> State:
        """The worlds in which a container is asked for a key: one for each that it may be."""
        name = dotted(index)
        if name is None or dotted(owner) is None:
            return state
        chosen = {world: self._keys(owner, index, name, world) for world in state}
        if not any(chosen.values()):
            return state
        self._track(name)
        return limited(
            one
            for world, keys in chosen.items()
            for one in [world.bind({name: key}) for key in keys] or [world]
        )

    def _keys(self, owner: ast.expr, index: ast.expr, name: str, world: World) -> list[Binding]:
        """The keys that a name may stand for, if nothing is known of it."""
        held = self._lookup(name, world)
        content = None if held is not None and stems(held) else self._reader(world).value(owner).content
        if content is None or key_of(self._reader(world), index) is not None:
            return []
        keys = [key for key, binding in content.entries if stems(binding)]
        if not keys or len(keys) > _MOST_KEYS:
            return []
        if self._is_examined(name):
            return [OTHER_KEY]
        return [key_named(key) if key is not None else UNKNOWN for key in keys] + [OTHER_KEY]

    def _store(self, owner: ast.expr, index: ast.expr, value: ast.expr | None, state: State) -> State:
        def put(reader: Reader, content: Content | None) -> list[Content]:
            given = (UNKNOWN,) if value is None else reader.values(value)
            key = key_of(reader, index)
            return [stored(content or OPEN_DICT, key, one) for one in given]

        return self._change(owner, put, state)

    def _change(
        self, owner: ast.expr, change: Callable[[Reader, Content | None], list[Content]], state: State
    ) -> State:
        """The worlds after a container has changed; one that nobody knew counts from now on if it matters."""
        name = dotted(owner)
        if name is None or not state:
            return state
        found: set[World] = set()
        is_asked = False
        for world in state:
            held = self._lookup(name, world)
            content = None if held is None else held.content
            if held not in (None, UNKNOWN) and content is None:
                found.add(world)
                continue
            tables = change(self._reader(world), content)
            made = [container(table) for table in tables]
            if content is None:
                made = [one for one in made if stems(one)]
            is_asked = is_asked or bool(made)
            found.update(world.bind({name: one}) for one in made)
            if not made:
                found.add(world)
        if not is_asked:
            return state
        self._track(name)
        return limited(found)

    def _give(self, target: ast.expr, values: Callable[[World], tuple[Binding, ...]], state: State) -> State:
        """The worlds after a target has got one of some values; none where there are none."""
        names = [name for name, _ in unpack(target, UNKNOWN)]
        if not names or not state:
            return state
        given: dict[World, Alternatives] = {
            world: [dict(unpack(target, bound_value(one))) for one in values(world)] for world in state
        }
        # Names that get their values together go together.
        if not any(self._is_followed(name, given) for name in names):
            return frozenset(world for world, held in given.items() if held)
        if not any(self._is_asked(name, given) for name in names):
            given = {world: _as_one(alternatives) for world, alternatives in given.items()}
        for name in names:
            self._track(name)
        after = limited(world.bind(one) for world, held in given.items() for one in held)
        return self._narrowed(GuardKind.REBINDING, target, state, after)

    def _is_followed(self, name: str, given: dict[World, Alternatives]) -> bool:
        """Whether what a name is given depends on the import, or it is followed already."""
        return (
            self._is_asked(name, given)
            or self._is_column(name)
            or any(self._lookup(name, world) for world in given)
        )

    def _is_asked(self, name: str, given: dict[World, Alternatives]) -> bool:
        """Whether what a name is given depends on the import."""
        held: dict[int, set[Binding]] = {}
        for world, alternatives in given.items():
            if alternatives:
                held.setdefault(world.outcome, set()).update(one[name] for one in alternatives)
        first, *others = held.values() or [set()]
        return any(other != first for other in others) or any(
            stems(one) for one in set().union(first, *others)
        )


def _as_one(alternatives: Alternatives) -> Alternatives:
    """What names get, where nobody asks which of the alternatives it is."""
    names = alternatives[0] if alternatives else {}
    return [{name: either([one[name] for one in alternatives]) for name in names}] if names else []
