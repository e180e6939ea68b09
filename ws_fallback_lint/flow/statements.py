"""Statements that hold no others: what they ask of names, bind, import, and where they lead."""

import ast
from typing import TYPE_CHECKING

from ws_fallback_lint.analysis.calls import imports_of
from ws_fallback_lint.analysis.guarded import Binding
from ws_fallback_lint.analysis.names import bound_by
from ws_fallback_lint.analysis.values import UNKNOWN
from ws_fallback_lint.flow.entry import surely_works
from ws_fallback_lint.flow.trace import GuardKind
from ws_fallback_lint.flow.uses import UseKind, When
from ws_fallback_lint.flow.worlds import State, World

if TYPE_CHECKING:
    from ws_fallback_lint.flow.walk import Walk


def leave(walk: "Walk", statement: ast.Return | ast.Raise | ast.Break | ast.Continue, state: State) -> None:
    """A statement that goes elsewhere: note with which worlds."""
    match statement:
        case ast.Return(value=value):
            walk.frame.returned.append((walk.expressions.visit(value, state), statement))
        case ast.Raise(exc=exc, cause=cause):
            if exc is not None:
                state = walk.expressions.need(exc, UseKind.RAISE, state)
            walk.expressions.visit(cause, state)
        case ast.Break() | ast.Continue():
            walk.frame.breaks.append(state)


def simple(walk: "Walk", statement: ast.stmt, state: State) -> State:
    """The worlds after a statement that holds no others."""
    visit, bind = walk.expressions.visit, walk.expressions.binder.bind
    match statement:
        case ast.Assert(test=test):
            return walk.expressions.test(test, state)[0]
        case ast.Assign(targets=targets, value=value):
            unpacks = any(isinstance(target, ast.Tuple | ast.List) for target in targets)
            kind = UseKind.ITERATION if unpacks else UseKind.READ
            state = walk.expressions.need(value, kind, state)
            for target in targets:
                state = bind(target, value, walk.expressions.store(target, state))
            state = walk.expressions.binder.take(value, state)
        case ast.AnnAssign(target=target, annotation=annotation, value=value):
            if walk.notes.when is When.IMPORT and walk.facts.evaluates_annotations:
                state = walk.annotations.visit(annotation, state)
            if value is not None:
                state = bind(target, value, visit(value, state))
        case ast.AugAssign(target=target, op=op, value=value):
            state = walk.expressions.need(target, UseKind.OPERATOR, state)
            state = walk.expressions.need(value, UseKind.OPERATOR, state)
            state = bind(target, ast.BinOp(target, op, value), state)
        case ast.Expr(value=value):
            state = walk.expressions.binder.take(value, visit(value, state))
        case ast.Delete(targets=targets):
            for target in targets:
                state = walk.expressions.store(target, visit(target, state))
                state = walk.expressions.binder.delete(target, state)
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            state = _import(walk, statement, aliases, state)
        case _:
            pass
    return state


def _import(
    walk: "Walk", statement: ast.Import | ast.ImportFrom, aliases: list[ast.alias], state: State
) -> State:
    """The worlds after an import that works, with what it brings along."""
    brought = {world: walk.brought(statement, world) for world in state}
    left = frozenset(world for world, names in brought.items() if names is not None)
    state = walk.notes.narrowed(GuardKind.IMPORT, statement, state, left)
    names = {bound_by(alias): UNKNOWN for alias in aliases}
    followed = {name: binding for name, binding in names.items() if name in walk.tracked}

    def bound(world: World) -> dict[str, Binding]:
        given = {**followed, **(brought[world] or {})}
        return {name: binding for name, binding in given.items() if binding is not None}

    return walk.notes.rebound(statement, state, bound)


def works_at(walk: "Walk", statement: ast.stmt, world: World) -> bool:
    """Whether nothing can fail in a statement of a `try`: an import that has worked, a flag."""
    match statement:
        case ast.Import() | ast.ImportFrom():
            outcome = walk.table.outcomes[world.outcome]
            return surely_works(imports_of(statement), walk.guarded, outcome)
        case ast.Assign(value=ast.Constant()) | ast.Pass():
            return True
        case _:
            return False
