"""Which statements and functions mention which names, so that a walk meets only those it is about.

Built in one pass over a module, however many guarded imports are then walked.
"""

import ast
import heapq
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

from ws_fallback_lint.analysis.calls import SWALLOW, imports_of
from ws_fallback_lint.analysis.changes import CHANGES
from ws_fallback_lint.analysis.functions import is_generator, local_names
from ws_fallback_lint.analysis.guarded import Imported
from ws_fallback_lint.analysis.names import bound_by, children, dotted, read_names, walk
from ws_fallback_lint.analysis.outline import AnyFunction, Function
from ws_fallback_lint.core.spans import Region
from ws_fallback_lint.flow.fixtures import Fixtures

_PUTS = (ast.Assign, ast.AugAssign, ast.Call)
_SWALLOWING = frozenset(dot + name.rpartition(".")[2] for name in SWALLOW for dot in ("", "."))
# Ways out of a loop or function are mentions, too, in the loop or function that they leave: what is possible
# there is possible behind it. No name is spelled so.
WAYS_OUT = frozenset({"break", "return"})
_ANNOTATED = (ast.arg, ast.AnnAssign, ast.FunctionDef, ast.AsyncFunctionDef)
_JUMPS = (ast.Return, ast.Raise, ast.Break, ast.Continue)


def importing(ref: Imported) -> str:
    """How statements mention that they import what an import brings, or a part of it."""
    # With dots it would be taken for an attribute.
    return f"{'import' if ref.attr is None else 'from'} {ref.module.replace('.', '/')}"


def _imports(ref: Imported) -> Iterator[str]:
    """Everything that an import brings in `importing`'s words: the module, and the packages around it."""
    parts = ref.module.split(".")
    for end in range(1, len(parts) + 1):
        yield f"import {'/'.join(parts[:end])}"
    if ref.attr is not None:
        yield importing(ref)


class Mentions:
    """The names in each statement of a module, nested statements included.

    An attribute is mentioned as `.name`, so that methods can be followed by theirs; so is a method by
    its definition. `owners` maps each function to the class whose body it stands in, None for others.
    """

    def __init__(
        self, tree: ast.Module, aliases: Mapping[str, ast.expr], never_returns: Callable[[ast.Call], bool]
    ) -> None:
        self._aliases = aliases
        self.never_returns = never_returns
        self._names: dict[ast.AST, frozenset[str]] = {}
        self._positions: dict[int, dict[str, list[int]]] = {}
        self._jumps: dict[int, int] = {}
        self._locals: dict[AnyFunction, frozenset[str]] = {}
        self._generators: dict[Function, bool] = {}
        self._switches: dict[Function, frozenset[str]] = {}
        self._examined: dict[ast.AST, frozenset[str]] = {}
        self._filled: dict[str, set[str]] = {}
        self._mentioned: Counter[str] = Counter()
        self._asked: set[tuple[str, str]] = set()
        self.owners: dict[Function, ast.ClassDef | None] = {}
        self._by_name: dict[str, list[Function]] = {}
        self._flags: dict[str, set[str]] = {}
        self._all_flags: set[str] = set()
        self._collect(tree)
        self._defined = {(node.lineno, node.col_offset): node for node in self.owners}
        for function in self.owners:
            for name in self._names[function]:
                self._by_name.setdefault(name, []).append(function)

    @cached_property
    def fixtures(self) -> Fixtures:
        """The pytest fixtures among the functions."""
        return Fixtures(self.owners, self._aliases)

    def of(self, node: ast.AST) -> frozenset[str]:
        """What a statement, handler or case mentions; empty for what is none of these."""
        return self._names.get(node, frozenset())

    def functions(self, name: str) -> list[Function]:
        """The functions that mention a name."""
        return self._by_name.get(name, [])

    def flags(self, name: str) -> set[str]:
        """Names that get a constant where a test that mentions `name` says so."""
        return self._flags.get(name, set())

    def is_flag(self, name: str) -> bool:
        """Whether some test decides on a constant that a name gets."""
        return name in self._all_flags

    def is_named_in_code(self, name: str) -> bool:
        """Whether code names a function or class, or `.name`s a method, and no text does."""
        return self._mentioned[name] > 0 and not self._mentioned[f"'{name.removeprefix('.')}'"]

    def is_asked_of(self, home: str, attribute: str) -> bool:
        """Whether code asks a name for an attribute."""
        return (home, attribute) in self._asked

    def defined_at(self, region: Region) -> Function | None:
        """The function whose definition begins where a region does."""
        return self._defined.get((region.line, region.column))

    def locals_of(self, node: AnyFunction) -> frozenset[str]:
        """Names that a function binds for itself."""
        if node not in self._locals:
            self._locals[node] = local_names(node)
        return self._locals[node]

    def is_generator(self, node: Function) -> bool:
        """Whether calling a function runs none of it yet."""
        if node not in self._generators:
            self._generators[node] = is_generator(node)
        return self._generators[node]

    def is_examined(self, name: str, node: ast.AST) -> bool:
        """Whether a function, or the module, tests what a dotted name is, beyond whether it is a key."""
        if node not in self._examined:
            tests = (test for part in walk(node) for test in _conditions(part))
            self._examined[node] = frozenset(name for test in tests for name in _examined(test))
        return name in self._examined[node]

    def switches(self, node: Function) -> frozenset[str]:
        """Parameters of a function that its conditions ask for, or that it hands on."""
        if node not in self._switches:
            asked = (one for part in ast.walk(node) for one in (*_conditions(part), *_handed_on(part)))
            names = frozenset(name for one in asked for name in read_names(one))
            self._switches[node] = names & self.locals_of(node)
        return self._switches[node]

    def filled(self, names: set[str]) -> set[str]:
        """Containers, as dotted names, that some statement puts one of the names into."""
        return {container for name in names for container in self._filled.get(name, ())}

    def walk(self, suite: list[ast.stmt], names: set[str]) -> Iterator[ast.stmt]:
        """The statements of a suite that mention one of `names`, in order, up to the first jump.

        `names` may grow while the walk goes on: later statements are then met by the new ones too.
        """
        positions = self._positions.get(id(suite))
        if positions is None:
            positions = self._positions[id(suite)] = self._index(suite)
        last = self._jumps.get(id(suite), len(suite))
        asked: set[str] = set()
        known = -1
        todo: list[int] = [last] if last < len(suite) else []
        done = -1
        while True:
            if len(names) != known:  # many functions make many names: they are not gone through in vain
                known = len(names)
                new = (positions.keys() & names) - asked
                asked |= new
                for position in (position for name in new for position in positions[name]):
                    if done < position < last:
                        heapq.heappush(todo, position)
            while todo and todo[0] <= done:
                heapq.heappop(todo)
            if not todo:
                return
            done = heapq.heappop(todo)
            yield suite[done]

    def _index(self, suite: list[ast.stmt]) -> dict[str, list[int]]:
        positions: dict[str, list[int]] = {}
        for position, statement in enumerate(suite):
            for name in self._names.get(statement, ()):
                positions.setdefault(name, []).append(position)
            if id(suite) not in self._jumps and self._is_jump(statement):
                self._jumps[id(suite)] = position
        return positions

    def _is_jump(self, statement: ast.stmt) -> bool:
        """Whether nothing after a statement of the same suite runs."""
        match statement:
            case ast.Expr(value=ast.Call() as call):
                return self.never_returns(call)
            case ast.If(body=body, orelse=orelse):
                return self._leaves(body) and self._leaves(orelse)
            case ast.With(body=body) | ast.AsyncWith(body=body):
                return self._leaves(body) and _SWALLOWING.isdisjoint(self.of(statement))
            case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=final):
                worked = self._leaves(body) or self._leaves(orelse)
                return self._leaves(final) or (worked and all(self._leaves(h.body) for h in handlers))
            case _:
                return isinstance(statement, _JUMPS)

    def _leaves(self, suite: list[ast.stmt]) -> bool:
        return any(self._is_jump(statement) for statement in suite)

    def _collect(self, tree: ast.Module) -> None:
        """Names of every statement, from the leaves up, without recursion."""
        own: dict[ast.AST, set[str]] = {tree: set()}
        annotated: set[ast.AST] = set()
        order: list[tuple[ast.AST, ast.AST]] = []
        stack: list[tuple[ast.AST, ast.AST]] = [(child, tree) for child in children(tree)]
        while stack:
            node, holder = stack.pop()
            if isinstance(node, ast.stmt | ast.excepthandler | ast.match_case):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    self.owners[node] = holder if isinstance(holder, ast.ClassDef) else None
                order.append((node, holder))
                own[node] = set()
                holder = node
            if isinstance(node, _ANNOTATED) and (annotation := _annotation(node)) is not None:
                annotated.update(ast.walk(annotation))
            own[holder].update(self._mention(node, int(node not in annotated)))
            if isinstance(node, _PUTS) and (put := _put(node)) is not None:
                for name in _whole(put[1]):
                    self._filled.setdefault(name, set()).add(put[0])
            stack.extend((child, holder) for child in children(node))
        for node, holder in reversed(order):
            own[node] -= _kept_inside(node)
            self._names[node] = frozenset(own[node])
            if isinstance(node, ast.If) and (flags := _set_in([*node.body, *node.orelse])):
                self._all_flags |= flags
                for name in read_names(node.test):
                    self._flags.setdefault(name, set()).update(flags)
            own[holder] |= own[node]

    def _mention(self, node: ast.AST, weight: int) -> tuple[str, ...]:
        """How a node mentions something; `weight` is 0 where that runs nothing of it."""
        match node:
            case ast.Name(id=name):
                self._mentioned[name] += weight
                return (name,)
            case ast.Attribute(value=owner, attr=name):
                self._mentioned["." + name] += weight
                if isinstance(owner, ast.Name):
                    self._asked.add((owner.id, name))
                return ("." + name,)
            case ast.alias():
                return (bound_by(node),)
            case ast.Import() | ast.ImportFrom():
                return tuple({word for ref in imports_of(node) for word in _imports(ref)})
            case ast.Break():
                return ("break",)
            case ast.Return():
                return ("return",)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                return (name, "." + name)
            case ast.Constant(value=str() as text) if text.isidentifier():
                self._mentioned[f"'{text}'"] += weight
                return (text,)  # `globals()["x"]`, `"x" in globals()`, `__all__`
            case _:
                pass
        return ()


def _kept_inside(node: ast.AST) -> frozenset[str]:
    """The ways out that lead no further than a statement."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return WAYS_OUT
        case ast.For(orelse=[]) | ast.AsyncFor(orelse=[]) | ast.While(orelse=[]):
            return frozenset({"break"})  # one in an `else` leaves the loop around it
        case _:
            return frozenset()


def _annotation(node: ast.arg | ast.AnnAssign | Function) -> ast.expr | None:
    return node.returns if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else node.annotation


def mentioned(name: str) -> str:
    """How statements mention a dotted name: an attribute as `.name`."""
    return name if "." not in name else "." + name.rpartition(".")[2]


def _set_in(suite: list[ast.stmt]) -> set[str]:
    """Names that get a constant in a suite."""
    return {
        statement.targets[0].id
        for statement in suite
        if isinstance(statement, ast.Assign)
        and isinstance(statement.targets[0], ast.Name)
        and isinstance(statement.value, ast.Constant)
    }


def _conditions(node: ast.AST) -> Iterator[ast.expr]:
    match node:
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) | ast.Assert(test=test):
            yield test
        case ast.comprehension(ifs=tests):
            yield from tests
        case ast.Match(subject=subject):
            yield ast.Compare(subject, [ast.Eq()], [subject])
        case _:
            pass


def _handed_on(node: ast.AST) -> list[ast.expr]:
    return [*node.args, *(word.value for word in node.keywords)] if isinstance(node, ast.Call) else []


def _examined(test: ast.expr) -> Iterator[str]:
    """Names of which a condition asks more than whether they are true, and keys of something."""
    todo: list[ast.AST] = [test]
    while todo:
        part = todo.pop()
        match part:
            case ast.Name() | ast.Attribute() if part is test:
                pass
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                todo += _further(operand)
            case ast.BoolOp(values=values):
                todo += [inner for value in values for inner in _further(value)]
            case ast.Compare(left=left, ops=[ast.In() | ast.NotIn()], comparators=[home]) if dotted(home):
                todo += _further(left)
            case ast.Subscript(value=owner, slice=index):
                todo += [owner, *_further(index)]
            case ast.Call(func=ast.Attribute(value=owner, attr="get"), args=[index, *others]):
                todo += [owner, *_further(index), *others]
            case ast.Name() | ast.Attribute() if (name := dotted(part)) is not None:
                yield name
            case _:
                todo += children(part)


def _further(node: ast.expr) -> list[ast.expr]:
    return [] if dotted(node) else [node]


def _put(node: ast.AST) -> tuple[str, list[ast.expr]] | None:
    """The container that code puts something into, as a dotted name, and what it puts there."""
    match node:
        case ast.Assign(targets=[ast.Subscript(value=owner)], value=value):
            given = [value]
        case ast.Call(func=ast.Attribute(value=owner, attr=method), args=args) if method in CHANGES:
            given = [*args, *(word.value for word in node.keywords)]
        case ast.AugAssign(
            target=ast.Name() | ast.Attribute() as owner, op=ast.Add() | ast.BitOr(), value=value
        ):
            given = [value]
        case _:
            return None
    name = dotted(owner)
    return None if name is None else (name, given)


def _whole(values: list[ast.expr]) -> Iterator[str]:
    """The names that are values, or parts of displays, and not only mentioned in them."""
    todo: list[ast.expr | None] = [*values]
    while todo:
        match todo.pop():
            case (ast.Name() | ast.Attribute()) as part if (name := dotted(part)) is not None:
                yield name
            case ast.Starred(value=value):
                todo.append(value)
            case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts) | ast.Dict(values=parts):
                todo += parts
            case ast.IfExp(body=body, orelse=orelse):
                todo += [body, orelse]
            case ast.BoolOp(values=parts):
                todo += parts
            case _:
                pass
