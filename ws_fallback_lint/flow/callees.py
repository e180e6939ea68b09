"""What calling a function of the module leaves possible: guard and flag functions, getters, decorators."""

import ast
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ws_fallback_lint.analysis.containers import coroutine
from ws_fallback_lint.analysis.functions import arguments
from ws_fallback_lint.analysis.guarded import Binding, Code
from ws_fallback_lint.analysis.names import dotted, qualified
from ws_fallback_lint.analysis.outline import Function
from ws_fallback_lint.analysis.truth import Reader
from ws_fallback_lint.analysis.values import NONE, UNKNOWN, either, few
from ws_fallback_lint.flow.classes import ClassContext, Classes
from ws_fallback_lint.flow.patches import patched
from ws_fallback_lint.flow.summaries import (
    NEVER,
    NO_ARGUMENTS,
    NOT_KNOWN,
    Given,
    Summary,
    given_back,
    parameter_of,
)
from ws_fallback_lint.flow.trace import GuardKind
from ws_fallback_lint.flow.uses import When
from ws_fallback_lint.flow.words import WAYS_OUT, mentioned
from ws_fallback_lint.flow.worlds import NOWHERE, State, World, bound, only, outcomes

if TYPE_CHECKING:
    from ws_fallback_lint.flow.walk import Walk


# Names of pytest and unittest that narrow without a word of the import.
_ALWAYS_MET = frozenset({"pytestmark", "skip", ".importorskip", "importorskip", "__unittest_skip__"})
_ALWAYS_MET |= {".setattr", ".delattr", ".patch"}
# More different calls of one function than this are not told apart.
_MOST_VARIANTS = 16
# Calls inside calls are followed so far.
_MOST_CALLS = 12


class Callees:
    """Answers for the calls that a walk meets.

    `reached` maps private functions and classes, and
    methods as `.name`, to the outcomes in which somebody mentions them; `at_import` functions to the
    worlds in which the module calls them while it is imported.
    """

    def __init__(self, walk: "Walk") -> None:
        self._walk = walk
        self.classes = Classes(walk.mentions)
        self._summaries: dict[tuple[ast.AST, World, Given], Summary] = {}
        self.reached: dict[str, set[int]] = {}
        self.at_import: dict[ast.AST, set[World]] = {}
        self._calling: list[Function] = []
        self._variants: dict[Function, set[Given]] = {}
        self._deaths: dict[tuple[ast.AST, str, Given], bool] = {}

    def mentioned(self, name: str, state: State) -> None:
        """Note in which outcomes somebody names a function, or `.name`s a method."""
        wanted = self._walk.is_own(name) or name in self._walk.facts.inner
        if wanted and not self._walk.notes.is_quiet:
            self.reached.setdefault(name, set()).update(outcomes(state))

    def closure(self, names: Iterable[str]) -> set[str]:
        """How statements mention the names, and the functions whose doings depend on them."""
        mentions = self._walk.mentions
        found = {mentioned(name) for name in names}
        todo = list(found)
        while todo:
            name = todo.pop()
            flags = mentions.flags(name) - found
            found |= flags
            todo += flags
            for function in mentions.functions(name):
                owner = mentions.owners[function]
                new = {function.name if owner is None else "." + function.name} - found
                if owner is not None and self._walk.is_own(owner.name):
                    new |= {owner.name} - found
                found |= new
                todo += new
        return found | _ALWAYS_MET | WAYS_OUT

    # What a call leaves possible

    def called(self, call: ast.Call, state: State) -> State:
        """The worlds after a call: those in which it comes back."""
        name = qualified(call.func, self._walk.facts.imports) or ""
        back = self._back(call, state, awaited=False)
        if self._walk.mentions.never_returns(call):
            return NOWHERE
        is_skip = name.rpartition(".")[2] == "importorskip" and self._asks_for_ours(call)
        if is_skip or self._walk.is_guard(name):
            left = only(state, self._walk.table.successes)
            back = self._walk.notes.narrowed(GuardKind.CALL, call, state, left)
        return patched(self._walk, call, back)

    def ran(self, call: ast.Call, state: State) -> State:
        """The worlds after what a call gave is awaited, or handed on: if it is a coroutine, it runs now."""
        return self._back(call, state, awaited=True)

    def _back(self, call: ast.Call, state: State, *, awaited: bool) -> State:
        """The worlds in which a function comes back, with the names of the module that it has bound anew."""
        done = {world: self._run(call, world, awaited=awaited) for world in state}
        back = frozenset(world for world, summary in done.items() if summary.returns)
        left = self._walk.notes.narrowed(GuardKind.CALL, call, state, back)
        return bound(left, lambda world: dict(done[world].rebound))

    def _run(self, call: ast.Call, world: World, *, awaited: bool) -> Summary:
        """What a call does in a world: a coroutine, nothing until it is awaited."""
        function = self._target(call, world)
        if function is None and not awaited:
            return self._run_elsewhere(call, world)
        if function is None or isinstance(function, ast.AsyncFunctionDef) is not awaited:
            return NOT_KNOWN
        noted = self._walk.notes.when is When.IMPORT and not self._walk.notes.is_quiet
        if noted and not world.is_before:
            self.at_import.setdefault(function, set()).add(World(world.outcome))
        return self.summary(function, world, self._switched(function, call, world))

    def _run_elsewhere(self, call: ast.Call, world: World) -> Summary:
        """What a call of something from another module does."""
        match call.func:
            case ast.Attribute(value=ast.Call(func=ast.Name(id="super")), attr=name) if self._walk.owner:
                bases = self.bases(self._walk.owner, world)
                return NOT_KNOWN if all(base.constructs(frozenset({name})) for base in bases) else NEVER
            case func:
                code, reader = self.code(func, world), self._walk.expressions.reader(world)
                return NOT_KNOWN if code is None or code.called(call, reader) else NEVER

    def code(self, node: ast.expr, world: World) -> Code | None:
        """What a function or a class from another module does that an expression names."""
        held = self._walk.table.of(dotted(node) or "", world)
        return None if held is None else held.code

    def bases(self, owner: ClassContext, world: World) -> list[Code]:
        """The bases of a class that come from other modules."""
        return [code for base in owner.node.bases if (code := self.code(base, world))]

    def result(self, call: ast.Call, world: World) -> tuple[Binding, ...] | None:
        """What a call of a function of the module may give in a world; None if it is none of them."""
        function = self._target(call, world)
        if function is None and (code := self.code(call.func, world)) is not None:
            return code.called(call, self._walk.expressions.reader(world)) or (UNKNOWN,)
        if function is None or world.is_before:
            return None
        return self.summary(function, world, self._switched(function, call, world)).values

    def _switched(self, function: Function, call: ast.Call, world: World) -> Given:
        return self.switched(function, call, self._walk.expressions.reader(world))

    def switched(self, function: Function, call: ast.Call, reader: Reader) -> Given:
        """The constants that a call gives to parameters that decide what the function does."""
        switches = self._walk.mentions.switches(function)
        if not switches:
            return NO_ARGUMENTS
        held = {n: reader.value(node) for n, node in arguments(function, call).items() if n in switches}
        given = frozenset((n, b) for n, b in held.items() if b.known.literal is not None and b.region is None)
        variants = self._variants.setdefault(function, set())
        if len(variants) < _MOST_VARIANTS:
            variants.add(given)
        return given if given in variants else NO_ARGUMENTS

    def _asks_for_ours(self, call: ast.Call) -> bool:
        match call.args:
            case [ast.Constant(value=str() as module), *_]:
                ours = [ref.module for ref in self._walk.guarded.imported]
                return any(
                    ref == module or ref.startswith(module + ".") or module.startswith(ref + ".")
                    for ref in ours
                )
            case _:
                return False

    def _target(self, call: ast.Call, world: World) -> Function | None:
        """The function of the module that a call calls, if what it does depends on the import."""
        match call.func:
            case ast.Name(id=name):
                function = self._named(name, world)
                if function is not None and name in self._walk.table.names:
                    return function  # defined in the statement itself, one way or the other
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name):
                function = self.classes.method(self._walk.owner, name)
            case ast.Attribute(value=ast.Call(func=ast.Name(id="super")), attr=name):
                function = self.classes.method(self._walk.owner, name, skip=1)
            case _:
                return None
        if function is None or self._walk.tracked.isdisjoint(self._walk.mentions.of(function)):
            return None
        return function

    def _named(self, name: str, world: World) -> Function | None:
        held = self._walk.table.of(name, world)
        if held is None:
            return self._walk.facts.functions.get(name) or self._walk.facts.inner.get(name)
        if held.region is None:
            return self._walk.facts.inner.get(name)
        return self._walk.mentions.defined_at(held.region)

    def summary(self, function: Function, world: World, given: Given = NO_ARGUMENTS) -> Summary:
        """What a call of a function of the module does in a world."""
        world = self._seen_from(function, world)
        key = (function, world, given)
        if key not in self._summaries:
            if len(self._calling) > _MOST_CALLS:
                return NOT_KNOWN
            self._summaries[key] = NOT_KNOWN  # what calls itself is judged by its other paths
            self._calling.append(function)
            self._summaries[key] = self._summarized(function, world, given)
            self._calling.pop()
        return self._summaries[key]

    def _seen_from(self, function: Function, world: World) -> World:
        """A world without what is bound where a function cannot see it: in the function that calls it."""
        caller = self._walk.frame.node
        is_inside = self._walk.facts.inner.get(function.name, self) is not self
        if is_inside or not isinstance(caller, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            return world
        hidden = self._walk.mentions.locals_of(caller) - {"self", "cls"}
        names = [name for name in world.held if name.partition(".")[0] in hidden]
        return world.without(names) if names else world

    def property_of(self, name: str, world: World) -> Binding | None:
        """What `self.name` gives where a property of the class is called so."""
        home, dot, attribute = name.partition(".")
        if home not in ("self", "cls") or not dot or world.is_before:
            return None
        method = self.classes.method(self._walk.owner, attribute)
        if method is None or not any("property" in (dotted(d) or "") for d in method.decorator_list):
            return None
        if self._walk.tracked.isdisjoint(self._walk.mentions.of(method)):
            return None
        return either(self.summary(method, world).values)

    def dies_with(self, call: ast.Call, argument: ast.expr, world: World) -> bool:
        """Whether a function of the module uses an argument in a way that what it is cannot take."""
        function = None
        if isinstance(call.func, ast.Name):
            function = self._named(call.func.id, world)
        parameter = None if function is None else parameter_of(function, call, argument)
        if function is None or parameter is None or world.is_before:
            return False
        return any(
            self._dies_of(function, self._switched(function, call, world), parameter, world, value)
            for value in self._walk.expressions.reader(world).values(argument)
        )

    def _dies_of(
        self, function: Function, given: Given, parameter: str, world: World, value: Binding
    ) -> bool:
        arguments = {**dict(given), parameter: value}
        key = (function, parameter, frozenset(arguments.items()))
        if key not in self._deaths:
            if len(self._calling) > _MOST_CALLS:
                return False
            self._calling.append(function)
            self._deaths[key] = False  # a function that hands its argument to itself
            self._deaths[key] = self._dies(function, arguments, parameter, world)
            self._calling.pop()
        return self._deaths[key]

    def _dies(self, function: Function, arguments: dict[str, Binding], parameter: str, world: World) -> bool:
        walk = self._walk
        entry = frozenset((world,))
        with walk.quiet(), walk.following({*arguments}), walk.notes.deaths_of(parameter) as deaths:
            walk.body(walk.deferral(function, entry), entry, arguments)
        return bool(deaths)

    def starts(self, function: Function, world: World, given: Mapping[str, Binding] | None = None) -> bool:
        """Whether the body of a function, or of a generator up to its end, gets anywhere in a world.

        `given` are names that it finds bound.
        """
        held = NO_ARGUMENTS if given is None else frozenset(given.items())
        return self._summarized(function, world, held, started=True).returns

    def _summarized(
        self, function: Function, world: World, given: Given = NO_ARGUMENTS, *, started: bool = False
    ) -> Summary:
        """Walk a function in one world, and with some arguments; a generator only if it is `started`."""
        walk = self._walk
        if walk.mentions.is_generator(function) and not started:
            return NOT_KNOWN
        entry = frozenset((world,))
        with walk.quiet(), walk.following({name for name, _ in given}):
            end, returned = walk.body(walk.deferral(function, entry), entry, dict(given))
            reader = walk.expressions.reader
            values = [b for left, value in returned for one in left for b in given_back(value, reader(one))]
        if end:
            values.append(NONE)
        if isinstance(function, ast.AsyncFunctionDef):
            values = [coroutine(value) for value in values]
        ends = end.union(*(state for state, _ in returned))
        own = walk.mentions.globals_of(function) if walk.facts.declared_global else ()
        held = {name: [walk.table.of(name, one) for one in ends] for name in own}
        rebound = [(n, either([one for one in all_ if one])) for n, all_ in held.items() if any(all_)]
        return Summary(bool(ends), few(values) or (UNKNOWN,), tuple(rebound))
