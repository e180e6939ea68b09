"""Dotted names in expressions, and what they stand for once imports are taken into account."""

import ast
from collections.abc import Iterator, Mapping

SCOPES = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Lambda,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
)


def dotted(node: ast.expr | None) -> str | None:
    """`a.b.c` for a chain of attributes on a name, None for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    return ".".join([node.id, *reversed(parts)])


def qualified(node: ast.expr | None, imports: Mapping[str, str]) -> str | None:
    """`dotted`, its first part replaced by what the module imported under that name.

    `imports` maps a bound name to a dotted origin, as in `{"mock": "unittest.mock"}`.
    """
    name = dotted(node)
    if name is None:
        return None
    first, dot, rest = name.partition(".")
    return imports.get(first, first) + dot + rest


def bound_by(alias: ast.alias) -> str:
    """The name that one `import` alias binds: `a` for `import a.b`, `c` for `import a.b as c`."""
    return alias.asname or alias.name.partition(".")[0]


def is_private_name(name: str) -> bool:
    """Whether only its own module is meant to use a name (or `.name`, of a method)."""
    plain = name.removeprefix(".")
    return plain.startswith("_") and not plain.startswith("__")


def from_module(node: ast.ImportFrom) -> str:
    """The module of a `from` import as written, with its leading dots."""
    return "." * node.level + (node.module or "")


def read_names(node: ast.AST) -> Iterator[str]:
    """Every identifier that a piece of syntax reads, nested scopes included; may repeat."""
    for part in walk(node):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
            yield part.id


class _Fields(dict[type[ast.AST], tuple[str, ...]]):
    """The fields of a kind of node that may hold nodes with something in them."""

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        self[kind] = fields = tuple(field for field in kind._fields if field not in _LEAVES)
        return fields


# Text, numbers, and nodes such as `Load` and `Add` that say all by their kind.
_LEAVES = frozenset(
    {
        "arg",
        "attr",
        "conversion",
        "ctx",
        "id",
        "is_async",
        "kind",
        "kwd_attrs",
        "level",
        "module",
        "op",
        "ops",
    }
    | {"simple", "type_comment", "type_ignores"}
)
_FIELDS = _Fields(dict.fromkeys((ast.Constant, ast.alias, ast.Global, ast.Nonlocal), ()))


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes directly below one, in the order of its fields; operators and contexts are left out.

    Twice as fast as `ast` itself, and what is not looked at is left out everywhere.
    """
    found: list[ast.AST] = []
    for field in _FIELDS[type(node)]:
        value = getattr(node, field, None)
        if type(value) is list:
            found += filter(None, value)  # a key of a dict, or a default, may be None
        elif isinstance(value, ast.AST):
            found.append(value)
    return found


def walk(node: ast.AST, stop: tuple[type[ast.AST], ...] = ()) -> Iterator[ast.AST]:
    """A node and all below it but what is inside nodes of `stop`; each before its parts, in their order."""
    stack = [node]
    while stack:
        part = stack.pop()
        yield part
        if _FIELDS[type(part)] and not (stop and isinstance(part, stop)):
            below = children(part)
            below.reverse()
            stack += below


def own_scope(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a statement that stand in its own scope; of a `def` or `class` only itself."""
    return walk(node, SCOPES)


def evaluated(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of an expression or simple statement that run with it: not the bodies of lambdas."""
    return walk(node, (ast.Lambda,))


def written(statement: ast.stmt) -> Iterator[str]:
    """Names, and attributes as text, that a statement binds in its own scope."""
    for node in own_scope(statement):
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                yield name
            case ast.alias(name=name, asname=alias):
                yield alias or name.partition(".")[0]
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Attribute(ctx=ast.Store()):
                yield ast.unparse(node)
            case _:
                pass
