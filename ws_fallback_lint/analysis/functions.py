"""What is asked of the function around a guarded import, gathered once."""

import ast
from dataclasses import dataclass
from enum import Enum

from ws_fallback_lint.analysis.names import bound_by, dotted, own_scope, walk
from ws_fallback_lint.analysis.outline import AnyFunction, Function


class Given(Enum):
    """How a function gives a name back to its callers."""

    NOT = "not at all"
    ITSELF = "the name itself or an attribute of it"
    CALLED = "what a call of it returned"


@dataclass(frozen=True, slots=True)
class FunctionScope:
    """What a function declares global, and what its returns and assignments are rooted in.

    `returned` holds (name, through a call?); `assigned` puts the plain name assigned to before them.
    """

    globals: frozenset[str]
    returned: frozenset[tuple[str, bool]]
    assigned: frozenset[tuple[str, str, bool]]

    @classmethod
    def of(cls, function: Function) -> "FunctionScope":
        """Gather the facts of one function, those of functions inside it included."""
        declared: set[str] = set()
        returned: set[tuple[str, bool]] = set()
        assigned: set[tuple[str, str, bool]] = set()
        for node in walk(function):
            match node:
                case ast.Global(names=names):
                    declared.update(names)
                case ast.Return(value=ast.expr() as value) if (root := _root(value)) is not None:
                    returned.add(root)
                case ast.Assign(targets=[ast.Name(id=name)], value=value) if (
                    root := _root(value)
                ) is not None:
                    assigned.add((name, *root))
        return cls(frozenset(declared), frozenset(returned), frozenset(assigned))

    def gives_back(self, name: str) -> Given:
        """Whether some `return` gives back `name`, or a variable that was assigned from it."""
        ways = {called for root, called in self.returned if root == name}
        for target, root, called in self.assigned:
            if root == name:
                ways |= {called or again for other, again in self.returned if other == target}
        if False in ways:
            return Given.ITSELF
        return Given.CALLED if ways else Given.NOT


def _root(value: ast.expr) -> tuple[str, bool] | None:
    """The name at the bottom of attributes, calls and awaits, and whether there was a call."""
    called = False
    while True:
        match value:
            case ast.Name(id=name):
                return name, called
            case ast.Attribute(value=inner):
                value = inner
            case ast.Await(value=inner):
                value = inner
            case ast.Call(func=inner):
                called = True
                value = inner
            case _:
                return None


def local_names(node: AnyFunction) -> frozenset[str]:
    """Names that a function binds for itself."""
    arguments = node.args
    own = {a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
    own |= {a.arg for a in (arguments.vararg, arguments.kwarg) if a is not None}
    return frozenset(own) if isinstance(node, ast.Lambda) else bound_in(node.body) | own


def arguments(function: Function, call: ast.Call) -> dict[str, ast.expr]:
    """What parameters of a function get in a call, defaults included, as far as that is plain to see."""
    kinds = {dotted(decorator) for decorator in function.decorator_list}
    own = function.args
    positional = [argument.arg for argument in (*own.posonlyargs, *own.args)]
    defaults = dict(zip(reversed(positional), reversed(own.defaults), strict=False))
    defaults |= {a.arg: d for a, d in zip(own.kwonlyargs, own.kw_defaults, strict=True) if d is not None}
    is_bound = isinstance(call.func, ast.Attribute) and "staticmethod" not in kinds
    given: dict[str, ast.expr] = {}
    for name, node in zip(positional[is_bound:], call.args, strict=False):
        if isinstance(node, ast.Starred):
            break
        given[name] = node
    words = {word.arg: word.value for word in call.keywords if word.arg is not None}
    is_open = len(words) < len(call.keywords) or any(isinstance(node, ast.Starred) for node in call.args)
    # A decorator may give arguments of its own.
    is_plain = kinds <= {"staticmethod", "classmethod"}
    return ({} if is_open or not is_plain else defaults) | given | words


def bound_in(statements: list[ast.stmt]) -> frozenset[str]:
    """Names that some statements bind in their own scope."""
    own: set[str] = set()
    shared: set[str] = set()
    for statement in statements:
        for part in own_scope(statement):
            match part:
                case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                    own.add(name)
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                    own.add(name)
                case ast.alias():
                    own.add(bound_by(part))
                case ast.Global(names=names) | ast.Nonlocal(names=names):
                    shared.update(names)
                case _:
                    pass
    return frozenset(own - shared)


def declared_global(node: Function) -> frozenset[str]:
    """Names of the module that a function says it binds."""
    parts = (part for statement in node.body for part in own_scope(statement))
    return frozenset(name for part in parts if isinstance(part, ast.Global) for name in part.names)


def is_generator(node: AnyFunction) -> bool:
    """Whether calling a function runs none of it yet."""
    if isinstance(node, ast.Lambda):
        return False
    parts = (part for statement in node.body for part in own_scope(statement))
    return any(isinstance(part, ast.Yield | ast.YieldFrom) for part in parts)
