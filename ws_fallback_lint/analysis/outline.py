"""One pass over a module's statements: what every question about a guarded import starts from.

Only statements are visited, never expressions, and with a stack of its own, so neither the size
nor the depth of a module matters.
"""

import ast
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeGuard

from ws_fallback_lint.analysis.conditions import Asks, Conditions
from ws_fallback_lint.analysis.environments import versions
from ws_fallback_lint.analysis.guarded import Scope
from ws_fallback_lint.analysis.imports import Imports
from ws_fallback_lint.analysis.names import bound_by, from_module, written

Function = ast.FunctionDef | ast.AsyncFunctionDef
AnyFunction = Function | ast.Lambda
AnyTry = ast.Try | ast.TryStar
AnyWith = ast.With | ast.AsyncWith
AnyAssign = ast.Assign | ast.AnnAssign
# Statements that can ask first whether an import would work.
Choice = ast.If | AnyAssign


class Suite(NamedTuple):
    """A list of statements, how far it has run, and the suite that its statement stands in."""

    statements: list[ast.stmt]
    ran: int
    around: "Suite | None"


class Site(NamedTuple):
    """A statement that may be a guarded import, and where it stands."""

    node: AnyTry | AnyWith | Choice
    scope: Scope
    function: Function | None
    suite: Suite

    @property
    def body(self) -> list[ast.stmt]:
        """All statements of its module, class or function."""
        suite = self.suite
        while suite.around is not None:
            suite = suite.around
        return suite.statements

    @property
    def rest(self) -> list[ast.stmt]:
        """What runs after this statement, to the end of its function or module."""
        found: list[ast.stmt] = []
        suite: Suite | None = self.suite
        while suite is not None:
            found += suite.statements[suite.ran + 1 :]
            suite = suite.around
        return found


@dataclass(slots=True)
class Outline:
    """What one pass over the statements found.

    `sites` are the statements that could catch a failed import, `choices` those that could ask first;
    `evaluates_annotations` tells whether some Python that it runs on does so with a definition.
    `imports` maps each name that any import of the module binds to its dotted origin; `aliases`
    maps names assigned at the top level to their value; `declared_global` are those that functions may bind;
    `functions` the top-level `def`s; `inner` those inside functions, None where several share a name.
    """

    conditions: Conditions
    imports: Mapping[str, str]
    evaluates_annotations: bool = True
    sites: list[Site] = field(default_factory=list)
    choices: list[Site] = field(default_factory=list)
    top_imports: set[str] = field(default_factory=set)
    aliases: dict[str, ast.expr] = field(default_factory=dict)
    declared_global: set[str] = field(default_factory=set)
    functions: dict[str, Function] = field(default_factory=dict)
    inner: dict[str, Function | None] = field(default_factory=dict)


# Most statements say nothing: they bind no import, hold no other statement, and ask for nothing. There are so
# many that they are told apart by their class alone.
_CATCH = (ast.Try, ast.TryStar, ast.With, ast.AsyncWith)
_HOLD_OTHERS = frozenset(
    {
        *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef),
        *(ast.If, ast.For, ast.AsyncFor, ast.While, ast.Match, *_CATCH),
    }
)
_BIND = frozenset({ast.Import, ast.ImportFrom, ast.Global, ast.FunctionDef, ast.AsyncFunctionDef})
_BIND_AT_TOP = _BIND | {ast.Assign, ast.AnnAssign}
_ASK = frozenset({ast.If, ast.Assign, ast.AnnAssign})


@dataclass(frozen=True, slots=True)
class _Block:
    statements: list[ast.stmt]
    scope: Scope
    function: Function | None
    around: Suite | None


def outline(
    tree: ast.Module, project: int, asks: Asks, origin: Callable[[str], str] = lambda name: name
) -> Outline:
    """Collect the facts of one module; sites come in the order of the file.

    `project` are the environments that it has to run in, `asks` tells what it could ask for, `origin` where
    a name comes from that an import takes from another module.
    """
    imports = Imports(origin)
    found = Outline(Conditions(imports, {}, project, asks), imports)
    asked = _ASK if found.conditions.asks else frozenset()
    stack = [_Block(tree.body, Scope.MODULE, None, None)]
    while stack:
        block = stack.pop()
        binding = _BIND_AT_TOP if block.scope is Scope.MODULE else _BIND
        for index, statement in enumerate(block.statements):
            kind = type(statement)
            if kind in binding:
                _note(statement, block, found, imports)
            if kind not in _HOLD_OTHERS and kind not in asked:
                continue
            suite = Suite(block.statements, index, block.around)
            if isinstance(statement, _CATCH):
                found.sites.append(Site(statement, block.scope, block.function, suite))
            elif kind in asked and _may_ask(statement):
                found.choices.append(Site(statement, block.scope, block.function, suite))
            if kind in _HOLD_OTHERS:
                stack.extend(_inner(statement, block, suite, found))
    for sites in (found.sites, found.choices):
        sites.sort(key=lambda site: (site.node.lineno, site.node.col_offset))
    if found.conditions.asks:
        # Only now is it known which names stand for the same thing throughout.
        found.conditions = Conditions(imports, _bound_once(tree, found), project, asks)
    # PEP 563 by request, PEP 649 since 3.14.
    is_lazy = imports.get("annotations") == "__future__.annotations"
    found.evaluates_annotations = not is_lazy and min(versions(project)) < (3, 14)
    return found


def _bound_once(tree: ast.Module, found: Outline) -> dict[str, ast.expr]:
    """Names that one statement of the module assigns, always, and nothing else binds."""
    writes = Counter(name for statement in tree.body for name in set(written(statement)))
    values: dict[str, ast.expr] = {}
    for statement in tree.body:
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ) if writes[name] == 1 and name not in found.declared_global:
                values[name] = value
            case _:
                pass
    return values


def _may_ask(statement: ast.stmt) -> TypeGuard[Choice]:
    match statement:
        case ast.If():
            return True
        case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
            return isinstance(value, ast.Call | ast.IfExp)
        case _:
            return False


def _note(statement: ast.stmt, block: _Block, found: Outline, imports: Imports) -> None:
    top = block.scope is Scope.MODULE
    match statement:
        case ast.Import(names=aliases):
            for alias in aliases:
                imports.bring(bound_by(alias), alias.name if alias.asname else bound_by(alias))
                if top:
                    found.top_imports.add(bound_by(alias))
        case ast.ImportFrom(names=aliases):
            home = from_module(statement)
            for alias in aliases:
                imports.take(bound_by(alias), home + "." * (not home.endswith(".")) + alias.name)
                if top:
                    found.top_imports.add(bound_by(alias))
        case (
            ast.Assign(targets=[ast.Name(id=name)], value=value)
            | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
        ) if top:
            found.aliases.setdefault(name, value)
        case ast.Global(names=names):
            found.declared_global.update(names)
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
            for body in runnable_suites(statement, found.conditions):
                yield _Block(body, block.scope, block.function, suite)


def runnable_suites(statement: ast.stmt, conditions: Conditions) -> Iterator[list[ast.stmt]]:
    """The statement lists inside a compound statement that may run, in the same scope as it."""
    match statement:
        case ast.If(test=test, body=body, orelse=orelse):
            truth = conditions.always(test)
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
