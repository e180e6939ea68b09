"""What pytest does before it calls a test: fixtures run, and each set of parameters brings its marks."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ws_fallback_lint.analysis.guarded import Binding
from ws_fallback_lint.analysis.names import dotted, own_scope
from ws_fallback_lint.analysis.outline import AnyFunction, Function
from ws_fallback_lint.analysis.values import literal
from ws_fallback_lint.flow.decorators import listed, marked
from ws_fallback_lint.flow.patches import entered
from ws_fallback_lint.flow.trace import GuardKind
from ws_fallback_lint.flow.worlds import State

if TYPE_CHECKING:
    from ws_fallback_lint.flow.definitions import Deferred
    from ws_fallback_lint.flow.walk import Walk

# What a fixture calls the value that it is to make something of.
_PARAM = "request.param"
# More ways than these to call one test are walked as one.
_MOST_CALLS = 32
_MODULE_SETUPS = {"setUpModule", "setup_module"}


@dataclass(frozen=True, slots=True)
class Given:
    """One set of parameters: what names hold in it, as far as that is a constant, and its marks."""

    names: Mapping[str, Binding]
    marks: tuple[ast.expr, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """One way in which pytest calls a function: the worlds in which it does, and constants it hands over."""

    entry: State
    names: Mapping[str, Binding] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """Sets of parameters, of which a test gets one after the other; those of a fixture go through it."""

    sets: tuple[Given, ...]
    fixture: Function | None = None
    name: str = ""

    @property
    def hands_on(self) -> bool:
        """Whether the fixture gives what it got as its parameter."""
        body = [] if self.fixture is None else self.fixture.body
        parts = [part for statement in body for part in own_scope(statement)]
        given = [part.value for part in parts if isinstance(part, ast.Return | ast.Yield)]
        return bool(given) and all(dotted(value) == _PARAM for value in given)


class Fixtures:
    """The fixtures of a module, by the class that they stand in.

    `owners` are the classes of all its functions, `aliases` the values of its names. `decorators` are what
    makes each fixture one; `autouse` those that say whether tests get them unasked; `asked` the names that
    some function asks for.
    """

    def __init__(
        self, owners: Mapping[Function, ast.ClassDef | None], aliases: Mapping[str, ast.expr]
    ) -> None:
        self.decorators: dict[AnyFunction, ast.expr] = {}
        self._at: dict[tuple[ast.ClassDef | None, str], Function | None] = {}
        self.autouse: dict[ast.ClassDef | None, list[tuple[str, ast.expr]]] = {}
        self.asked: set[str] = set()
        for node, owner in owners.items():
            self.asked.update(parameters(node))
            for mark in [*node.decorator_list, *(() if owner is None else owner.decorator_list)]:
                self.asked.update(_texts(mark) if _called(mark) == "usefixtures" else ())
            decorators = (aliases.get(dotted(one) or "", one) for one in node.decorator_list)
            decorator = next((one for one in decorators if _called(one).endswith("fixture")), None)
            if decorator is None:
                continue
            self.decorators[node] = decorator
            words = _words(decorator)
            name = words.get("name")
            called = name.value if isinstance(name, ast.Constant) else node.name
            # Where two share a name, it depends on more than is known here.
            self._at[owner, str(called)] = None if (owner, called) in self._at else node
            if "autouse" in words:
                self.autouse.setdefault(owner, []).append((str(called), words["autouse"]))

    def find(self, name: str, classes: Iterable[ast.ClassDef]) -> Function | None:
        """The fixture that a name asks for inside some classes, the nearest first."""
        for owner in (*classes, None):
            if (owner, name) in self._at:
                return self._at[owner, name]
        return None


def parameters(node: AnyFunction) -> list[str]:
    """The names of the parameters of a function that can be given by name."""
    return [argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)]


def calls(walk: "Walk", one: "Deferred", entry: State) -> list[Call]:
    """The ways in which pytest calls a function that could start in some worlds; one, for most."""
    node = one.node
    classes = [context.node for context in walk.callees.classes.lineage(one.owner)]
    is_test = getattr(node, "name", "").startswith("test")
    marks = [*_marks(walk, one)] if is_test else []
    handed = {mark: _argnames(mark) for mark in marks if _called(mark) == "parametrize"}
    replaced = {name for names in handed.values() for name in names}
    asked = [name for name in parameters(node) if name not in replaced]
    asked += [name for mark in marks if _called(mark) == "usefixtures" for name in _texts(mark)]
    found = dict(reversed([*_chain(walk, asked, classes)]))  # the last that is asked for runs first
    entry = _with_autouse(walk, classes, entry) if is_test else entry
    if is_test or any(map(_holds_tests, classes)):
        for setup in _MODULE_SETUPS & walk.facts.functions.keys():
            entry = _passes(walk, walk.facts.functions[setup], entry)
    sources = [Source(_sets(walk, _argument(mark, 1, "argvalues"), names)) for mark, names in handed.items()]
    own = walk.mentions.fixtures.decorators.get(node)
    if own is not None:
        entry = _wanted(walk, node, own, entry)
        sources.append(Source(_sets(walk, _words(own).get("params"), (_PARAM,))))
    for name, function in found.items():
        sets = _sets(walk, _words(walk.mentions.fixtures.decorators[function]).get("params"), (_PARAM,))
        sources.append(Source(sets or (Given({}),), function, name))
    for mark in marks:
        entry = entered(walk, mark, entry)  # on a class, it is for the tests alone
    ways = [Call(entry)]
    for source in sources:
        ways = _forked(walk, ways, source)
    return ways


def _forked(walk: "Walk", ways: list[Call], source: Source) -> list[Call]:
    """Each way, once for each set of parameters that can be there."""
    forked: list[Call] = []
    for given in source.sets:
        handed = given.names
        if source.fixture is not None:
            handed = {source.name: given.names[_PARAM]} if source.hands_on and given.names else {}
        for way in ways:
            left = way.entry
            for mark in given.marks:
                left = marked(walk, mark, left)
            if source.fixture is not None:
                left = _passes(walk, source.fixture, left, given.names)
            forked.append(Call(left, {**way.names, **handed}))
    if all(one.entry == way.entry for one, way in zip(forked, ways * len(source.sets), strict=True)):
        return ways  # the sets make no difference
    if len(forked) <= _MOST_CALLS:
        return forked
    return [Call(frozenset().union(*(one.entry for one in forked)))]


def _passes(
    walk: "Walk", function: Function, state: State, names: Mapping[str, Binding] | None = None
) -> State:
    """The worlds in which a fixture lets a test run."""
    if walk.tracked.isdisjoint(walk.mentions.of(function)):
        return state
    with walk.following(names or {}):
        left = frozenset(world for world in state if walk.callees.starts(function, world, names))
    place = function.decorator_list[0] if function.decorator_list else function
    return walk.notes.narrowed(GuardKind.DECORATOR, place, state, left)


def _chain(walk: "Walk", names: Iterable[str], classes: list[ast.ClassDef]) -> Iterator[tuple[str, Function]]:
    """The fixtures of the module that some names ask for, and those that these ask for."""
    todo = [*names]
    met: set[str] = set()
    while todo:
        name = todo.pop()
        function = None if name in met else walk.mentions.fixtures.find(name, classes)
        met.add(name)
        if function is not None:
            yield name, function
            todo += parameters(function)


def _with_autouse(walk: "Walk", classes: list[ast.ClassDef], entry: State) -> State:
    """The worlds that are left by the fixtures that come with every test, where a flag says so."""
    for owner in (*classes, None):
        for name, flag in walk.mentions.fixtures.autouse.get(owner, ()):
            on, off = walk.expressions.split(flag, entry)
            for _, function in _chain(walk, [name], classes):
                on = _passes(walk, function, on)
            entry = on | off
    return entry


def _wanted(walk: "Walk", node: AnyFunction, decorator: ast.expr, entry: State) -> State:
    """The worlds in which a fixture runs that no test asks for by name."""
    flag = _words(decorator).get("autouse")
    if flag is None or getattr(node, "name", "") in walk.mentions.fixtures.asked:
        return entry
    return walk.expressions.split(flag, entry)[0]


def _marks(walk: "Walk", one: "Deferred") -> Iterator[ast.expr]:
    """The marks of a test: its own, those of its class and of the module."""
    found = [] if isinstance(one.node, ast.Lambda) else [*one.node.decorator_list]
    for context in walk.callees.classes.lineage(one.owner):
        found += context.node.decorator_list
        for statement in context.node.body:
            match statement:
                case ast.Assign(targets=[ast.Name(id="pytestmark")], value=mark):
                    found.append(mark)
                case _:
                    pass
    found += [value for name, value in walk.facts.aliases.items() if name == "pytestmark"]
    for mark in found:
        yield from listed(walk, mark)


def _argnames(mark: ast.expr) -> tuple[str, ...]:
    """The parameters that a `parametrize` binds, "" for one that goes to a fixture."""
    names: tuple[str, ...] = ()
    match _argument(mark, 0, "argnames"):
        case ast.Constant(value=str(text)):
            names = tuple(name.strip() for name in text.split(","))
        case ast.Tuple() | ast.List() as display:
            names = tuple(_texts(display))
        case _:
            pass
    match _words(mark).get("indirect"):
        case ast.Constant(value=True):
            return ("",) * len(names)
        case ast.Tuple() | ast.List() as display:
            return tuple("" if name in _texts(display) else name for name in names)
        case _:
            return names


def _sets(walk: "Walk", values: ast.expr | None, names: tuple[str, ...]) -> tuple[Given, ...]:
    """The sets of parameters in a list, without names and marks where the code does not show them."""
    return () if values is None else tuple(_given(walk, part, names) for part in listed(walk, values))


def _given(walk: "Walk", part: ast.expr, names: tuple[str, ...]) -> Given:
    alias = walk.facts.aliases.get(part.id) if isinstance(part, ast.Name) else None
    words: list[ast.keyword] = []
    held = [part]
    match alias or part:
        case ast.Call(args=args, keywords=keywords) as call if _called(call) == "param":
            held, words = args, keywords
        case ast.Tuple(elts=parts) | ast.List(elts=parts) if len(names) > 1:
            held = parts
        case ast.Starred():
            held = []
        case _:
            pass
    known = {name: _constant(value) for name, value in zip(names, held, strict=False)}
    constants = {name: value for name, value in known.items() if name and value is not None}
    return Given(constants, tuple(word.value for word in words if word.arg == "marks"))


def _argument(call: ast.expr, position: int, name: str) -> ast.expr | None:
    """What a call is given at a position, or under a name."""
    args = call.args if isinstance(call, ast.Call) else []
    return args[position] if position < len(args) else _words(call).get(name)


def _constant(node: ast.expr) -> Binding | None:
    match node:
        case ast.Constant(value=str() | int() as value):
            return literal(value)
        case _:
            return None


def _holds_tests(node: ast.ClassDef) -> bool:
    """Whether a class is one of tests: the module's setups run before its own."""
    methods = (getattr(statement, "name", "") for statement in node.body)
    bases = (dotted(base) or "" for base in node.bases)
    return any(name.startswith("test") for name in methods) or any(b.endswith("TestCase") for b in bases)


def _called(node: ast.expr) -> str:
    """The last part of the name that a decorator goes by, whether it is called or not."""
    return (dotted(node.func if isinstance(node, ast.Call) else node) or "").rpartition(".")[2]


def _words(node: ast.expr | None) -> dict[str, ast.expr]:
    words = node.keywords if isinstance(node, ast.Call) else []
    return {word.arg: word.value for word in words if word.arg is not None}


def _texts(node: ast.expr) -> list[str]:
    """The texts that a call is given, or that a display holds."""
    parts = node.args if isinstance(node, ast.Call) else getattr(node, "elts", [])
    return [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
