"""What a module leaves of a guarded import to whoever imports it: what its names hold, by outcome."""

import ast
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from ws_fallback_lint.analysis.constructors import CONSTRUCTORS
from ws_fallback_lint.analysis.guarded import Binding, Content, GuardedImport, Holds, Known
from ws_fallback_lint.analysis.names import dotted, read_names
from ws_fallback_lint.analysis.outline import Function
from ws_fallback_lint.analysis.truth import Reader
from ws_fallback_lint.analysis.values import UNKNOWN, either, few
from ws_fallback_lint.core.spans import Region
from ws_fallback_lint.flow.bodies import constructed
from ws_fallback_lint.flow.classes import ClassContext
from ws_fallback_lint.flow.decorators import decorated, lets_through
from ws_fallback_lint.flow.worlds import State, World

if TYPE_CHECKING:
    from ws_fallback_lint.flow.walk import Walk

_NOWHERE = Region(0, 0, 0, 0)


class Left:
    """The end of a module, by outcome. Keeps the walk that came there; `end` lets go of it.

    Each way to the end of the module with the guarded import is an outcome of its own for the others:
    `outcomes` maps them to those of the guarded import.
    """

    def __init__(self, walk: "Walk", states: tuple[State, ...], outcomes: tuple[int, ...]) -> None:
        self.walk = walk
        self.states = states
        self.outcomes = outcomes
        self.has_run = False
        self.successes = frozenset(i for i, one in enumerate(outcomes) if one in walk.table.successes)

    @classmethod
    def at_home(cls, walk: "Walk") -> "Left":
        """What the module with the guarded import leaves. The walk has still to run."""
        is_inside = walk.subject.function is not None and walk.guarded.reach is not None
        final = walk.given_back() if is_inside else walk.to_the_end()
        order = sorted(final, key=_in_order)
        return cls(walk, tuple(frozenset((one,)) for one in order), tuple(one.outcome for one in order))

    @classmethod
    def on_the_way(cls, walk: "Walk") -> "Left":
        """What a module leaves that has it from another. The walk has still to run."""
        final = walk.to_the_end()
        indices = range(len(walk.table.outcomes))
        states = tuple(frozenset(one for one in final if one.outcome == index) for index in indices)
        return cls(walk, states, tuple(indices))

    def seen_from_outside(self, guarded: GuardedImport, absolute: Callable[[str], str]) -> GuardedImport:
        """The guarded import with an outcome for each way to the end, its modules by absolute names."""
        named = guarded.named(absolute)
        first = len(named.successes)
        known = [replace(one, bindings=()) for one in (*named.successes, *named.outcomes)]
        return replace(
            named,
            region=_NOWHERE,
            function=None,
            names=(),
            successes=tuple(known[one] for one in self.outcomes if one < first),
            outcomes=tuple(known[one] for one in self.outcomes if one >= first),
            is_given_back=False,
        )

    def gets_there(self, index: int) -> bool:
        """Whether the module comes to its end in an outcome."""
        return bool(self.states[index])

    def of(self, name: str, index: int) -> Binding | None:
        """What a name of the module holds in an outcome; None for one that has nothing to do with it."""
        walk = self.walk
        held = [walk.table.of(name, world) for world in self.states[index]]
        if any(held):
            binding = either([one or UNKNOWN for one in held])
            return binding._replace(code=binding.code or self._code_at(binding.region, index))
        node = (
            walk.facts.functions.get(name) or walk.mentions.classes.get(name) or walk.facts.aliases.get(name)
        )
        if node is None or not self._depends(node):
            return None
        return Binding(Holds.ALTERNATE, known=Known(True, callable=True), code=Left.Code(self, node, index))

    def given(self, name: str, index: int) -> tuple[Binding, ...]:
        """What a name holds in an outcome, and what it gives when it is called with nothing."""
        binding = self.of(name, index)
        if binding is None:
            return ()
        if binding.code is None:
            return (binding,)
        call = ast.Call(ast.Name(name, ast.Load()), [], [])
        return binding.code.called(call, self.walk.expressions.reader(next(iter(self.states[index]))))

    def _code_at(self, region: Region | None, index: int) -> "Left.Code | None":
        node = self.walk.mentions.defined_at(region) if region else None
        return None if node is None else Left.Code(self, node, index)

    def _depends(self, node: Function | ast.ClassDef | ast.expr) -> bool:
        """Whether what a function or a mark does, or making an object, may depend on the outcome."""
        if isinstance(node, ast.expr):
            return isinstance(node, ast.Call) and not self.walk.tracked.isdisjoint(read_names(node))
        if isinstance(node, ast.ClassDef):
            return node.name in self._classes
        return not self.walk.tracked.isdisjoint(self.walk.mentions.of(node))

    @cached_property
    def _classes(self) -> frozenset[str]:
        return dependent_classes(self.walk)

    @dataclass(frozen=True, slots=True)
    class Code:
        """A function, a class, or a mark for tests in one outcome. `at` is where another module got it."""

        left: "Left"
        node: Function | ast.ClassDef | ast.expr
        index: int
        at: Region | None = None

        def called(self, call: ast.Call, reader: Reader) -> tuple[Binding, ...]:
            """What a call may give; nothing where it does not come back. `reader` reads its arguments."""
            if isinstance(self.node, ast.ClassDef):
                return (
                    (UNKNOWN,) if self.constructs(frozenset({"__new__", "__init__", "__post_init__"})) else ()
                )
            if isinstance(self.node, ast.expr):
                return (UNKNOWN,)
            callees = self.left.walk.callees
            plain = ast.Call(ast.Name(self.node.name, ast.Load()), call.args, call.keywords)
            given = callees.switched(self.node, plain, reader)
            done = [callees.summary(self.node, world, given) for world in self.left.states[self.index]]
            if isinstance(self.node, ast.AsyncFunctionDef) and not any(one.returns for one in done):
                return (UNKNOWN,)  # nothing of it runs yet
            values = chain.from_iterable(one.values for one in done if one.returns)
            return few(moved(value, self.at) for value in values)

        def lets_through(self) -> bool:
            """Whether what it decorates can be called."""
            if isinstance(self.node, ast.ClassDef):
                return True
            walk = self.left.walk
            if isinstance(self.node, ast.expr):
                return bool(decorated(walk, self.node, self.left.states[self.index]))
            return any(lets_through(walk, self.node, world) for world in self.left.states[self.index])

        def constructs(self, names: frozenset[str]) -> bool:
            """Whether the methods of these names, which run before the others of an object, come back."""
            if not isinstance(self.node, ast.ClassDef):
                return True
            walk = self.left.walk
            if not self.left.has_run:
                self.left.has_run = True
                walk.run_bodies()
            context = walk.callees.classes.passed.get(self.node.name) or ClassContext(self.node)
            return bool(constructed(walk, context, self.left.states[self.index], names))


def _in_order(world: World) -> tuple[int, list[tuple[str, str, str]]]:
    """The same order of worlds in every process."""
    held = ((name, str(one.region), str(one.known.literal)) for name, one in world.overlay)
    return world.outcome, sorted(held)


def dependent_classes(walk: "Walk") -> frozenset[str]:
    """The classes of which making an object may depend on the outcome, those derived from them included."""
    found = {node.name for node in walk.mentions.classes.values() if _depends_itself(walk, node)}
    while more := {
        node.name
        for node in walk.mentions.classes.values()
        if node.name not in found and any(dotted(base) in found for base in node.bases)
    }:
        found |= more
    return frozenset(found)


def _depends_itself(walk: "Walk", node: ast.ClassDef) -> bool:
    if any((dotted(base) or "").partition(".")[0] in walk.tracked for base in node.bases):
        return True
    methods = (one for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef))
    run = [walk.mentions.of(one) for one in methods if one.name in CONSTRUCTORS]
    return not all(map(walk.tracked.isdisjoint, run))


def moved(binding: Binding, region: Region | None) -> Binding:
    """What another module got at a region: a name, or the result of a call."""
    code = replace(binding.code, at=region) if isinstance(binding.code, Left.Code) else binding.code
    content = binding.content and Content(
        binding.content.is_mapping,
        tuple((key, moved(one, region)) for key, one in binding.content.entries),
        binding.content.whole,
    )
    place = region if binding.region is not None else None
    return binding._replace(region=place, imported=None, content=content, code=code)
