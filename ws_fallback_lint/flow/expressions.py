"""Walks expressions: finds the uses in them and narrows the outcomes as it goes."""

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from ws_fallback_lint.analysis.guarded import Binding
from ws_fallback_lint.analysis.names import dotted, qualified
from ws_fallback_lint.analysis.truth import Reader
from ws_fallback_lint.analysis.values import UNKNOWN, stems
from ws_fallback_lint.flow.arguments import argument_kind, element_of, keyword_kind, operand_kinds
from ws_fallback_lint.flow.binder import Binder
from ws_fallback_lint.flow.trace import GuardKind
from ws_fallback_lint.flow.uses import UseKind
from ws_fallback_lint.flow.worlds import NOWHERE, State, World, bound

_ORDERED = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
# Expressions that may give one of several values, and all those whose own value is looked at.
_CHOICES = (ast.Subscript, ast.IfExp, ast.BoolOp)
_GIVE = (*_CHOICES, ast.Call, ast.NamedExpr, ast.Await)


@dataclass(frozen=True, slots=True)
class Hooks:
    """What the walk through statements does for expressions."""

    lookup: Callable[[str, World], Binding | None]
    use: Callable[[ast.expr, str, UseKind, str, State], State]
    dies_with: Callable[[ast.Call, ast.expr, World], bool]
    called: Callable[[ast.Call, State], State]
    ran: Callable[[ast.Call, State], State]
    result: Callable[[ast.Call, World], tuple[Binding, ...] | None]
    defer: Callable[[ast.Lambda, State], None]
    track: Callable[[str], None]
    is_column: Callable[[str], bool]
    mention: Callable[[str, State], None]
    told: Callable[[ast.expr, World], bool | None]
    narrowed: Callable[[GuardKind, ast.expr, State, State], State]
    is_examined: Callable[[str], bool]


class Expressions:
    """Finds uses. `hooks` says what names hold, and is told of uses and calls."""

    def __init__(self, hooks: Hooks, imports: Mapping[str, str]) -> None:
        self._hooks = hooks
        self._imports = imports
        self.binder = Binder(
            hooks.lookup,
            self.reader,
            hooks.track,
            hooks.is_column,
            hooks.is_examined,
            hooks.narrowed,
        )

    def reader(self, world: World) -> Reader:
        """Evaluates expressions in one world."""
        hooks = self._hooks
        return Reader(
            lambda name: hooks.lookup(name, world),
            lambda call: hooks.result(call, world),
            lambda test: hooks.told(test, world),
        )

    def split(self, test: ast.expr, state: State) -> tuple[State, State]:
        """The worlds in which a test may be true, and those in which it may be false."""
        truths = [(world, self.reader(world).truth(test)) for world in state]
        true = frozenset(world for world, truth in truths if truth is not False)
        false = frozenset(world for world, truth in truths if truth is not True)
        narrowed = self._hooks.narrowed
        return narrowed(GuardKind.TEST, test, state, true), narrowed(GuardKind.TEST, test, state, false)

    def _is_followed(self, name: str, state: State) -> bool:
        return any(self._hooks.lookup(name, world) for world in state)

    def visit(self, node: ast.expr | None, state: State) -> State:
        """Find the uses in an expression; the worlds in which it ends."""
        if node is None or not state:
            return state
        match node:
            case ast.Name() | ast.Attribute():
                return self._chain(node, state, UseKind.READ)
            case ast.BoolOp(op=op, values=values):
                return self._bool(isinstance(op, ast.And), values, state)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                true, false = self.test(test, state)
                return self.visit(body, true) | self.visit(orelse, false)
            case ast.Call():
                return self._call(node, state)
            case ast.Subscript(value=value, slice=index):
                state = self.visit(index, self.need(value, UseKind.SUBSCRIPT, state))
                return self.binder.choose(value, index, state) if isinstance(node.ctx, ast.Load) else state
            case ast.Compare() | ast.BinOp() | ast.UnaryOp():
                return self._operator(node, state)
            case ast.Await(value=value) | ast.Starred(value=value) | ast.YieldFrom(value=value):
                kind = UseKind.AWAIT if isinstance(node, ast.Await) else UseKind.ITERATION
                return self._ran([value], self.need(value, kind, state))
            case ast.NamedExpr(target=target, value=value):
                return self.binder.bind(target, value, self.visit(value, state))
            case ast.Lambda(args=args):
                state = self.visit_all([*args.defaults, *args.kw_defaults], state)
                self._hooks.defer(node, state)
                return state
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                return self._comprehension(node, state)
            case _:
                return self.visit_all(_children(node), state)

    def visit_all(self, nodes: Iterable[ast.expr | None], state: State) -> State:
        """Find the uses in expressions that run one after the other."""
        for node in nodes:
            state = self.visit(node, state)
        return state

    def test(self, node: ast.expr, state: State) -> tuple[State, State]:
        """Find the uses in a condition; the worlds in which it may be true, and false."""
        return self.split(node, self.visit(node, state))

    def need(self, node: ast.expr, kind: UseKind, state: State) -> State:
        """Visit an expression whose value is used in a way of its own."""
        if isinstance(node, ast.Name | ast.Attribute):
            return self._chain(node, state, kind)
        state = self.visit(node, state)
        if isinstance(node, _GIVE) and kind is not UseKind.READ:
            state = self._hooks.use(node, "", kind, "", state)
        return state

    def store(self, target: ast.expr, state: State) -> State:
        """Find the uses in what is assigned to or deleted: `x.a = 1` asks for an attribute of x."""
        match target:
            case ast.Attribute(value=value, attr=attribute) if not self._is_followed(
                dotted(target) or "", state
            ):
                owner = dotted(value)
                if owner is not None and self._is_followed(owner, state):
                    return self._hooks.use(value, owner, UseKind.ATTRIBUTE, attribute, state)
                return self.visit(value, state)
            case ast.Subscript():
                return self.visit(target, state)
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                for part in parts:
                    state = self.store(part, state)
                return state
            case _:
                return state

    def _chain(self, node: ast.Name | ast.Attribute, state: State, kind: UseKind) -> State:
        name = dotted(node)
        self._hooks.mention(node.id if isinstance(node, ast.Name) else "." + node.attr, state)
        if name is not None and self._is_followed(name, state):
            return self._hooks.use(node, name, kind, "", state)
        if isinstance(node, ast.Name):
            return state
        attribute = node.attr
        inner = dotted(node.value)
        if inner is not None and self._is_followed(inner, state):
            return self._hooks.use(node.value, inner, UseKind.ATTRIBUTE, attribute, state)
        state = self.visit(node.value, state)
        if isinstance(node.value, _GIVE):
            return self._hooks.use(node.value, "", UseKind.ATTRIBUTE, attribute, state)
        return state

    def _bool(self, conjunction: bool, values: list[ast.expr], state: State) -> State:
        ended: State = NOWHERE
        for value in values:
            true, false = self.test(value, state)
            state, leaves = (true, false) if conjunction else (false, true)
            ended |= leaves
        return ended | state

    def _call(self, node: ast.Call, state: State) -> State:
        if isinstance(node.func, ast.Lambda):
            self._run_now(node.func, state)
        else:
            state = self.need(node.func, UseKind.CALL, state)
        name = qualified(node.func, self._imports) or ""
        for index, argument in enumerate(node.args):
            kind = argument_kind(name, index)
            if any(
                self._hooks.dies_with(node, argument, world) for world in self._followed_in(argument, state)
            ):
                kind = UseKind.ARGUMENT
            state = self.need(argument, kind, state)
        for word in node.keywords:
            kind = keyword_kind(name, word)
            if any(
                self._hooks.dies_with(node, word.value, world)
                for world in self._followed_in(word.value, state)
            ):
                kind = UseKind.ARGUMENT
            state = self.need(word.value, kind, state)
        if (
            name in ("isinstance", "issubclass")
            and len(node.args) > 1
            and isinstance(node.args[1], ast.Tuple)
        ):
            for part in node.args[1].elts:
                state = self.need(part, UseKind.ISINSTANCE, state)
        state = self._ran([*node.args, *(word.value for word in node.keywords)], state)
        self._hand_on(node, state)
        return self.binder.call(node, self._hooks.called(node, state))

    def _ran(self, given: list[ast.expr], state: State) -> State:
        """The worlds after what some calls gave is awaited, or handed to what runs it."""
        for one in given:
            state = self._hooks.ran(one, state) if isinstance(one, ast.Call) else state
        return state

    def _hand_on(self, node: ast.Call, state: State) -> None:
        """Find the uses of elements that a call hands to a function: `map(f, table)`."""
        match node:
            case ast.Call(func=ast.Name(id="map" | "filter"), args=[function, iterable]):
                pass
            case ast.Call(
                func=ast.Name(id="sorted" | "min" | "max"),
                args=[iterable],
                keywords=[ast.keyword(arg="key", value=function), *_],
            ):
                pass
            case _:
                return
        match function:
            case ast.Lambda(args=ast.arguments(args=[parameter]), body=body):
                self.visit(body, self.binder.each(ast.Name(parameter.arg, ast.Store()), iterable, state))
            case ast.Name():
                element = ast.copy_location(element_of(iterable), iterable)
                call = ast.Call(function, [element], [])
                died = {world for world in state if self._hooks.dies_with(call, element, world)}
                self._hooks.use(element, "", UseKind.ARGUMENT, "", frozenset(died))
            case _:
                pass

    def _run_now(self, node: ast.Lambda, state: State) -> None:
        """A lambda that is called where it stands."""
        state = self.visit_all([*node.args.defaults, *node.args.kw_defaults], state)
        own = dict.fromkeys((argument.arg for argument in node.args.args), UNKNOWN)
        self.visit(node.body, bound(state, lambda _: own))

    def _followed_in(self, argument: ast.expr, state: State) -> list[World]:
        name = dotted(argument)
        if name is not None:
            return [world for world in state if self._hooks.lookup(name, world)]
        if not isinstance(argument, _CHOICES):
            return []
        return [world for world in state if any(map(stems, self.reader(world).values(argument)))]

    def _operator(self, node: ast.Compare | ast.BinOp | ast.UnaryOp, state: State) -> State:
        match node:
            case ast.Compare(left=left, ops=ops, comparators=comparators):
                return self._compare(left, ops, comparators, state)
            case ast.BinOp(left=left, op=op, right=right):
                return self._binary(left, op, right, state)
            case ast.UnaryOp(op=op, operand=operand):
                kind = UseKind.READ if isinstance(op, ast.Not) else UseKind.OPERATOR
                return self.need(operand, kind, state)

    def _compare(
        self, left: ast.expr, ops: list[ast.cmpop], comparators: list[ast.expr], state: State
    ) -> State:
        for op, one, other in zip(ops, [left, *comparators], comparators, strict=False):
            ordered = UseKind.OPERATOR if isinstance(op, _ORDERED) else UseKind.READ
            state = self.need(one, ordered, state)
            inside = isinstance(op, ast.In | ast.NotIn)
            state = self.need(other, UseKind.ITERATION if inside else ordered, state)
        return state

    def _binary(self, left: ast.expr, op: ast.operator, right: ast.expr, state: State) -> State:
        first, second = operand_kinds(left, op, right)
        return self.need(right, second, self.need(left, first, state))

    def _comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, state: State
    ) -> State:
        inside = state
        for generator in node.generators:
            inside = self.need(generator.iter, UseKind.ITERATION, inside)
            inside = self.binder.each(generator.target, generator.iter, inside)
            for test in generator.ifs:
                inside, _ = self.test(test, inside)
        elements = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        self.visit_all(elements, inside)
        return state


def _children(node: ast.expr) -> Iterable[ast.expr]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield child
        elif isinstance(child, ast.keyword):
            yield child.value
