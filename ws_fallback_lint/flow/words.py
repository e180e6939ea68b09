"""How statements mention things: names, attributes as `.name`, imports, ways out; what conditions look at."""

import ast
from collections.abc import Iterator

from ws_fallback_lint.analysis.changes import CHANGES
from ws_fallback_lint.analysis.guarded import Imported
from ws_fallback_lint.analysis.names import children, dotted
from ws_fallback_lint.analysis.outline import Function

# Ways out of a loop or function are mentions, too, in the loop or function that they leave: what is possible
# there is possible behind it. No name is spelled so.
WAYS_OUT = frozenset({"break", "return"})


def importing(ref: Imported) -> str:
    """How statements mention that they import what an import brings, or a part of it."""
    # With dots it would be taken for an attribute.
    return f"{'import' if ref.attr is None else 'from'} {ref.module.replace('.', '/')}"


def imports(ref: Imported) -> Iterator[str]:
    """Everything that an import brings in `importing`'s words: the module, and the packages around it."""
    parts = ref.module.split(".")
    for end in range(1, len(parts) + 1):
        yield f"import {'/'.join(parts[:end])}"
    if ref.attr is not None:
        yield importing(ref)


def kept_inside(node: ast.AST) -> frozenset[str]:
    """The ways out that lead no further than a statement."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return WAYS_OUT
        case ast.For(orelse=[]) | ast.AsyncFor(orelse=[]) | ast.While(orelse=[]):
            return frozenset({"break"})  # one in an `else` leaves the loop around it
        case _:
            return frozenset()


def annotation_of(node: ast.arg | ast.AnnAssign | Function) -> ast.expr | None:
    """The annotation of an argument, of a name, or of what a function returns."""
    return node.returns if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else node.annotation


def mentioned(name: str) -> str:
    """How statements mention a dotted name: an attribute as `.name`."""
    return name if "." not in name else "." + name.rpartition(".")[2]


def set_in(suite: list[ast.stmt]) -> set[str]:
    """Names that get a constant in a suite."""
    return {
        statement.targets[0].id
        for statement in suite
        if isinstance(statement, ast.Assign)
        and isinstance(statement.targets[0], ast.Name)
        and isinstance(statement.value, ast.Constant)
    }


def conditions(node: ast.AST) -> Iterator[ast.expr]:
    """The conditions that a piece of syntax itself asks."""
    match node:
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) | ast.Assert(test=test):
            yield test
        case ast.comprehension(ifs=tests):
            yield from tests
        case ast.Match(subject=subject):
            yield ast.Compare(subject, [ast.Eq()], [subject])
        case _:
            pass


def handed_on(node: ast.AST) -> list[ast.expr]:
    """The arguments of a call; none for other syntax."""
    return [*node.args, *(word.value for word in node.keywords)] if isinstance(node, ast.Call) else []


def examined(test: ast.expr) -> Iterator[str]:
    """Names of which a condition asks more than whether they are true, and keys of something."""
    todo: list[ast.AST] = [test]
    while todo:
        part = todo.pop()
        match part:
            case ast.Name() | ast.Attribute() if part is test:
                pass
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                todo += _further(operand)
            case ast.BoolOp(values=values):
                todo += [inner for value in values for inner in _further(value)]
            case ast.Compare(left=left, ops=[ast.In() | ast.NotIn()], comparators=[home]) if dotted(home):
                todo += _further(left)
            case ast.Subscript(value=owner, slice=index):
                todo += [owner, *_further(index)]
            case ast.Call(func=ast.Attribute(value=owner, attr="get"), args=[index, *others]):
                todo += [owner, *_further(index), *others]
            case ast.Name() | ast.Attribute() if (name := dotted(part)) is not None:
                yield name
            case _:
                todo += children(part)


def _further(node: ast.expr) -> list[ast.expr]:
    return [] if dotted(node) else [node]


def put_by(node: ast.AST) -> tuple[str, list[ast.expr]] | None:
    """The container that code puts something into, as a dotted name, and what it puts there."""
    match node:
        case ast.Assign(targets=[ast.Subscript(value=owner)], value=value):
            given = [value]
        case ast.Call(func=ast.Attribute(value=owner, attr=method), args=args) if method in CHANGES:
            given = [*args, *(word.value for word in node.keywords)]
        case ast.AugAssign(
            target=ast.Name() | ast.Attribute() as owner, op=ast.Add() | ast.BitOr(), value=value
        ):
            given = [value]
        case _:
            return None
    name = dotted(owner)
    return None if name is None else (name, given)


def whole(values: list[ast.expr]) -> Iterator[str]:
    """The names that are values, or parts of displays, and not only mentioned in them."""
    todo: list[ast.expr | None] = [*values]
    while todo:
        match todo.pop():
            case (ast.Name() | ast.Attribute()) as part if (name := dotted(part)) is not None:
                yield name
            case ast.Starred(value=value):
                todo.append(value)
            case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts) | ast.Dict(values=parts):
                todo += parts
            case ast.IfExp(body=body, orelse=orelse):
                todo += [body, orelse]
            case ast.BoolOp(values=parts):
                todo += parts
            case _:
                pass
