"""The clauses that meet a failed import: what each catches, where it stands, what it protects."""

import ast
from collections.abc import Iterator, Mapping

from ws_fallback_lint.analysis.calls import imported_by
from ws_fallback_lint.analysis.caught import BARE, caught_by
from ws_fallback_lint.analysis.guarded import Handler, Meets
from ws_fallback_lint.analysis.names import SCOPES, children, qualified
from ws_fallback_lint.analysis.outline import AnyTry, AnyWith, Outline
from ws_fallback_lint.core.spans import Region


def handlers_of(node: AnyTry | AnyWith, facts: Outline) -> tuple[Handler, ...]:
    """The `except` clauses of a `try`, or the `suppress` contexts of a `with`, in their order."""
    return tuple(_clauses(node, facts) if isinstance(node, AnyTry) else _suppressors(node, facts))


def _clauses(node: AnyTry, facts: Outline) -> Iterator[Handler]:
    protects_more = _does_more_than_import(node.body, facts.imports)
    for clause in node.handlers:
        region = Region.of(clause)
        types = None if clause.type is None else Region.of(clause.type)
        end = (
            (region.line, region.column + len("except"))
            if types is None
            else (types.end_line, types.end_column)
        )
        caught = BARE
        if clause.type is not None:
            caught = caught_by([clause.type], facts.imports, facts.aliases)
        yield Handler(
            region,
            Region(region.line, region.column, *end),
            types,
            caught,
            clause.name,
            Meets.EXCEPT,
            protects_more,
            lost_causes=tuple(_lost_causes(clause.body, clause.name)),
        )


def _suppressors(node: AnyWith, facts: Outline) -> Iterator[Handler]:
    for item in node.items:
        match item.context_expr:
            case ast.Call(func=func, args=[*types]) as call if (
                qualified(func, facts.imports) == "contextlib.suppress" and types
            ):
                region = Region.of(node)
                header = Region.of(call)
                caught = caught_by(types, facts.imports, facts.aliases)
                first, last = Region.of(types[0]), Region.of(types[-1])
                span = Region(first.line, first.column, last.end_line, last.end_column)
                protects_more = _does_more_than_import(node.body, facts.imports)
                yield Handler(region, header, span, caught, None, Meets.SUPPRESS, protects_more)


def _does_more_than_import(body: list[ast.stmt], imports: Mapping[str, str]) -> bool:
    """Whether something else in a `try` body could raise what its author did not think of."""
    stack: list[ast.AST] = [*body]
    while stack:
        part = stack.pop()
        if isinstance(part, ast.Await | ast.Subscript):
            return True
        if isinstance(part, ast.Call) and imported_by(part, imports) is None:
            return True
        if not isinstance(part, (ast.Raise, *SCOPES)):
            stack += children(part)
    return False


def _lost_causes(body: list[ast.stmt], as_name: str | None) -> Iterator[Region]:
    for statement in body:
        match statement:
            case ast.Raise(exc=ast.expr() as exc, cause=None):
                if not (isinstance(exc, ast.Name) and exc.id == as_name):
                    yield Region.of(statement)
            case ast.If(body=inner, orelse=orelse):
                yield from _lost_causes([*inner, *orelse], as_name)
            case ast.With(body=inner):
                yield from _lost_causes(inner, as_name)
            case _:
                pass
