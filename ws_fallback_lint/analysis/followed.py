"""Which names a path through a guarded import has to remember: few, in a body of any length."""

import ast

from ws_fallback_lint.analysis.bindings import target_name
from ws_fallback_lint.analysis.names import bound_by, own_scope

# Real code has a handful. Each one is a column of the table.
_MOST_FLAGS = 50


def followed(statement: ast.stmt) -> frozenset[str] | None:
    """Names that could hold an import of the statement or something made with it; None for all.

    Flags, which only ever get constants, are followed as well, unless there are very many.
    """
    found: set[str] = set()
    flags: set[str] = set()
    for node in own_scope(statement):
        match node:
            case ast.alias(name="*") | ast.Name(id="setattr" | "globals" | "vars" | "locals"):
                return None
            case ast.alias():
                found.add(bound_by(node))
            case ast.Assign(targets=targets, value=value):
                kind = flags if isinstance(value, ast.Constant) else found
                for target in targets:
                    kind |= _targets(target)
            case (
                ast.AnnAssign(target=target, value=ast.expr() as value)
                | ast.NamedExpr(target=target, value=value)
            ):
                kind = flags if isinstance(value, ast.Constant) else found
                kind |= _targets(target)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.withitem(optional_vars=ast.expr() as target):
                found |= _targets(target)
            case _:
                pass
    return frozenset(found if len(flags) > _MOST_FLAGS else found | flags)


def _targets(target: ast.expr) -> set[str]:
    if isinstance(target, ast.Tuple | ast.List):
        return {name for part in target.elts for name in _targets(part)}
    if isinstance(target, ast.Starred):
        return _targets(target.value)
    name = target_name(target)
    return set() if name is None else {name}
