"""What an expression leaves in a name: the import, something made from it, None, a stand-in, ..."""

import ast
from collections.abc import Iterator, Mapping

from ws_fallback_lint.analysis.guarded import Binding, Holds, worst
from ws_fallback_lint.analysis.names import dotted, qualified, read_names
from ws_fallback_lint.analysis.outline import Outline
from ws_fallback_lint.analysis.truth import Reader
from ws_fallback_lint.analysis.values import NONE, boolean, builtin, literal, stub
from ws_fallback_lint.core.spans import Region

Env = Mapping[str, Binding]

_MOCKS = frozenset(
    f"{home}.{name}"
    for home in ("unittest.mock", "mock")
    for name in ("Mock", "MagicMock", "AsyncMock", "NonCallableMock", "NonCallableMagicMock", "PropertyMock")
)
# What these modules hold can be named, not used in the place of something.
_NO_IMPLEMENTATION = ("typing.", "typing_extensions.")
_MODULE_DICTS = frozenset({"globals", "vars", "locals"})


def holds(value: ast.expr | None, env: Env, facts: Outline) -> Binding:
    """What `value` is, as a binding without a place; `env` is what names hold by now."""
    match value:
        case None:
            return NONE
        case ast.Constant(value=constant):
            return literal(constant)
        case ast.NamedExpr(value=inner) | ast.Await(value=inner):
            return holds(inner, env, facts)
        case ast.IfExp(body=body, orelse=orelse):
            return worst([holds(body, env, facts), holds(orelse, env, facts)])
        case ast.BoolOp(op=ast.Or(), values=[*_, last]):
            return holds(last, env, facts)
        case (
            ast.Compare()
            | ast.UnaryOp(op=ast.Not())
            | ast.Call(func=ast.Name(id="bool" | "callable" | "hasattr" | "isinstance"))
        ):
            return boolean(Reader(env.get).truth(value))
        case ast.Lambda():
            return Binding(Holds.STAND_IN, known=stub(value))
        case ast.Name() | ast.Attribute() if (name := dotted(value)) is not None and name in env:
            return env[name]
        case _:
            return _made(value, env, facts)


def _made(value: ast.expr, env: Env, facts: Outline) -> Binding:
    if (maker := _maker(value, env)) is not None:
        return Binding(Holds.DERIVED, imported=maker.imported)
    name = dotted(value)
    if name is not None and (root := env.get(name.partition(".")[0])) and root.holds is Holds.IMPORT:
        return root  # `loads = orjson.loads` is part of what the import brought
    if any(not env[name].holds.is_fallback for name in read_names(value) if name in env):
        return Binding(Holds.DERIVED)
    if isinstance(value, ast.Call):
        is_mock = qualified(value.func, facts.imports) in _MOCKS
        return (
            Binding(Holds.MOCK)
            if is_mock
            else Binding(Holds.STAND_IN, known=Reader(env.get).value(value).known)
        )
    if name is not None and name.partition(".")[0] in facts.top_imports:
        origin = qualified(value, facts.imports) or ""
        if origin.startswith(_NO_IMPLEMENTATION):
            return Binding(Holds.STAND_IN)
        return Binding(Holds.MOCK if origin in _MOCKS else Holds.ALTERNATE)
    if isinstance(value, ast.Dict | ast.List | ast.Set | ast.Tuple):
        return Binding(Holds.STAND_IN, known=Reader(env.get).value(value).known)
    return (builtin(name) if name else None) or Binding(Holds.STAND_IN)


def _maker(value: ast.expr, env: Env) -> Binding | None:
    """The import that a call, awaited or not, is a call of: `redis.Redis()`; None for other values."""
    while isinstance(value, ast.Await):
        value = value.value
    name = dotted(value.func) if isinstance(value, ast.Call) else None
    root = None if name is None else env.get(name.partition(".")[0])
    return root if root is not None and root.holds is Holds.IMPORT else None


def defined(
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, env: Env, *, in_handler: bool
) -> Binding:
    """What a `def` or `class` leaves in its name."""
    word = {ast.ClassDef: "class ", ast.FunctionDef: "def "}.get(type(node), "async def ")
    end = node.col_offset + len(word) + len(node.name.encode())
    region = Region(node.lineno, node.col_offset, node.lineno, end)
    # What is defined after an import that worked is there because of it; in a handler it is a
    # stand-in, unless it uses an import that took the place of the failed one.
    used = set(read_names(node)) & env.keys() if in_handler else env.keys()
    if any(env[name].holds in (Holds.IMPORT, Holds.DERIVED) for name in used):
        return Binding(Holds.DERIVED, region)
    return Binding(Holds.STAND_IN, region, known=stub(node))


def assigned(
    target: ast.expr, value: ast.expr | None, env: Env, facts: Outline
) -> Iterator[tuple[str, Binding]]:
    """Each name that `target = value` binds, with what it then holds and where.

    A name is an identifier, a dotted attribute (`self.client`), or what `globals()["x"]` names.
    """
    match target:
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            for part, item in zip(parts, _items(value, len(parts)), strict=True):
                yield from assigned(part, item, env, facts)
        case ast.Starred(value=inner):
            yield from assigned(inner, value, env, facts)
        case _:
            name = target_name(target)
            if name is not None:
                yield name, placed(holds(value, env, facts), Region.of(target))


def placed(binding: Binding, region: Region) -> Binding:
    """The same binding, put there by the text at `region`."""
    return Binding(binding.holds, region, binding.imported, binding.known)


def target_name(target: ast.expr) -> str | None:
    """The name that an assignment to `target` binds; None if it is none of ours (`cache[key]`)."""
    match target:
        case ast.Subscript(
            value=ast.Call(func=ast.Name(id=home), args=[]), slice=ast.Constant(value=str() as name)
        ) if home in _MODULE_DICTS:
            return name
        case _:
            return dotted(target)


def _items(value: ast.expr | None, count: int) -> list[ast.expr | None]:
    match value:
        case ast.Tuple(elts=items) | ast.List(elts=items) if len(items) == count:
            return list(items)
        case ast.BinOp(left=ast.Tuple(elts=[item]) | ast.List(elts=[item]), op=ast.Mult()):
            return [item] * count
        case _:
            return [value] * count


def called(call: ast.Call, env: Env, facts: Outline) -> Iterator[tuple[str, Binding]]:
    """Names that a call binds: `setattr(x, "name", …)`, `globals().update(name=…)` and its kin."""
    region = Region.of(call)
    match call:
        case ast.Call(func=ast.Name(id="setattr"), args=[owner, ast.Constant(value=str() as name), value]):
            home = dotted(owner)
            if home is not None or ast.unparse(owner) == "sys.modules[__name__]":
                yield name if home is None else f"{home}.{name}", placed(holds(value, env, facts), region)
        case ast.Call(
            func=ast.Attribute(value=ast.Call(func=ast.Name(id=home), args=[]), attr=method), args=args
        ) if home in _MODULE_DICTS:
            for name, entry in _entries(method, args, call.keywords):
                yield name, placed(holds(entry, env, facts), region)
        case _:
            pass


def _entries(
    method: str, args: list[ast.expr], keywords: list[ast.keyword]
) -> Iterator[tuple[str, ast.expr | None]]:
    match method, args:
        case (("setdefault" | "__setitem__"), [ast.Constant(value=str() as name), *rest]):
            yield name, rest[0] if rest else None
        case "update", []:
            yield from ((word.arg, word.value) for word in keywords if word.arg)
        case "update", [ast.Dict(keys=keys, values=values)]:
            for key, value in zip(keys, values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value, value
        case "update", [ast.Call(func=ast.Attribute(attr="fromkeys"), args=[keys, *rest])]:
            if isinstance(keys, ast.Tuple | ast.List):
                for key in keys.elts:
                    if isinstance(key, ast.Constant) and isinstance(key.value, str):
                        yield key.value, rest[0] if rest else None
        case _:
            pass
