"""When the bodies of functions run, and in which outcomes they can start."""

import ast
from typing import TYPE_CHECKING

from ws_fallback_lint.analysis.constructors import CONSTRUCTORS
from ws_fallback_lint.analysis.names import dotted
from ws_fallback_lint.flow.classes import ClassContext
from ws_fallback_lint.flow.decorators import marked
from ws_fallback_lint.flow.definitions import Deferred, late_methods, with_attributes
from ws_fallback_lint.flow.fixtures import calls, parameters
from ws_fallback_lint.flow.worlds import NOWHERE, State, World, limited, only, outcomes

if TYPE_CHECKING:
    from ws_fallback_lint.flow.walk import Walk

# Those that run before every other part of a class, and those that run once these have.
_FOR_CLASS = frozenset({"setUpClass", "setup_class"})
_FOR_TEST = frozenset({"setUp", "asyncSetUp", "setup_method"})
_WITHOUT_OBJECT = frozenset({"staticmethod", "classmethod"})


def run_all(walk: "Walk", deferred: list[Deferred], final: State) -> None:
    """Walk the bodies of functions, each in the worlds that can be when it runs.

    `final` is where the module, or the function with the import, ends. Private functions start where
    their callers are; they call each other, so they are walked until nothing grows.
    """
    mark = walk.facts.aliases.get("pytestmark")
    if mark is not None:
        final = marked(walk, mark, final)
    waiting = _run_public(walk, deferred, final)
    done: dict[Deferred, frozenset[int]] = {}
    while grown := [one for one in waiting if _callers(walk, one) - done.get(one, frozenset())]:
        for one in grown:
            done[one] = reached = _callers(walk, one)
            entry = _entry(walk, one, final)
            _run(walk, one, only(entry, reached))
            waiting += _run_public(walk, walk.take_deferred(), final)


def _run_public(walk: "Walk", deferred: list[Deferred], final: State) -> list[Deferred]:
    """Walk all but the private functions; those come back, to be walked after their callers."""
    todo = sorted(deferred, key=lambda one: (not _is_constructor(one), not _runs_with(one, _FOR_CLASS)))
    waiting = []
    while todo:
        one = todo.pop(0)
        if _private_names(walk, one):
            waiting.append(one)
        else:
            _run(walk, one, _entry(walk, one, final))
            todo[:0] = walk.take_deferred()
    return waiting


def _callers(walk: "Walk", one: Deferred) -> frozenset[int]:
    """The outcomes in which the callers of a private function are, as far as they are walked."""
    reached = [frozenset(walk.callees.reached.get(name, ())) for name in _private_names(walk, one)]
    return frozenset.intersection(*reached)


def _run(walk: "Walk", one: Deferred, entry: State) -> None:
    left = NOWHERE
    for call in calls(walk, one, entry):
        with walk.following(call.names):
            end, returned = walk.body(one, call.entry, call.names)
        left |= end.union(*(state for state, _ in returned))
    if _is_constructor(one) and one.owner is not None:
        late_methods(walk, one.owner)
        own = walk.mentions.locals_of(one.node)
        one.owner.left[getattr(one.node, "name", "")] = limited(world.without(own) for world in left)


def _entry(walk: "Walk", one: Deferred, final: State) -> State:
    """The worlds in which a function can start."""
    defined = outcomes(one.state)
    entry = only(final, defined)
    # The import may yet fail after the module has called it.
    entry |= {w for w in walk.callees.at_import.get(one.node, ()) if w.outcome not in outcomes(final)}
    is_early = any(world.is_before for world in one.state)
    if not one.is_outermost or (walk.guarded.reach is not None and not is_early):
        # A function inside a function: what it closes over is as it was there.
        entry = frozenset(world for world in one.state if not world.is_before)
    if one.owner is None or not (one.is_outermost or one.node in one.owner.node.body):
        return entry  # inside a method, what holds there is known
    possible = outcomes(one.owner.state)
    entry = only(entry, possible)
    home = "cls" if "cls" in parameters(one.node)[:1] else "self"
    for context in reversed([*walk.callees.classes.lineage(one.owner)]):
        entry = with_attributes(walk, context, home, entry)
    for context in walk.callees.classes.lineage(one.owner):
        entry = frozenset(world for world in entry if world.outcome not in context.skipped)
    if _runs_with(one, _FOR_TEST):
        return constructed(walk, one.owner, entry, _FOR_CLASS)
    if _is_constructor(one) or _is_without_object(one.node):
        return entry
    return constructed(walk, one.owner, entry, CONSTRUCTORS)


def constructed(walk: "Walk", owner: ClassContext, entry: State, constructors: frozenset[str]) -> State:
    """What is left once some constructors of a class have run."""
    wanted = constructors
    for context in walk.callees.classes.lineage(owner):
        for name, left in context.left.items():
            if name in wanted:
                entry = _with_attributes(walk, only(entry, outcomes(left)), left)
        # They replace those of the bases, or call them themselves.
        wanted -= {getattr(statement, "name", "") for statement in context.node.body}
        entry = frozenset(
            w for w in entry if all(c.constructs(wanted) for c in walk.callees.bases(context, w))
        )
    return entry


def _with_attributes(walk: "Walk", entry: State, left: State) -> State:
    """The worlds of a method with what a constructor put into `self`.

    The constructor ran in one of them: in those that agree with what names hold at its end, if there are any.
    """
    worlds: set[World] = set()
    for constructed in left:
        possible = [world for world in entry if world.outcome == constructed.outcome]
        plain = [(name, binding) for name, binding in constructed.overlay if "." not in name]
        same = [world for world in possible if all(walk.table.of(n, world) == b for n, b in plain)]
        attributes = {n: b for n, b in constructed.overlay if n.startswith("self.")}
        worlds.update(world.bind(attributes) for world in same or possible)
    return limited(worlds)


def _is_constructor(one: Deferred) -> bool:
    return _runs_with(one, CONSTRUCTORS)


def _runs_with(one: Deferred, names: frozenset[str]) -> bool:
    return one.owner is not None and getattr(one.node, "name", "") in names


def _is_without_object(node: ast.AST) -> bool:
    return any(dotted(decorator) in _WITHOUT_OBJECT for decorator in getattr(node, "decorator_list", []))


def _private_names(walk: "Walk", one: Deferred) -> list[str]:
    """What code has to name for a function to run: a private function, a class; empty for the others."""
    node = one.node
    if isinstance(node, ast.Lambda):
        return []
    if one.owner is None and walk.facts.inner.get(node.name) is node:
        return [] if node.decorator_list else [node.name]
    names = [node.name if one.owner is None else "." + node.name]
    if node.decorator_list or walk.facts.functions.get(node.name) not in (node, None):
        names = []
    if one.owner is not None and not one.owner.node.decorator_list:
        names.append(one.owner.node.name)
    return [name for name in names if walk.is_own(name) and walk.mentions.is_named_in_code(name)]
