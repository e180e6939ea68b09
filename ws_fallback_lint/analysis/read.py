"""One statement that may be a guarded import -> its table of outcomes, on `ast` alone.

DESIGN §3 first gave this part to libcst. On the incident's tree that costs 4.2 s to parse the 1,156
statements and 8.9 s for the positions, where all of ruff takes 6 s; the later flow walk asks the
same questions of the same nodes. So `ast` reads, and libcst (in `fixes`) only writes.
"""

import ast
from bisect import bisect_left
from collections.abc import Iterator

from ws_fallback_lint.analysis.followed import followed
from ws_fallback_lint.analysis.functions import FunctionScope, Given
from ws_fallback_lint.analysis.guarded import (
    Binding,
    GuardedImport,
    Handler,
    Holds,
    Imported,
    Leaves,
    Outcome,
    worst,
)
from ws_fallback_lint.analysis.handlers import handlers_of
from ws_fallback_lint.analysis.names import own_scope, qualified
from ws_fallback_lint.analysis.outline import AnyTry, AnyWith, Function, Outline, Site, Suite, runnable_suites
from ws_fallback_lint.analysis.paths import Walker
from ws_fallback_lint.analysis.state import End, Path
from ws_fallback_lint.analysis.truth import NONE
from ws_fallback_lint.core.spans import Region

_LEAVES = {End.FALLS: Leaves.FALLS, End.RETURNS: Leaves.RETURNS, End.JUMPS: Leaves.JUMPS}
_NEVER = frozenset(
    {"typing.NoReturn", "typing.Never", "typing_extensions.NoReturn", "typing_extensions.Never"}
)


class Reader:
    """Reads the guarded imports of one module; holds what its statements have in common."""

    # `expressions_matter`: some expression of the module could import, or bind by a walrus.
    def __init__(self, tree: ast.Module, facts: Outline, expressions_matter: bool) -> None:
        self._tree = tree
        self._facts = facts
        self._expressions_matter = expressions_matter
        self._handlers: dict[AnyTry | AnyWith, tuple[Handler, ...]] = {}
        self._never_returns: dict[str, bool] = {}
        self._scopes: dict[Function, FunctionScope] = {}
        self._writers: dict[int, dict[str, list[int]]] = {}

    def guarded_imports(self) -> Iterator[tuple[Site, GuardedImport]]:
        """Every statement with a handler that a failed import reaches, in the order of the file.

        A chain in a handler is part of the outer statement's table and does not come again.
        """
        told: list[Region] = []
        for site in self._facts.sites:
            region = Region.of(site.node)
            told = [clause for clause in told if clause.end_line >= region.line]  # the others are behind
            if not self._may_import(site) or any(clause.contains(region) for clause in told):
                continue
            read, entered = self._read(site, region)
            told += entered
            if read is not None:
                yield site, read

    def _may_import(self, site: Site) -> bool:
        catches = any(handler.caught.failed_import for handler in self._handle(site.node))
        return catches and (self._expressions_matter or _imports(site.node.body, self._facts))

    def _read(self, site: Site, region: Region) -> tuple[GuardedImport | None, set[Region]]:
        walker = self._walker(self._handle(site.node), followed(site.node))
        paths = walker.step(site.node, [Path({})])
        mine = walker.entered
        if not mine:
            return None, set()
        names = tuple(dict.fromkeys(_brought(paths, (Holds.IMPORT, Holds.DERIVED))))
        made = frozenset(names).difference(_brought(paths, (Holds.IMPORT,)))
        columns = tuple(dict.fromkeys([*names, *(name for path in paths for name in path.env)]))
        outcomes = [
            Outcome(
                path.handlers,
                path.failed,
                tuple((name, self._binding(name, path, site)) for name in columns),
                _LEAVES[path.end],
            )
            for path in paths
            if path.end in _LEAVES
        ]
        table = GuardedImport(
            region=region,
            scope=site.scope,
            function=None if site.function is None else Region.of(site.function),
            globals=self._scope(site.function).globals if site.function else frozenset(),
            names=names,
            made=made,
            remote=made.difference(_first_hand(paths)),
            imported=_imported(paths),
            handlers=tuple(sorted(mine, key=lambda handler: handler.region)),
            outcomes=tuple(dict.fromkeys(outcome for outcome in outcomes if outcome.handlers)),
            successes=tuple(dict.fromkeys(outcome for outcome in outcomes if not outcome.handlers)),
        )
        return table, {handler.region for handler in mine if not handler.is_suppress}

    def _binding(self, name: str, path: Path, site: Site) -> Binding:
        """What a name holds at the end of a path, what it held before the statement included."""
        binding = path.env[name] if name in path.env else self._before(name, site)
        returned = path.returned
        if path.end is End.FALLS and site.ends_function:
            returned = NONE
        if binding.holds is not Holds.UNBOUND or returned is None or site.function is None:
            return binding
        # A function that gives its import back gives what it returns in its place.
        match self._scope(site.function).gives_back(name):
            case Given.ITSELF:
                return returned if returned.holds.is_fallback else binding
            case Given.CALLED:
                return returned if returned.holds is Holds.NONE else binding
            case Given.NOT:
                return binding

    def _before(self, name: str, site: Site) -> Binding:
        writers = self._writers_before(name, site.suite)
        if site.function is not None and name in self._scope(site.function).globals:
            writers = self._writers_before(name, Suite(self._tree.body, len(self._tree.body), None))
        found: list[Binding] = []
        for statement in writers:
            after = self._walker(wanted=frozenset({name})).step(statement, [Path({})])
            falling = [path for path in after if path.end is End.FALLS]
            found += [path.env[name] for path in falling if name in path.env]
            if all(name in path.env for path in falling):
                return worst(found or [Binding(Holds.UNBOUND)])
        return worst([*found, Binding(Holds.UNBOUND)])

    def _writers_before(self, name: str, suite: Suite | None) -> Iterator[ast.stmt]:
        """Statements of the scope that bind a name and ran before a point, the nearest first."""
        while suite is not None:
            key = id(suite.statements)
            if key not in self._writers:
                self._writers[key] = _writers(suite.statements)
            places = self._writers[key].get(name, [])
            for position in reversed(places[: bisect_left(places, suite.index)]):
                yield suite.statements[position]
            suite = suite.around

    def _scope(self, function: Function) -> FunctionScope:
        if function not in self._scopes:
            self._scopes[function] = FunctionScope.of(function)
        return self._scopes[function]

    def _walker(self, own: tuple[Handler, ...] = (), wanted: frozenset[str] | None = frozenset()) -> Walker:
        never = self.is_never_returning
        return Walker(self._facts, self._handle, never, self._expressions_matter, own, wanted)

    def _handle(self, node: AnyTry | AnyWith) -> tuple[Handler, ...]:
        if node not in self._handlers:
            self._handlers[node] = handlers_of(node, self._facts)
        return self._handlers[node]

    def is_never_returning(self, name: str) -> bool:
        """Whether calling a top-level function of the module ends the program or raises, always."""
        if name not in self._never_returns:
            self._never_returns[name] = False  # a function that calls itself is judged by its other paths
            function = self._facts.functions.get(name) or self._facts.inner.get(name)
            self._never_returns[name] = function is not None and self._never_falls(function)
        return self._never_returns[name]

    def _never_falls(self, function: Function) -> bool:
        if qualified(function.returns, self._facts.imports) in _NEVER:
            return True
        if isinstance(function, ast.AsyncFunctionDef) or any(_yields(part) for part in ast.walk(function)):
            return False
        ends = {path.end for path in self._walker().run(function.body, [Path({})])}
        return bool(ends) and ends <= {End.RAISES, End.STOPS}


def _imports(body: list[ast.stmt], facts: Outline) -> bool:
    """Whether a statement of the body, at any depth of its own scope, is an import."""
    stack = [body]
    while stack:
        for statement in stack.pop():
            if isinstance(statement, ast.Import | ast.ImportFrom):
                return True
            stack.extend(runnable_suites(statement, facts.imports))
    return False


def _imported(paths: list[Path]) -> tuple[Imported, ...]:
    """Every import of the statement, in its order: those that some path had or was without."""
    failed = {ref for path in paths for ref in path.failed}
    there = {binding.imported for path in paths for binding in path.env.values() if binding.imported}
    return tuple(sorted(failed | there, key=lambda ref: ref.region))


def _first_hand(paths: list[Path]) -> Iterator[str]:
    """Names that hold what a call of the import gave, on some path."""
    for path in paths:
        for name, binding in path.env.items():
            if binding.holds is Holds.DERIVED and binding.imported is not None:
                yield name


def _brought(paths: list[Path], kinds: tuple[Holds, ...]) -> Iterator[str]:
    """Names that hold one of `kinds` on some path; after a failed star-import, all that are bound."""
    for path in paths:
        for name, binding in path.env.items():
            if binding.holds in kinds:
                yield name
    if any(ref.attr == "*" for path in paths for ref in path.failed):
        for path in paths:
            if path.handlers:
                yield from path.env


def _writers(statements: list[ast.stmt]) -> dict[str, list[int]]:
    """For each name, the positions of the statements that bind it."""
    positions: dict[str, list[int]] = {}
    for position, statement in enumerate(statements):
        for name in set(_written(statement)):
            positions.setdefault(name, []).append(position)
    return positions


def _written(statement: ast.stmt) -> Iterator[str]:
    """Names, and attributes as text, that a statement binds in its own scope."""
    for node in own_scope(statement):
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                yield name
            case ast.alias(name=name, asname=alias):
                yield alias or name.partition(".")[0]
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Attribute(ctx=ast.Store()):
                yield ast.unparse(node)
            case _:
                pass


def _yields(node: ast.AST) -> bool:
    return isinstance(node, ast.Yield | ast.YieldFrom)
