"""Compound statements: what they leave possible, and what inside them is only masked."""

import ast
from typing import TYPE_CHECKING

from ws_fallback_lint.analysis.calls import SWALLOW
from ws_fallback_lint.analysis.caught import BARE, caught_by
from ws_fallback_lint.analysis.guarded import Caught
from ws_fallback_lint.analysis.names import qualified
from ws_fallback_lint.analysis.outline import AnyTry, AnyWith
from ws_fallback_lint.analysis.values import is_empty_tuple
from ws_fallback_lint.flow.patches import entered
from ws_fallback_lint.flow.statements import works_at
from ws_fallback_lint.flow.trace import GuardKind
from ws_fallback_lint.flow.uses import UseKind
from ws_fallback_lint.flow.worlds import NOWHERE, State, limited, outcomes

if TYPE_CHECKING:
    from ws_fallback_lint.flow.walk import Walk


def loop(walk: "Walk", node: ast.For | ast.AsyncFor | ast.While, state: State) -> State:
    """A `for` or `while`; its body runs no times, once or again."""
    breaks, walk.frame.breaks = walk.frame.breaks, []
    if not isinstance(node, ast.While):
        state = walk.expressions.need(node.iter, UseKind.ITERATION, state)
    left = end = NOWHERE
    # The second turn sees what the first one bound.
    for _ in range(2):
        if isinstance(node, ast.While):
            inside, outside = walk.expressions.test(node.test, state)
        else:
            inside, outside = walk.expressions.binder.each(node.target, node.iter, state), state
        end = walk.suite(node.body, inside)
        left |= outside
        before, state = state, limited(state | end | frozenset().union(*walk.frame.breaks))
        if state == before:
            break
    if not isinstance(node, ast.While):
        left |= end
    after = walk.suite(node.orelse, limited(left)) | frozenset().union(*walk.frame.breaks)
    walk.frame.breaks = breaks
    return limited(after)


def try_(walk: "Walk", node: AnyTry, state: State) -> State:
    """A `try` that is not the guarded import itself. Its handlers mask uses and guard nothing."""
    caught = [BARE if h.type is None else _caught(walk, [h.type]) for h in node.handlers]
    masks = [one for one, h in zip(caught, node.handlers, strict=True) if not _reraises(h.body)]
    # A handler can be reached from any point of the body.
    reached = state
    with walk.notes.masked(masks):
        for statement in walk.mentions.walk(node.body, walk.tracked):
            if not state:
                break
            state = walk.step(statement, state)
            reached = limited(reached | state)
    # … but for outcomes in which nothing in it can fail.
    reached = frozenset(w for w in reached if not all(works_at(walk, one, w) for one in node.body))
    ended = walk.suite(node.orelse, state)
    for handler in node.handlers:
        inside = walk.expressions.need(handler.type, UseKind.EXCEPT, reached) if handler.type else reached
        if isinstance(handler.type, ast.Tuple):
            for part in handler.type.elts:
                walk.expressions.need(part, UseKind.EXCEPT, reached)
        if (kind := handler.type) is not None:  # `except ():` catches nothing
            reader = walk.expressions.reader
            left = frozenset(w for w in inside if not all(map(is_empty_tuple, reader(w).values(kind))))
            inside = walk.notes.narrowed(GuardKind.TEST, kind, inside, left)
        ended |= walk.suite(handler.body, inside)
    if node.finalbody:
        if not any(walk.mentions.walk(node.finalbody, walk.tracked)):
            return limited(ended)
        # It runs on the way out of an error, too, and may bind names anew: an outcome tells what goes on.
        after = walk.suite(node.finalbody, limited(ended | reached))
        return limited(world for world in after if world.outcome in outcomes(ended))
    return limited(ended)


def with_(walk: "Walk", node: AnyWith, state: State) -> State:
    """A `with`; `suppress` and its kin mask."""
    masks = []
    for item in node.items:
        context = item.context_expr
        state = entered(walk, context, walk.expressions.need(context, UseKind.WITH, state))
        if isinstance(context, ast.Call) and qualified(context.func, walk.facts.imports) in SWALLOW:
            masks.append(_caught(walk, context.args))
        if item.optional_vars is not None:
            state = walk.expressions.binder.bind(item.optional_vars, None, state)
    with walk.notes.masked(masks):
        after = walk.suite(node.body, state)
    return limited(after | state) if masks else after


def match_(walk: "Walk", node: ast.Match, state: State) -> State:
    """A `match`: `case None` narrows, and a last `case _` leaves nothing over."""
    state = walk.expressions.visit(node.subject, state)
    ended: State = NOWHERE
    for case in node.cases:
        inside = state
        match case.pattern:
            case ast.MatchSingleton(value=value):
                same = ast.Compare(node.subject, [ast.Is()], [ast.Constant(value)])
                inside, state = walk.expressions.split(ast.copy_location(same, case.pattern), state)
            case ast.MatchClass(cls=cls):
                inside = state = walk.expressions.need(cls, UseKind.ISINSTANCE, state)
            case ast.MatchAs(pattern=None) if case.guard is None:
                state = NOWHERE
            case _:
                pass
        if case.guard is not None:
            before = inside
            inside, _ = walk.expressions.test(case.guard, inside)
            state |= before
        ended |= walk.suite(case.body, inside)
    return limited(ended | state)


def _caught(walk: "Walk", types: list[ast.expr]) -> Caught:
    return caught_by(types, walk.facts.imports, walk.facts.aliases)


def _reraises(body: list[ast.stmt]) -> bool:
    return isinstance(body[-1], ast.Raise)
