"""Which names a module reads when it runs, as against those that stand in annotations alone."""

import ast

from ws_fallback_lint.analysis.outline import Outline


def read_when_running(tree: ast.Module, facts: Outline) -> frozenset[str]:
    """Every identifier that is read outside of unevaluated annotations and of branches that never run."""
    found: set[str] = set()
    stack: list[ast.AST] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Name):
            found.add(node.id)
            continue
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str):
                found.add(node.value)  # `globals()["x"]`
            continue
        skipped = _never_run(node, facts)
        for field in node._fields:
            value = getattr(node, field, None)
            if field in skipped or value is None:
                continue
            if isinstance(value, ast.AST):
                stack.append(value)
            elif isinstance(value, list):
                stack += [item for item in value if isinstance(item, ast.AST)]
    return frozenset(found)


def _never_run(node: ast.AST, facts: Outline) -> tuple[str, ...]:
    """The parts of a piece of syntax that no program runs."""
    match node:
        case ast.If(test=test):
            truth = facts.conditions.always(test)
            return () if truth is None else ("orelse",) if truth else ("body",)
        case ast.AnnAssign() | ast.arg():
            return () if facts.evaluates_annotations else ("annotation",)
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return () if facts.evaluates_annotations else ("returns",)
        case _:
            return ()
