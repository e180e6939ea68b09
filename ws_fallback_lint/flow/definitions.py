"""Functions and classes: what their definition does now, and what is kept for when they run."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ws_fallback_lint.analysis.functions import bound_in
from ws_fallback_lint.analysis.guarded import Binding, Scope
from ws_fallback_lint.analysis.outline import AnyFunction, Function
from ws_fallback_lint.analysis.values import UNKNOWN, either, truth_of
from ws_fallback_lint.flow.classes import ClassContext
from ws_fallback_lint.flow.decorators import decorated, is_skip, marked
from ws_fallback_lint.flow.patches import entered
from ws_fallback_lint.flow.trace import GuardKind
from ws_fallback_lint.flow.uses import UseKind
from ws_fallback_lint.flow.worlds import State, World, limited, only, outcomes

if TYPE_CHECKING:
    from ws_fallback_lint.flow.walk import Walk


# What a test class says of itself to be left out (trial, unittest).
SKIP_MARKS = ("skip", "__unittest_skip__")


_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True, slots=True)
class Deferred:
    """A function whose body runs later, and the worlds at its definition.

    `is_outermost`: it runs with what its module, and no function around it, left behind.
    """

    node: AnyFunction
    state: State
    owner: ClassContext | None
    is_outermost: bool = False


def function(walk: "Walk", node: Function, state: State) -> State:
    """A `def`: what runs with it runs now, its body later."""
    here = state
    for decorator in node.decorator_list:
        state = walk.expressions.need(decorator, UseKind.DECORATOR, state)
        here = entered(walk, decorator, decorated(walk, decorator, here))
    for default in [*node.args.defaults, *node.args.kw_defaults]:
        state = walk.expressions.visit(default, state)
    if walk.facts.evaluates_annotations:
        for annotation in _annotations(node):
            state = walk.annotations.visit(annotation, state)
    walk.defer(node, here)
    name = {node.name: UNKNOWN}
    return walk.notes.rebound(node, state, lambda _: name) if _is_followed(walk, node.name, state) else state


def class_(walk: "Walk", node: ast.ClassDef, state: State) -> State:
    """A `class`: its body runs now, in a scope of its own; its methods later."""
    here = state
    context = ClassContext(node)
    for decorator in node.decorator_list:
        state = walk.expressions.need(decorator, UseKind.DECORATOR, state)
        before, here = here, decorated(walk, decorator, here)
        context.skipped |= outcomes(before) - outcomes(here) if is_skip(walk, decorator) else set()
    for base in node.bases:
        state = walk.expressions.need(base, UseKind.BASE, state)
    state = walk.expressions.visit_all((word.value for word in node.keywords), state)
    for statement in node.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id="pytestmark")], value=mark):
                before, here = here, marked(walk, mark, here)
                context.skipped |= outcomes(before) - outcomes(here)
            case _:
                pass
    context.state = here
    outer, walk.owner = walk.owner, context
    walk.callees.classes.passed[node.name] = context
    inside = walk.suite(node.body, only(state, outcomes(here)))
    for world in [world for world in inside if _is_skipped(walk, world)]:
        before, left = context.state, only(context.state, outcomes(context.state) - {world.outcome})
        context.state = walk.notes.narrowed(GuardKind.DECORATOR, _mark(node), before, left)
        context.skipped |= outcomes(before) - outcomes(context.state)
    _keep_attributes(walk, context, inside)
    late_methods(walk, context)
    walk.owner = outer
    site = walk.subject.site
    if site is not None and site.scope is Scope.CLASS and site.body is node.body:
        state = _seen_from_outside(walk, node, inside)
    else:
        state = only(state, outcomes(inside) | (outcomes(state) - outcomes(here)))
    name = {node.name: UNKNOWN}
    state = walk.notes.rebound(node, state, lambda _: name) if _is_followed(walk, node.name, state) else state
    return with_attributes(walk, walk.callees.classes.passed[node.name], node.name, state)


def definitions(walk: "Walk", suite: list[ast.stmt], state: State) -> None:
    """Functions and classes that are there because the import worked, or failed."""
    everything = frozenset(World(index) for index in walk.table.possible)
    for statement in suite:
        if isinstance(statement, _DEFINITIONS):
            walk.step(statement, walk.notes.narrowed(GuardKind.PLACE, statement, everything, state))


def late_definitions(walk: "Walk", suite: list[ast.stmt], names: set[str], end: State) -> None:
    """Functions and classes above the statement that made a name one to follow."""
    for statement in walk.mentions.walk(suite, names) if names else ():
        if isinstance(statement, _DEFINITIONS) and not walk.is_met(statement):
            walk.step(statement, end)


def late_methods(walk: "Walk", context: ClassContext) -> None:
    """Keep the methods that mention a name which is followed only since their class was walked."""
    outer, walk.owner = walk.owner, context
    for statement in context.node.body:
        if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef) or statement in context.met:
            continue
        if not walk.tracked.isdisjoint(walk.mentions.of(statement)):
            function(walk, statement, context.state)
    walk.owner = outer


def _seen_from_outside(walk: "Walk", node: ast.ClassDef, inside: State) -> State:
    """The worlds after a class whose body holds the guarded import: its names are attributes of the class."""
    worlds = set()
    for world in inside:
        names: dict[str, Binding] = dict.fromkeys(walk.table.names, UNKNOWN)
        for name in bound_in(node.body):
            if (binding := walk.table.of(name, world)) is not None:
                names[f"{node.name}.{name}"] = binding
                walk.track(f"{node.name}.{name}")
        worlds.add(World(world.outcome).bind(names))
    return frozenset(worlds)


def _keep_attributes(walk: "Walk", context: ClassContext, inside: State) -> None:
    """Names that a class body bound are attributes of `self`, and no names of the methods."""
    for world in inside:
        held = {name: walk.table.of(name, world) for name in bound_in(context.node.body)}
        attributes = {name: binding for name, binding in held.items() if binding is not None}
        context.attributes[world] = attributes
        for name in attributes:
            walk.track(f"self.{name}")


def with_attributes(walk: "Walk", context: ClassContext, home: str, state: State) -> State:
    """The worlds with what the body of a class bound, as attributes of `home`: of the class, or of `self`.

    Only what code asks `home` for counts. The body ran in one of the worlds that the module has been in,
    so where one of those agrees with what names hold now, it was that.
    """
    asked = walk.mentions.is_asked_of
    bound = {
        body: {f"{home}.{name}": held for name, held in names.items() if asked(home, name)}
        for body, names in context.attributes.items()
    }
    if not any(bound.values()):
        return state
    worlds = set()
    for world in state:
        bodies = [body for body in bound if body.outcome == world.outcome]
        same = [body for body in bodies if all(walk.table.of(n, world) == b for n, b in body.overlay)]
        worlds |= {world.bind(bound[body]) for body in same or bodies} or {world}
    return limited(worlds)


def own_names(walk: "Walk", node: AnyFunction, world: World, defined: State) -> dict[str, Binding]:
    """What a function's own names hold when it starts, where they hide names that are followed."""
    own = dict.fromkeys(walk.mentions.locals_of(node) & walk.tracked, UNKNOWN)
    arguments = node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = [*zip(reversed(positional), reversed(arguments.defaults), strict=False)]
    defaults += [(a, d) for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d]
    for argument, default in defaults:
        then = [w for w in defined if w.outcome == world.outcome]
        if then and isinstance(default, ast.Name | ast.Attribute):
            readers = [walk.expressions.reader(one) for one in then]
            value = either([reader.value(default) for reader in readers])
            if value is not UNKNOWN and value.region is not None:
                own[argument.arg] = value
                walk.tracked.add(argument.arg)
    return own


def _is_followed(walk: "Walk", name: str, state: State) -> bool:
    return any(walk.table.of(name, world) is not None for world in state)


def _is_skipped(walk: "Walk", world: World) -> bool:
    """Whether a test class says `skip = "why"` in this outcome."""
    marks = [walk.table.of(name, world) for name in SKIP_MARKS]
    return any(mark is not None and truth_of(mark) is True for mark in marks)


def _mark(node: ast.ClassDef) -> ast.stmt:
    """The statement of a class body that says `skip`; the class, if it is deeper inside."""
    return next((one for one in node.body if bound_in([one]).intersection(SKIP_MARKS)), node)


def _annotations(node: Function) -> Iterator[ast.expr]:
    arguments = node.args
    for argument in (
        *arguments.posonlyargs,
        *arguments.args,
        *arguments.kwonlyargs,
        arguments.vararg,
        arguments.kwarg,
    ):
        if argument is not None and argument.annotation is not None:
            yield argument.annotation
    if node.returns is not None:
        yield node.returns
