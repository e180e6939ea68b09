"""One pass over a module's statements: what every question about a guarded import starts from.

Only statements are visited, never expressions, and with a stack of its own, so neither the size
nor the depth of a module matters.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ws_fallback_lint.analysis.guarded import Scope
from ws_fallback_lint.analysis.names import bound_by, from_module, qualified

Function = ast.FunctionDef | ast.AsyncFunctionDef
AnyFunction = Function | ast.Lambda
AnyTry = ast.Try | ast.TryStar
AnyWith = ast.With | ast.AsyncWith


@dataclass(frozen=True, slots=True)
class Suite:
    """A list of statements, how far it has run, and the suite that its statement stands in."""

    statements: list[ast.stmt]
    index: int
    around: "Suite | None"


@dataclass(frozen=True, slots=True)
class Site:
    """A `try` or `with` that may be a guarded import, and where it stands."""

    node: AnyTry | AnyWith
    scope: Scope
    function: Function | None
    suite: Suite

    @property
    def ends_function(self) -> bool:
        """Whether a function ends where this statement does, giving back None."""
        suite: Suite | None = self.suite
        while suite is not None:
            if suite.index + 1 < len(suite.statements):
                return False
            suite = suite.around
        return self.function is not None


@dataclass(slots=True)
class Outline:
    """What one pass over the statements found.

    `imports` maps each name that any import of the module binds to its dotted origin; `aliases`
    maps names assigned at the top level to their value; `functions` the top-level `def`s; `inner` those
    inside functions, None where several share a name.
    """

    sites: list[Site] = field(default_factory=list)
    imports: dict[str, str] = field(default_factory=dict)
    top_imports: set[str] = field(default_factory=set)
    aliases: dict[str, ast.expr] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    inner: dict[str, Function | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Block:
    statements: list[ast.stmt]
    scope: Scope
    function: Function | None
    around: Suite | None


def outline(tree: ast.Module) -> Outline:
    """Collect the facts of one module; sites come in the order of the file."""
    found = Outline()
    stack = [_Block(tree.body, Scope.MODULE, None, None)]
    while stack:
        block = stack.pop()
        for index, statement in enumerate(block.statements):
            suite = Suite(block.statements, index, block.around)
            _note(statement, block, found)
            if isinstance(statement, AnyTry | AnyWith):
                found.sites.append(Site(statement, block.scope, block.function, suite))
            stack.extend(_inner(statement, block, suite, found))
    found.sites.sort(key=lambda site: (site.node.lineno, site.node.col_offset))
    return found


def _note(statement: ast.stmt, block: _Block, found: Outline) -> None:
    top = block.scope is Scope.MODULE
    match statement:
        case ast.Import(names=aliases):
            for alias in aliases:
                found.imports[bound_by(alias)] = alias.name if alias.asname else bound_by(alias)
                if top:
                    found.top_imports.add(bound_by(alias))
        case ast.ImportFrom(names=aliases):
            for alias in aliases:
                found.imports[bound_by(alias)] = f"{from_module(statement)}.{alias.name}"
                if top:
                    found.top_imports.add(bound_by(alias))
        case (
            ast.Assign(targets=[ast.Name(id=name)], value=value)
            | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
        ) if top:
            found.aliases.setdefault(name, value)
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) if top:
            found.functions.setdefault(name, statement)
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) if block.scope is Scope.FUNCTION:
            found.inner[name] = None if name in found.inner else statement


def _inner(statement: ast.stmt, block: _Block, suite: Suite, found: Outline) -> Iterator[_Block]:
    match statement:
        case ast.FunctionDef(body=body) | ast.AsyncFunctionDef(body=body):
            yield _Block(body, Scope.FUNCTION, statement, None)
        case ast.ClassDef(body=body):
            yield _Block(body, Scope.CLASS, None, None)
        case _:
            for body in runnable_suites(statement, found.imports):
                yield _Block(body, block.scope, block.function, suite)


def runnable_suites(statement: ast.stmt, imports: Mapping[str, str]) -> Iterator[list[ast.stmt]]:
    """The statement lists inside a compound statement that may run, in the same scope as it."""
    match statement:
        case ast.If(test=test, body=body, orelse=orelse):
            truth = static_truth(test, imports)
            if truth is not False:
                yield body
            if truth is not True:
                yield orelse
        case ast.Try(handlers=handlers) | ast.TryStar(handlers=handlers):
            yield statement.body
            yield from (handler.body for handler in handlers)
            yield statement.orelse
            yield statement.finalbody
        case ast.Match(cases=cases):
            yield from (case.body for case in cases)
        case ast.For() | ast.AsyncFor() | ast.While():
            yield statement.body
            yield statement.orelse
        case ast.With(body=body) | ast.AsyncWith(body=body):
            yield body
        case _:
            pass


def static_truth(test: ast.expr, imports: Mapping[str, str]) -> bool | None:
    """What a condition always is when the code runs: `TYPE_CHECKING` is false; None if it depends."""
    match test:
        case ast.Constant(value=value):
            return bool(value)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            truth = static_truth(operand, imports)
            return None if truth is None else not truth
        case ast.BoolOp(op=op, values=values):
            truths = [static_truth(value, imports) for value in values]
            decisive = isinstance(op, ast.Or)
            if decisive in truths:
                return decisive
            return None if None in truths else not decisive
        case _:
            name = qualified(test, imports) or ""
            return False if name.rpartition(".")[2] == "TYPE_CHECKING" else None
