"""Walks a module for one guarded import: which outcomes are still possible at each use of its names.

The state of the walk is a set of worlds: an outcome each, and what names were bound to since. Only
statements that mention a name in question are met (`mentions`). The bodies of functions run later, in
whatever outcomes the module, or the function around them, is left in; an outcome never changes after
the import has run.
"""

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain

from ws_fallback_lint.analysis.guarded import Binding
from ws_fallback_lint.analysis.module import Module
from ws_fallback_lint.analysis.outline import AnyFunction, Function
from ws_fallback_lint.analysis.values import UNKNOWN
from ws_fallback_lint.core.spans import Region
from ws_fallback_lint.flow.blocks import loop, match_, try_, with_
from ws_fallback_lint.flow.bodies import run_all
from ws_fallback_lint.flow.callees import Callees
from ws_fallback_lint.flow.classes import ClassContext
from ws_fallback_lint.flow.definitions import (
    SKIP_MARKS,
    Deferred,
    class_,
    function,
    late_definitions,
    own_names,
)
from ws_fallback_lint.flow.entry import asked_for, enter, siblings, surely_fails
from ws_fallback_lint.flow.expressions import Expressions, Hooks
from ws_fallback_lint.flow.frames import Frame, Returned
from ws_fallback_lint.flow.mentions import Mentions
from ws_fallback_lint.flow.notes import Notes
from ws_fallback_lint.flow.statements import leave, simple
from ws_fallback_lint.flow.subject import Subject
from ws_fallback_lint.flow.trace import GuardKind, Trace
from ws_fallback_lint.flow.uses import Seen, UseKind, When, cannot_take
from ws_fallback_lint.flow.words import importing, mentioned
from ws_fallback_lint.flow.worlds import NOWHERE, State, Table, World, bound, limited


class Walk:
    """The walk for one guarded import. `notes` holds its uses when `run` has ended."""

    def __init__(
        self,
        module: Module,
        mentions: Mentions,
        subject: Subject,
        is_guard: Callable[[str], bool],
        trace: Trace | None = None,
        ruled_out: frozenset[int] = frozenset(),
    ) -> None:
        self.facts = module.facts
        self.mentions = mentions
        self.subject = subject
        self.guarded = guarded = subject.guarded
        self.table = Table(guarded, ruled_out)
        self.is_guard = is_guard
        self.is_own = module.is_own
        self.notes = Notes(trace)
        self._tree = module.tree
        self._around = subject.function if guarded.reach is not None else None
        self._final: State = NOWHERE
        self.callees = Callees(self)
        names = self.table.names | subject.brought.names
        filled = mentions.filled(set(names))
        # They guard uses, but their own uses belong to another walk.
        self._siblings = (siblings(guarded, module) | subject.kin) - self.table.names
        words = subject.brought.words.union(importing(ref) for ref in guarded.imported if ref.module)
        words |= asked_for(self.table, self.facts)
        self.tracked = self.callees.closure(names | filled | self._siblings | words)
        self._columns = {*names, *filled, *self._siblings, *SKIP_MARKS}
        self._frames: list[Frame] = [Frame(self._tree)]
        self._deferred: list[Deferred] = []
        self.owner: ClassContext | None = None
        hooks = Hooks(
            lookup=self._lookup,
            use=self._use,
            called=self._called,
            ran=self.callees.ran,
            result=self.callees.result,
            defer=self.defer,
            track=self.track,
            is_column=self._is_column,
            mention=self.callees.mentioned,
            dies_with=self.callees.dies_with,
            told=lambda test, world: self.facts.conditions.truth(test, self.table.where(world)),
            narrowed=self.notes.narrowed,
            is_examined=lambda name: self.mentions.is_examined(name, self.frame.node),
        )
        self.expressions = Expressions(hooks, self.facts.imports)
        # To name a class in an annotation runs nothing of it.
        self.annotations = Expressions(replace(hooks, mention=lambda *_: None), self.facts.imports)

    def run(self) -> dict[tuple[Region, str], Seen]:
        """Walk everything that can meet the names."""
        self.to_the_end()
        self.run_bodies()
        called = self.mentions.called(self._around) if self._around else ""
        if self.guarded.is_given_back and self.mentions.is_named(called):
            self._run_callers(called)
        return self.notes.seen

    def to_the_end(self) -> State:
        """Walk to the end of the module, or of the function that alone can meet the names."""
        if self._around is not None:
            self.notes.when = When.CALL
            end = self.suite(self._around.body, self.subject.start(self.table))
        else:
            known = set(self.tracked)
            end = self.suite(self._tree.body, self.subject.start(self.table))
            late_definitions(self, self._tree.body, self.tracked - known, end)
        end |= limited(world for state, _ in self._frames[0].returned for world in state)
        if self.subject.function is not None and self._around is None:
            # The names are the module's, and who calls the function first is not known.
            end = frozenset(World(outcome) for outcome in self.table.possible)
        self._final = end
        return end

    def run_bodies(self) -> None:
        """Walk the bodies of the functions that were met so far."""
        run_all(self, self.take_deferred(), self._final)

    def _run_callers(self, function: str) -> None:
        """Walk the whole module for what a function gives back: who calls it meets the same outcome."""
        self.track(function)
        self.notes.when = When.IMPORT
        self._frames = [Frame(self._tree)]
        end = self.suite(self._tree.body, self.given_back())
        run_all(self, self.take_deferred(), end)

    def given_back(self) -> State:
        """Every outcome, for who calls the function around the guarded import, and has its own names."""
        hidden = frozenset((name, UNKNOWN) for name in self.table.names)
        return frozenset(World(index, hidden) for index in self.table.possible)

    def end(self) -> None:
        """Let go of everything: its parts refer to each other, and would wait to be collected."""
        for part in (self.expressions, self.annotations, self.callees, self):
            vars(part).clear()

    def suite(self, statements: list[ast.stmt], state: State) -> State:
        """The worlds after some statements."""
        for statement in self.mentions.walk(statements, self.tracked):
            if not state:
                break
            state = self.step(statement, state)
        return state

    def step(self, statement: ast.stmt, state: State) -> State:
        """The worlds after one statement."""
        if self.subject.site is not None and statement is self.subject.site.node:
            return enter(self, statement, state)
        match statement:
            case ast.If(test=test, body=body, orelse=orelse):
                true, false = self.expressions.test(test, state)
                truth = self.facts.conditions.always(test)
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
            case ast.Return() | ast.Raise() | ast.Break() | ast.Continue():
                leave(self, statement, state)
                return NOWHERE
            case _:
                return simple(self, statement, state)

    def brought(
        self, statement: ast.Import | ast.ImportFrom, world: World
    ) -> Mapping[str, Binding | None] | None:
        """What an import brings along in a world; None where it must fail, as the one in question has."""
        brought = self.subject.brought
        if surely_fails(brought.asked(statement), self.table.outcomes[world.outcome]):
            return None
        return brought.by(statement, world.outcome)

    def track(self, name: str) -> None:
        """Follow a name that holds something else in each outcome from now on."""
        if mentioned(name) not in self.tracked:
            self.tracked |= self.callees.closure({name})

    def apart(self, suite: list[ast.stmt], state: State) -> tuple[State, Frame]:
        """The worlds after some statements, and where they lead, without their function going there."""
        self._frames.append(Frame(self.frame.node))
        return self.suite(suite, state), self._frames.pop()

    @property
    def frame(self) -> Frame:
        """The function body, or module, that is being walked."""
        return self._frames[-1]

    def defer(self, node: AnyFunction, state: State) -> None:
        """Keep a function for when it runs."""
        if self.owner is not None:
            self.owner.met.add(node)
        self._deferred.append(Deferred(node, state, self.owner, len(self._frames) == 1))

    def is_met(self, node: ast.AST) -> bool:
        """Whether the walk has come to a function or class of the module."""
        contexts = self.callees.classes.passed.values()
        return any(one.node is node for one in self._deferred) or any(c.node is node for c in contexts)

    def take_deferred(self) -> list[Deferred]:
        """The functions met since the last time, which are to run later."""
        taken, self._deferred = self._deferred, []
        return taken

    def deferral(self, node: Function, state: State) -> Deferred:
        """A function to walk right now, for what it does."""
        return Deferred(node, state, self.owner)

    def _called(self, call: ast.Call, state: State) -> State:
        if isinstance(call.func, ast.Name):
            self.notes.call(call.func.id, state)
        return self.callees.called(call, state)

    def body(
        self, deferred: Deferred, entry: State, given: Mapping[str, Binding] | None = None
    ) -> tuple[State, list[tuple[State, Returned]]]:
        """Walk one function's body; where it falls off its end, and where it returns what.

        `given` are arguments of a call in question.
        """
        node = deferred.node
        self._frames.append(Frame(node, given=frozenset(given or ())))
        outer, self.owner = self.owner, deferred.owner
        state = bound(entry, lambda world: {**own_names(self, node, world, deferred.state), **(given or {})})
        with self.notes.running():
            if isinstance(node, ast.Lambda):
                self.frame.returned.append((self.expressions.visit(node.body, state), node.body))
                end = NOWHERE
            else:
                end = self.suite(node.body, state)
        self.owner = outer
        return end, self._frames.pop().returned

    @contextmanager
    def following(self, names: Iterable[str]) -> Iterator[None]:
        """Follow names of one function, which are nothing to the others."""
        new = {mentioned(name) for name in names} - self.tracked
        self.tracked |= new
        yield
        self.tracked -= new

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Walk without noting uses; functions met on the way are not deferred."""
        deferred, self._deferred = self._deferred, []
        with self.notes.quiet():
            yield
        self._deferred = deferred

    def _lookup(self, name: str, world: World) -> Binding | None:
        held = self.table.of(name, world)
        return held if held is not None or "." not in name else self.callees.property_of(name, world)

    def _is_column(self, name: str) -> bool:
        """Whether a name is followed whatever it is bound to."""
        is_flag = name in self.tracked and self.mentions.is_flag(name)
        return is_flag or name in self._columns

    def _use(self, node: ast.expr, name: str, kind: UseKind, attribute: str, state: State) -> State:
        """Note a use; the worlds in which it does not end in a handler around it."""
        if name in self._siblings:
            return state
        held = {world: self._values(node, name, world) for world in state if not world.is_before}
        met = {world: bindings for world, bindings in held.items() if bindings}
        if not any(
            name or binding.region or cannot_take(binding, kind, attribute)
            for binding in chain(*met.values())
        ):
            return state
        seen = self.notes.use(name, Region.of(node), kind)
        ended = set(state)
        for world in state:
            for binding in met.get(world, [None]):
                if binding is None or not self.notes.meet(seen, world.outcome, binding, attribute):
                    ended.discard(world)
        return self.notes.narrowed(GuardKind.FAILURE, node, state, state - ended)

    def _values(self, node: ast.expr, name: str, world: World) -> list[Binding]:
        """What a use may meet; what is in a container is met when it is taken out."""
        if name:
            held = self._lookup(name, world)
            return [held] if held is not None and held.content is None else []
        return [one for one in self.expressions.reader(world).values(node) if one.content is None]
