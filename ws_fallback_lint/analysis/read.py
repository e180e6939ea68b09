"""One statement that may be a guarded import -> its table of outcomes, on `ast` alone.

DESIGN §3 first gave this part to libcst. On the incident's tree that costs 4.2 s to parse the 1,156
statements and 8.9 s for the positions, where all of ruff takes 6 s; the later flow walk asks the
same questions of the same nodes. So `ast` reads, and libcst (in `fixes`) only writes.
"""

import ast
from collections.abc import Callable, Iterator
from functools import cached_property

from ws_fallback_lint.analysis.attempts import Attempts, imports_in
from ws_fallback_lint.analysis.bindings import placed
from ws_fallback_lint.analysis.calls import imported_by
from ws_fallback_lint.analysis.catching import Catcher
from ws_fallback_lint.analysis.choices import may_choose, ways
from ws_fallback_lint.analysis.endings import Elsewhere, Endings
from ws_fallback_lint.analysis.environments import is_builtin
from ws_fallback_lint.analysis.followed import followed
from ws_fallback_lint.analysis.functions import FunctionScope, Given
from ws_fallback_lint.analysis.guarded import (
    Binding,
    GuardedImport,
    Handler,
    Holds,
    Leaves,
    Meets,
    Outcome,
    worst,
)
from ws_fallback_lint.analysis.handlers import handlers_of
from ws_fallback_lint.analysis.helpers import Given as GivenByHelper
from ws_fallback_lint.analysis.helpers import given_by
from ws_fallback_lint.analysis.names import qualified, read_names, walk
from ws_fallback_lint.analysis.nodes import Nodes
from ws_fallback_lint.analysis.outline import (
    AnyTry,
    AnyWith,
    Choice,
    Function,
    Outline,
    Site,
    Suite,
)
from ws_fallback_lint.analysis.paths import Walker
from ws_fallback_lint.analysis.running import read_when_running
from ws_fallback_lint.analysis.state import End, Path, brought, first_hand, imported, is_returned
from ws_fallback_lint.analysis.values import NONE
from ws_fallback_lint.analysis.writers import Writers
from ws_fallback_lint.core.spans import Region

_LEAVES = {End.FALLS: Leaves.FALLS, End.RETURNS: Leaves.RETURNS, End.JUMPS: Leaves.JUMPS}
_NEVER = frozenset(
    {"typing.NoReturn", "typing.Never", "typing_extensions.NoReturn", "typing_extensions.Never"}
)


class Reader:
    """Reads the guarded imports of one module; holds what its statements have in common."""

    # `expressions_matter`: some expression of the module could import, or bind by a walrus.
    def __init__(
        self,
        tree: ast.Module,
        nodes: Nodes,
        facts: Outline,
        expressions_matter: bool,
        elsewhere: Elsewhere | None = None,
    ) -> None:
        self._tree = tree
        self._facts = facts
        self._expressions_matter = expressions_matter
        self._handlers: dict[AnyTry | AnyWith, tuple[Handler, ...]] = {}
        self._endings = Endings(nodes, facts, self._never_falls, elsewhere)
        self._scopes: dict[Function, FunctionScope] = {}
        self._writers = Writers()
        self._attempts = Attempts()
        self._held_before: dict[tuple[str, ast.stmt], Binding] = {}

    def guarded_imports(self) -> list[tuple[Site, GuardedImport]]:
        """Every statement that goes on without an import, after a failure or since it asked first.

        In the order of the file. A chain in a handler is part of the outer statement's table and does not
        come again; nor does a choice inside another.
        """
        found = [*self._read_all(self._facts.sites, self._tried)]
        found += self._read_all(self._facts.choices, self._chosen)
        return sorted(found, key=lambda one: one[1].region)

    def _read_all(
        self, sites: list[Site], read: Callable[[Site], tuple[list[Path], set[Region]]]
    ) -> Iterator[tuple[Site, GuardedImport]]:
        told: list[Region] = []
        for site in sites:
            region = Region.of(site.node)
            told = [clause for clause in told if clause.end_line >= region.line]  # the others are behind
            if any(clause.contains(region) for clause in told):
                continue
            paths, covered = read(site)
            told += covered
            if paths:
                yield site, self._table(site, region, paths)

    def _tried(self, site: Site) -> tuple[list[Path], set[Region]]:
        """The paths through a `try` or `with` whose handler a failed import reaches, and those clauses."""
        node = site.node
        if not isinstance(node, AnyTry | AnyWith) or not self._may_import(node):
            return [], set()
        walker = self._walker(own=self._handle(node), wanted=followed(node))
        paths = walker.step(node, [self._start()])
        clauses = {handler.region for handler in walker.catcher.entered if handler.meets is Meets.EXCEPT}
        return (paths if walker.catcher.entered else []), clauses

    def _chosen(self, site: Site) -> tuple[list[Path], set[Region]]:
        """The paths through a statement that asks first, and the statement itself, if there is a choice."""
        node = site.node
        if not isinstance(node, Choice) or not may_choose(node, self._facts):
            return [], set()
        if isinstance(node, ast.If) and not imports_in([node], self._facts, typed=True):
            return [], set()
        walker = self._walker(wanted=followed(node), asks=True, imports_fail=False)
        paths = ways(node, walker, self._given)
        if isinstance(node, ast.If) and self._facts.conditions.always(node.test) is False:
            # Names for type checkers are many, and most of them stand in annotations alone.
            lost = {ref.name for path in paths for ref in path.failed}
            paths = [] if lost.isdisjoint(self._read_when_running) else paths
        return paths, {Region.of(node)} if paths else set()

    @cached_property
    def _read_when_running(self) -> frozenset[str]:
        return read_when_running(self._tree, self._facts)

    def _given(self, call: ast.Call) -> list[GivenByHelper]:
        """What a call of a helper of the module gives; empty for other calls."""
        function = self._facts.functions.get(call.func.id) if isinstance(call.func, ast.Name) else None
        if function is None or not self._expressions_matter:
            return []
        tries = [node for node in walk(function) if isinstance(node, AnyTry | AnyWith)]
        own = tuple(handler for node in tries for handler in self._handle(node))
        return given_by(function, call, self._walker(own=own, wanted=None, asks=True))

    def _may_import(self, node: AnyTry | AnyWith) -> bool:
        if not any(handler.caught.failed_import for handler in self._handle(node)):
            return False
        return imports_in(node.body, self._facts) or (
            self._expressions_matter and self._calls_import(node.body)
        )

    def _calls_import(self, body: list[ast.stmt]) -> bool:
        parts = (part for statement in body for part in walk(statement) if isinstance(part, ast.Call))
        return any(imported_by(part, self._facts.imports) is not None for part in parts)

    def _start(self) -> Path:
        return Path({}, where=self._facts.conditions.project)

    def _table(self, site: Site, region: Region, paths: list[Path]) -> GuardedImport:
        """What the paths through a statement make of it; paths without handlers are its successes."""
        names = tuple(dict.fromkeys(brought(paths, (Holds.IMPORT, Holds.DERIVED))))
        if not names and site.function is not None and is_returned(paths):
            # It has no name but the one of the function that gives it back.
            names = (f"{site.function.name}()",)
            paths = [path.with_name(names[0], path.returned or NONE) for path in paths]
        made = frozenset(names).difference(brought(paths, (Holds.IMPORT,)))
        columns = tuple(dict.fromkeys([*names, *(name for path in paths for name in path.env)]))
        outcomes = [
            Outcome(
                path.handlers,
                path.failed,
                tuple((name, self._binding(name, path, site)) for name in columns),
                _LEAVES[path.end],
                path.where,
                path.returned,
            )
            for path in paths
            if path.end in _LEAVES
        ]
        return GuardedImport(
            region=region,
            scope=site.scope,
            function=None if site.function is None else Region.of(site.function),
            globals=self._scope(site.function).globals if site.function else frozenset(),
            names=names,
            made=made,
            remote=made.difference(first_hand(paths)),
            imported=imported(paths),
            handlers=tuple(sorted({h for path in paths for h in path.handlers}, key=lambda h: h.region)),
            outcomes=tuple(dict.fromkeys(outcome for outcome in outcomes if outcome.handlers)),
            successes=tuple(dict.fromkeys(outcome for outcome in outcomes if not outcome.handlers)),
            is_given_back=is_returned(paths) or self._gives_back(names, site),
        )

    def _gives_back(self, names: tuple[str, ...], site: Site) -> bool:
        scope = None if site.function is None else self._scope(site.function)
        return scope is not None and any(scope.gives_back(name) is not Given.NOT for name in names)

    def _binding(self, name: str, path: Path, site: Site) -> Binding:
        """What a name holds at the end of a path, what it held before the statement included."""
        binding = path.env[name] if name in path.env else self._before(name, site)
        if binding.holds is not Holds.UNBOUND:
            return binding
        if site.function is None:
            # What no scope of the module binds, Python looks up among its builtins.
            return Binding(Holds.ALTERNATE) if is_builtin(name, path.where.environments) else binding
        given = self._scope(site.function).gives_back(name)
        if given is Given.NOT:
            return binding
        if path.end is End.FALLS and any(name in read_names(statement) for statement in site.rest):
            return binding  # which dies before anything is given back
        # A function that gives its import back gives what it returns in its place.
        returned = path.returned if path.end is not End.FALLS else self._returned_later(path, site)
        if returned is None:
            return binding
        is_none = returned.holds is Holds.NONE
        wanted = is_none or (given is Given.ITSELF and returned.holds.is_fallback)
        return returned if wanted else binding

    def _returned_later(self, path: Path, site: Site) -> Binding | None:
        """What the function returns when a path goes on after the statement; None where it does not."""
        after = self._walker(wanted=None).run(site.rest, [path.fork()])
        ends = [one for one in after if one.end in (End.FALLS, End.RETURNS)]
        none = placed(NONE, Region.of(site.node))
        return worst([one.returned or none for one in ends]) if ends else None

    def _before(self, name: str, site: Site) -> Binding:
        """What a name held before a statement; many paths through it ask for the same."""
        key = (name, site.node)
        if key not in self._held_before:
            self._held_before[key] = self._found_before(name, site)
        return self._held_before[key]

    def _found_before(self, name: str, site: Site) -> Binding:
        writers = self._writers.before(name, site.suite)
        if site.function is not None and name in self._scope(site.function).globals:
            writers = self._writers.before(name, Suite(self._tree.body, len(self._tree.body), None))
        found: list[Binding] = []
        for statement in writers:
            after = self._walker(wanted=frozenset({name})).step(statement, [self._start()])
            falling = [path for path in after if path.end is End.FALLS]
            found += [path.env[name] for path in falling if name in path.env]
            if all(name in path.env for path in falling):
                return worst(found or [Binding(Holds.UNBOUND)])
        return worst([*found, Binding(Holds.UNBOUND)])

    def _scope(self, function: Function) -> FunctionScope:
        if function not in self._scopes:
            self._scopes[function] = FunctionScope.of(function)
        return self._scopes[function]

    def _walker(
        self,
        own: tuple[Handler, ...] = (),
        wanted: frozenset[str] | None = frozenset(),
        *,
        asks: bool = False,
        imports_fail: bool = True,
    ) -> Walker:
        return Walker(
            self._facts,
            self._attempts,
            self._handle,
            self.never_returns,
            self._expressions_matter,
            Catcher(own),
            wanted=wanted,
            asks=asks,
            imports_fail=imports_fail,
        )

    def _handle(self, node: AnyTry | AnyWith) -> tuple[Handler, ...]:
        if node not in self._handlers:
            self._handlers[node] = handlers_of(node, self._facts)
        return self._handlers[node]

    def never_returns(self, call: ast.Call) -> bool:
        """Whether a call ends the program or raises, always."""
        return self._endings.never_returns(call)

    def _never_falls(self, function: Function) -> bool:
        if qualified(function.returns, self._facts.imports) in _NEVER:
            return True
        if isinstance(function, ast.AsyncFunctionDef) or any(_yields(part) for part in walk(function)):
            return False
        ends = {path.end for path in self._walker().run(function.body, [self._start()])}
        return bool(ends) and ends <= {End.RAISES, End.STOPS}


def _yields(node: ast.AST) -> bool:
    return isinstance(node, ast.Yield | ast.YieldFrom)
