"""Decorators, marks and fixtures: in which outcomes what they stand on can run."""

import ast
from typing import TYPE_CHECKING

from ws_fallback_lint.analysis.names import dotted, qualified
from ws_fallback_lint.analysis.outline import Function
from ws_fallback_lint.flow.frames import Returned
from ws_fallback_lint.flow.trace import GuardKind
from ws_fallback_lint.flow.worlds import NOWHERE, State, World, only

if TYPE_CHECKING:
    from ws_fallback_lint.flow.walk import Walk

_CONDITIONAL = ("skipif", "skipIf", "skipUnless")


def marked(walk: "Walk", mark: ast.expr, state: State) -> State:
    """The worlds in which tests under a `pytestmark`, one or a list of them, run."""
    for one in listed(walk, mark):
        state = decorated(walk, one, state)
    return state


def listed(walk: "Walk", node: ast.expr) -> list[ast.expr]:
    """What a list holds, under a name of its own or not; the expression itself if it is no list."""
    named = walk.facts.aliases.get(node.id) if isinstance(node, ast.Name) else None
    display = node if named is None else named
    return display.elts if isinstance(display, ast.List | ast.Tuple | ast.Set) else [display]


def decorated(walk: "Walk", decorator: ast.expr, state: State) -> State:
    """The worlds in which what is decorated can run."""
    return walk.notes.narrowed(GuardKind.DECORATOR, decorator, state, _decorated(walk, decorator, state))


def is_skip(walk: "Walk", decorator: ast.expr) -> bool:
    """Whether a decorator is a mark by which tests are left out: derived classes have it, too."""
    named = walk.facts.aliases.get(decorator.id) if isinstance(decorator, ast.Name) else None
    mark = named or decorator
    name = dotted(mark.func if isinstance(mark, ast.Call) else mark) or ""
    return name.rpartition(".")[2] in ("skip", *_CONDITIONAL)


def _decorated(walk: "Walk", decorator: ast.expr, state: State) -> State:
    match decorator:
        case ast.Name() | ast.Attribute() if any(walk.callees.code(decorator, world) for world in state):
            return _passed(walk, decorator, state)
        case ast.Name(id=name) if name in walk.facts.aliases:
            return decorated(walk, walk.facts.aliases[name], state)
        case ast.Call(func=func, args=args, keywords=keywords):
            kind = (dotted(func) or "").rpartition(".")[2]
            condition = args[0] if args else next((w.value for w in keywords if w.arg == "condition"), None)
            if kind in _CONDITIONAL and condition is not None:
                true, false = walk.expressions.split(_parsed(condition), state)
                return true if kind == "skipUnless" else false
            return _passed(walk, func, state)
        case _:
            if (dotted(decorator) or "").rpartition(".")[2] == "skip":
                return NOWHERE
            return _passed(walk, decorator, state)


def _passed(walk: "Walk", decorator: ast.expr, state: State) -> State:
    """The worlds in which a decorator of the module lets its function be called."""
    if walk.is_guard(qualified(decorator, walk.facts.imports) or ""):
        return only(state, walk.table.successes)
    state = frozenset(
        w for w in state if (code := walk.callees.code(decorator, w)) is None or code.lets_through()
    )
    function = walk.facts.functions.get(decorator.id) if isinstance(decorator, ast.Name) else None
    if function is None or walk.tracked.isdisjoint(walk.mentions.of(function)):
        return state
    return frozenset(world for world in state if lets_through(walk, function, world))


def lets_through(walk: "Walk", function: Function, world: World) -> bool:
    """Whether a decorator, in one world, hands its function on or calls it somewhere inside."""
    parameters = {a.arg for part in ast.walk(function) if isinstance(part, ast.arguments) for a in part.args}
    todo: list[tuple[Function, State]] = [(function, frozenset((world,)))]
    while todo:
        inner, entry = todo.pop()
        with walk.quiet(), walk.notes.calls_of(parameters) as called:
            _, returned = walk.body(walk.deferral(inner, entry), entry)
            nested = [(d.node, d.state) for d in walk.take_deferred() if not isinstance(d.node, ast.Lambda)]
        handed_on = any(s and _is_one_of(value, parameters) for s, value in returned)
        if handed_on or any(called):
            return True
        todo += nested
    return False


def _is_one_of(value: "Returned", names: set[str]) -> bool:
    node = value.value if isinstance(value, ast.Return) else value
    return isinstance(node, ast.Name) and node.id in names


def _parsed(condition: ast.expr) -> ast.expr:
    """A condition given as text, as older pytest takes it, is code all the same."""
    if isinstance(condition, ast.Constant) and isinstance(condition.value, str):
        try:
            return ast.copy_location(ast.parse(condition.value, mode="eval").body, condition)
        except SyntaxError:
            return condition
    return condition
