"""Walks a module for one guarded import: which outcomes are still possible at each use of its names.

The state of the walk is a set of worlds: an outcome each, and what names were bound to since. Only
statements that mention a name in question are met (`mentions`). The bodies of functions run later, in
whatever outcomes the module, or the function around them, is left in; an outcome never changes after
the import has run.
"""

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from ws_fallback_lint.analysis.guarded import Caught, GuardedImport, Holds, Leaves, Scope
from ws_fallback_lint.analysis.names import bound_by
from ws_fallback_lint.analysis.outline import AnyFunction, AnyTry, Function, Outline, Site, static_truth
from ws_fallback_lint.analysis.truth import UNKNOWN
from ws_fallback_lint.core.spans import Region
from ws_fallback_lint.flow.blocks import loop, match_, try_, with_
from ws_fallback_lint.flow.bodies import run_all
from ws_fallback_lint.flow.callees import Callees
from ws_fallback_lint.flow.definitions import ClassContext, Deferred, class_, function, own_names
from ws_fallback_lint.flow.expressions import Expressions, Hooks
from ws_fallback_lint.flow.mentions import Mentions
from ws_fallback_lint.flow.uses import Seen, UseKind, When, cannot_take, error_of
from ws_fallback_lint.flow.worlds import BEFORE, NOWHERE, START, State, Table, World, bound, limited


@dataclass(slots=True)
class Frame:
    """What a walk through one function body gathers: where it leaves, and with what."""

    returned: list[tuple[State, ast.expr | None]] = field(default_factory=list)
    breaks: list[State] = field(default_factory=list)


class Walk:
    """The walk for one guarded import. `seen` holds its uses when `run` has ended."""

    def __init__(
        self, tree: ast.Module, facts: Outline, mentions: Mentions, site: Site, guarded: GuardedImport
    ) -> None:
        self.facts = facts
        self.mentions = mentions
        self.table = Table(guarded)
        self.guarded = guarded
        self.seen: dict[tuple[Region, str], Seen] = {}
        self._tree = tree
        self._site = site
        self.callees = Callees(self)
        self.tracked = self.callees.closure(set(self.table.names))
        self._frames: list[Frame] = [Frame()]
        self._masks: list[Caught] = []
        self._deferred: list[Deferred] = []
        self.owner: ClassContext | None = None
        self._when = When.IMPORT
        self._quiet = 0
        self._watched: tuple[set[str], list[State]] = (set(), [])
        hooks = Hooks(
            lookup=self.table.of,
            use=self._use,
            called=self._called,
            result=self.callees.result,
            defer=self.defer,
            track=self.track,
            is_column=self.table.names.__contains__,
            mention=self.callees.mentioned,
        )
        self.expressions = Expressions(hooks, facts.imports)

    def run(self) -> dict[tuple[Region, str], Seen]:
        """Walk everything that can meet the names."""
        if self.guarded.scope is Scope.CLASS:
            return self.seen  # attributes of a class are met through it, which is not followed
        around = self._site.function
        inside = around is not None and self.guarded.reach is not None
        if around is not None and inside:
            self._when = When.CALL
            end = self.suite(around.body, START)
        else:
            end = self.suite(self._tree.body, START)
        end |= limited(world for state, _ in self._frames[0].returned for world in state)
        if around is not None and not inside:
            # The names are the module's, and who calls the function first is not known.
            end = frozenset(World(outcome) for outcome in range(len(self.table.outcomes)))
        self._when = When.CALL
        run_all(self, self.take_deferred(), end)
        return self.seen

    def suite(self, statements: list[ast.stmt], state: State) -> State:
        """The worlds after some statements."""
        for statement in self.mentions.walk(statements, self.tracked):
            if not state:
                break
            state = self.step(statement, state)
        return state

    def step(self, statement: ast.stmt, state: State) -> State:
        """The worlds after one statement."""
        if statement is self._site.node:
            return self._enter(state)
        visit = self.expressions.visit
        match statement:
            case ast.If(test=test, body=body, orelse=orelse):
                true, false = self.expressions.test(test, state)
                truth = static_truth(test, self.facts.imports)
                true, false = (NOWHERE if truth is False else true), (NOWHERE if truth is True else false)
                return limited(self.suite(body, true) | self.suite(orelse, false))
            case ast.While() | ast.For() | ast.AsyncFor():
                return loop(self, statement, state)
            case ast.Try() | ast.TryStar():
                return try_(self, statement, state)
            case ast.With() | ast.AsyncWith():
                return with_(self, statement, state)
            case ast.Match():
                return match_(self, statement, state)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                return function(self, statement, state)
            case ast.ClassDef():
                return class_(self, statement, state)
            case ast.Return(value=value):
                state = visit(value, state)
                self.frame.returned.append((state, value))
                return NOWHERE
            case ast.Raise(exc=exc, cause=cause):
                self.expressions.visit_all([exc, cause], state)
                return NOWHERE
            case ast.Break() | ast.Continue():
                self.frame.breaks.append(state)
                return NOWHERE
            case _:
                return self._simple(statement, state)

    def _simple(self, statement: ast.stmt, state: State) -> State:
        visit, bind = self.expressions.visit, self.expressions.bind
        match statement:
            case ast.Assert(test=test):
                return self.expressions.test(test, state)[0]
            case ast.Assign(targets=targets, value=value):
                state = visit(value, state)
                for target in targets:
                    state = bind(target, value, self._target(target, state))
            case ast.AnnAssign(target=target, annotation=annotation, value=value):
                if self._when is When.IMPORT and "annotations" not in self.facts.imports:
                    state = visit(annotation, state)
                if value is not None:
                    state = bind(target, value, visit(value, state))
            case ast.AugAssign(target=target, value=value):
                state = bind(target, None, visit(value, state))
            case ast.Expr(value=value):
                state = visit(value, state)
            case ast.Delete(targets=targets):
                for target in targets:
                    state = bind(target, None, state)
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                names = {bound_by(alias): UNKNOWN for alias in aliases}
                followed = {name: binding for name, binding in names.items() if name in self.tracked}
                state = bound(state, lambda _: followed) if followed else state
            case _:
                pass
        return state

    def _target(self, target: ast.expr, state: State) -> State:
        match target:
            case ast.Attribute(value=value):
                return self.expressions.need(value, UseKind.READ, state)
            case ast.Subscript():
                return self.expressions.visit(target, state)
            case _:
                return state

    def _enter(self, state: State) -> State:
        """The guarded import runs: from here on its outcomes are what is possible."""
        entered: set[World] = set()
        for index, outcome in enumerate(self.table.outcomes):
            worlds = {
                World(index, frozenset(item for item in world.overlay if item[0] not in self.table.names))
                for world in state
            }
            match outcome.leaves:
                case Leaves.FALLS:
                    entered |= worlds
                case Leaves.JUMPS:
                    self.frame.breaks.append(frozenset(worlds))
                case Leaves.RETURNS:
                    self.frame.returned.append((frozenset(worlds), None))
        if isinstance(self._site.node, AnyTry):
            worked = frozenset(World(index) for index in self.table.successes)
            for suite in (self._site.node.body, self._site.node.orelse):
                self._definitions(suite, worked)
        return limited(entered)

    def _definitions(self, suite: list[ast.stmt], state: State) -> None:
        """Functions and classes that are there because the import worked."""
        for statement in suite:
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                self.step(statement, state)

    def track(self, name: str) -> None:
        """Follow a name that holds something else in each outcome from now on."""
        mentioned = name if "." not in name else "." + name.rpartition(".")[2]
        if mentioned not in self.tracked:
            self.tracked |= self.callees.closure({mentioned})

    @property
    def frame(self) -> Frame:
        """The function body, or module, that is being walked."""
        return self._frames[-1]

    def defer(self, node: AnyFunction, state: State) -> None:
        """Keep a function for when it runs."""
        self._deferred.append(Deferred(node, state, self.owner, len(self._frames) == 1))

    def take_deferred(self) -> list[Deferred]:
        """The functions met since the last time, which are to run later."""
        taken, self._deferred = self._deferred, []
        return taken

    def deferral(self, node: Function, state: State) -> Deferred:
        """A function to walk right now, for what it does."""
        return Deferred(node, state, self.owner)

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is to be noted."""
        return self._quiet > 0

    @contextmanager
    def calls_of(self, names: set[str]) -> Iterator[list[State]]:
        """Gather the worlds in which one of some names is called."""
        outer, self._watched = self._watched, (names, [])
        yield self._watched[1]
        self._watched = outer

    def _called(self, call: ast.Call, state: State) -> State:
        if isinstance(call.func, ast.Name) and call.func.id in self._watched[0]:
            self._watched[1].append(state)
        return self.callees.called(call, state)

    def body(self, deferred: Deferred, entry: State) -> tuple[State, list[tuple[State, ast.expr | None]]]:
        """Walk one function's body; where it falls off its end, and where it returns what."""
        node = deferred.node
        self._frames.append(Frame())
        masks, self._masks = self._masks, []
        when, self._when = self._when, When.CALL
        outer, self.owner = self.owner, deferred.owner
        state = bound(entry, lambda world: own_names(self, node, world, deferred.state))
        if isinstance(node, ast.Lambda):
            end = self.expressions.visit(node.body, state)
            self.frame.returned.append((end, node.body))
            end = NOWHERE
        else:
            end = self.suite(node.body, state)
        self.owner, self._when, self._masks = outer, when, masks
        return end, self._frames.pop().returned

    @contextmanager
    def masked(self, masks: list[Caught]) -> Iterator[None]:
        """Note uses as masked where one of these swallows their failure."""
        self._masks.extend(masks)
        yield
        del self._masks[len(self._masks) - len(masks) :]

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Walk without noting uses; functions met on the way are not deferred."""
        self._quiet += 1
        deferred = self._deferred
        self._deferred = []
        yield
        self._deferred = deferred
        self._quiet -= 1

    def _use(self, node: ast.expr, name: str, kind: UseKind, attribute: str, state: State) -> None:
        if self._quiet:
            return
        region = Region.of(node)
        seen = self.seen.get((region, kind.value)) or Seen(name, region, kind, self._when)
        noted = False
        for world in state:
            if world.outcome == BEFORE:
                continue
            binding = self.table.of(name, world) if name else self.expressions.reader(world).value(node)
            if binding is None:
                continue
            if binding.holds is not Holds.DERIVED or binding.region is not None:
                noted = True
                seen.met.add(world.outcome)
                if binding.region is not None:
                    seen.roots.add(binding.region)
            if cannot_take(binding, kind, attribute):
                masked = any(_catches(mask, error_of(kind, binding)) for mask in self._masks)
                (seen.masked if masked else seen.fails).add(world.outcome)
        if noted:
            self.seen[(region, kind.value)] = seen


def _catches(mask: Caught, error: str) -> bool:
    kinds = {error, "UnboundLocalError"} if error == "NameError" else {error}
    return mask.everything or not kinds.isdisjoint(mask.names)
