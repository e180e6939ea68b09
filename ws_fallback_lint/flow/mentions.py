"""Which statements and functions mention which names, so that a walk meets only those it is about.

Built in one pass over a module, however many guarded imports are then walked.
"""

import ast
import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property

from ws_fallback_lint.analysis.calls import SWALLOW, imports_of
from ws_fallback_lint.analysis.functions import declared_global, is_generator, local_names
from ws_fallback_lint.analysis.names import bound_by, children, read_names, walk
from ws_fallback_lint.analysis.outline import AnyFunction, Function
from ws_fallback_lint.core.spans import Region
from ws_fallback_lint.flow.fixtures import Fixtures
from ws_fallback_lint.flow.words import (
    annotation_of,
    conditions,
    examined,
    handed_on,
    imports,
    kept_inside,
    put_by,
    set_in,
    whole,
)

_WORDS = (ast.Attribute, ast.Constant, ast.alias)
_PUTS = (ast.Assign, ast.AugAssign, ast.Call)
_SWALLOWING = frozenset(dot + name.rpartition(".")[2] for name in SWALLOW for dot in ("", "."))
_ANNOTATED = (ast.arg, ast.AnnAssign, ast.FunctionDef, ast.AsyncFunctionDef)
_HOLDERS = (ast.stmt, ast.excepthandler, ast.match_case)
_JUMPS = (ast.Return, ast.Raise, ast.Break, ast.Continue)


class Mentions:
    """The names in each statement of a module, nested statements included.

    An attribute is mentioned as `.name`, so that methods can be followed by theirs; so is a method by
    its definition. `owners` maps each function to the class whose body it stands in, None for others;
    `classes` are all there are, by name.
    """

    def __init__(
        self, tree: ast.Module, aliases: Mapping[str, ast.expr], never_returns: Callable[[ast.Call], bool]
    ) -> None:
        self.learn(aliases, never_returns)
        self._names: dict[ast.AST, AbstractSet[str]] = {}
        self._locals: dict[AnyFunction, frozenset[str]] = {}
        self._globals: dict[Function, frozenset[str]] = {}
        self._generators: dict[Function, bool] = {}
        self._switches: dict[Function, frozenset[str]] = {}
        self._examined: dict[ast.AST, frozenset[str]] = {}
        self._filled: dict[str, set[str]] = {}
        self._mentioned: Counter[str] = Counter()
        self._asked: set[tuple[str, str]] = set()
        self.owners: dict[Function, ast.ClassDef | None] = {}
        self.classes: dict[str, ast.ClassDef] = {}
        self._by_name: dict[str, list[Function]] = {}
        self._flags: dict[str, set[str]] = {}
        self._all_flags: set[str] = set()
        self._collect(tree)
        self._defined = {(node.lineno, node.col_offset): node for node in self.owners}
        for function in self.owners:
            for name in self._names[function]:
                self._by_name.setdefault(name, []).append(function)

    def learn(self, aliases: Mapping[str, ast.expr], never_returns: Callable[[ast.Call], bool]) -> None:
        """Go by what has been found out of the module by now; what statements mention stays the same."""
        self._aliases = aliases
        self.never_returns = never_returns
        self._positions: dict[int, dict[str, list[int]]] = {}
        self._jumps: dict[int, int] = {}
        vars(self).pop("fixtures", None)

    @cached_property
    def fixtures(self) -> Fixtures:
        """The pytest fixtures among the functions."""
        return Fixtures(self.owners, self._aliases)

    def of(self, node: ast.AST) -> AbstractSet[str]:
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

    def called(self, function: Function) -> str:
        """How statements mention a function that they call: a method as `.name`."""
        return function.name if self.owners[function] is None else f".{function.name}"

    def is_named(self, name: str) -> bool:
        """Whether code names a function or class, or `.name`s a method, or some text does."""
        return self._mentioned[name] > 0 or self._mentioned[f"'{name.removeprefix('.')}'"] > 0

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

    def globals_of(self, node: Function) -> frozenset[str]:
        """Names of the module that a function says it binds."""
        if node not in self._globals:
            self._globals[node] = declared_global(node)
        return self._globals[node]

    def is_generator(self, node: Function) -> bool:
        """Whether calling a function runs none of it yet."""
        if node not in self._generators:
            self._generators[node] = is_generator(node)
        return self._generators[node]

    def is_examined(self, name: str, node: ast.AST) -> bool:
        """Whether a function, or the module, tests what a dotted name is, beyond whether it is a key."""
        if node not in self._examined:
            tests = (test for part in walk(node) for test in conditions(part))
            self._examined[node] = frozenset(name for test in tests for name in examined(test))
        return name in self._examined[node]

    def switches(self, node: Function) -> frozenset[str]:
        """Parameters of a function that its conditions ask for, or that it hands on."""
        if node not in self._switches:
            asked = (one for part in walk(node) for one in (*conditions(part), *handed_on(part)))
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
        order: list[tuple[ast.AST, ast.AST]] = []
        # What stands in an annotation weighs nothing: to name a thing there runs nothing of it.
        stack: list[tuple[ast.AST, ast.AST, int]] = [(child, tree, 1) for child in children(tree)]
        while stack:
            node, holder, weight = stack.pop()
            if isinstance(node, ast.Name):  # most nodes by far
                self._mentioned[node.id] += weight
                own[holder].add(node.id)
                continue
            if isinstance(node, _WORDS):
                own[holder].update(self._words(node, weight))
                if isinstance(node, ast.Attribute):
                    stack.append((node.value, holder, weight))
                continue
            if isinstance(node, _HOLDERS):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    self.owners[node] = holder if isinstance(holder, ast.ClassDef) else None
                elif isinstance(node, ast.ClassDef):
                    self.classes[node.name] = node
                order.append((node, holder))
                own[node] = {*_said_by(node)}
                holder = node
            if isinstance(node, _PUTS) and (put := put_by(node)) is not None:
                for name in whole(put[1]):
                    self._filled.setdefault(name, set()).add(put[0])
            annotation = annotation_of(node) if isinstance(node, _ANNOTATED) else None
            stack.extend((child, holder, 0 if child is annotation else weight) for child in children(node))
        for node, holder in reversed(order):
            own[node] -= kept_inside(node)
            self._names[node] = own[node]
            if isinstance(node, ast.If) and (flags := set_in([*node.body, *node.orelse])):
                self._all_flags |= flags
                for name in read_names(node.test):
                    self._flags.setdefault(name, set()).update(flags)
            own[holder] |= own[node]

    def _words(self, node: ast.Attribute | ast.Constant | ast.alias, weight: int) -> tuple[str, ...]:
        match node:
            case ast.Attribute(value=owner, attr=name):
                self._mentioned["." + name] += weight
                if isinstance(owner, ast.Name):
                    self._asked.add((owner.id, name))
                return ("." + name,)
            case ast.Constant(value=str() as text) if text.isidentifier():
                self._mentioned[f"'{text}'"] += weight
                return (text,)  # `globals()["x"]`, `"x" in globals()`, `__all__`
            case ast.alias():
                return (bound_by(node),)
            case _:
                return ()


def _said_by(node: ast.AST) -> Iterable[str]:
    """What a statement itself mentions, besides what stands in it."""
    match node:
        case ast.Import() | ast.ImportFrom():
            return (word for ref in imports_of(node) for word in imports(ref))
        case ast.Break():
            return ("break",)
        case ast.Return():
            return ("return",)
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return (name, "." + name)
        case _:
            return ()
