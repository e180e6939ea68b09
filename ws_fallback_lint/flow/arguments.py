"""What calls and operators ask of what they are given."""

import ast

from ws_fallback_lint.flow.uses import UseKind

# Functions that call, or iterate over, the argument at this place.
_CALLERS = {"map": 0, "filter": 0, "functools.partial": 0, "functools.reduce": 0, "partial": 0, "reduce": 0}
_CALLERS |= {
    f"{home}{name}": 0 for home in ("", "itertools.") for name in ("starmap", "takewhile", "dropwhile")
}
_ITERATORS = frozenset(
    {"len", "iter", "list", "tuple", "set", "sorted", "sum", "enumerate", "zip", "any", "all"}
)
_KEYWORD_CALLERS = frozenset({"key", "target", "default_factory", "callback", "func"})


def argument_kind(name: str, index: int) -> UseKind:
    """How a call of a function, by its qualified name, uses the argument at a place (from 0)."""
    if name in _ITERATORS:
        return UseKind.ITERATION
    if name in ("isinstance", "issubclass") and index == 1:
        return UseKind.ISINSTANCE
    return UseKind.ARGUMENT if _CALLERS.get(name) == index and name != "filter" else UseKind.READ


def keyword_kind(name: str, word: ast.keyword) -> UseKind:
    """How a call of a function uses an argument that is given by its name."""
    # `key=None` is what most of these take for nothing.
    is_target = word.arg == "target" and not isinstance(word.value, ast.IfExp | ast.BoolOp)
    return (
        UseKind.ARGUMENT if is_target or (word.arg in _KEYWORD_CALLERS and name in _CALLERS) else UseKind.READ
    )


def operand_kinds(left: ast.expr, op: ast.operator, right: ast.expr) -> tuple[UseKind, UseKind]:
    """How an operator uses what stands on its left, and on its right."""
    # `None | int` is a type like `int | None`.
    is_type = isinstance(op, ast.BitOr) and not _is_no_type(left, right)
    kind = UseKind.READ if is_type else UseKind.OPERATOR
    text = isinstance(left, ast.JoinedStr) or (isinstance(left, ast.Constant) and isinstance(left.value, str))
    return kind, UseKind.READ if text and isinstance(op, ast.Mod) else kind


def _is_no_type(*operands: ast.expr) -> bool:
    """Whether `|` stands beside something that None has no `|` with: None itself, or a text."""
    return any(isinstance(operand, ast.Constant) for operand in operands)


def element_of(iterable: ast.expr) -> ast.expr:
    """Code for any element of an iterable."""
    elements = ast.Call(ast.Name("list", ast.Load()), [iterable], [])
    return ast.Subscript(elements, ast.Name(" index", ast.Load()), ast.Load())
