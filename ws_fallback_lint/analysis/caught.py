"""Does an except clause catch a failed import?"""

import ast
import builtins
from collections.abc import Iterator, Mapping

from ws_fallback_lint.analysis.guarded import Caught
from ws_fallback_lint.analysis.names import qualified

MISSING = "ModuleNotFoundError"
BROKEN = "ImportError"
_EVERYTHING = frozenset({"Exception", "BaseException"})
_BUILTIN_HOMES = ("builtins.", "__builtin__.", "__builtins__.", "exceptions.", "six.moves.builtins.")
# An alias may name an alias; real code stops at two.
_ALIAS_DEPTH = 8


def caught_by(types: list[ast.expr], imports: Mapping[str, str], aliases: Mapping[str, ast.expr]) -> Caught:
    """What the classes in `types` catch, given the module's imports and its top-level aliases."""
    names = tuple(dict.fromkeys(name for node in types for name in _classes(node, imports, aliases, 0)))
    return Caught(
        names,
        missing=not _EVERYTHING.union((MISSING, BROKEN)).isdisjoint(names),
        broken=not _EVERYTHING.union((BROKEN,)).isdisjoint(names),
        everything=not _EVERYTHING.isdisjoint(names),
    )


def catches(caught: Caught, kind: str) -> bool:
    """Whether a clause catches an exception, named as `Caught` names them."""
    if kind == MISSING:
        return caught.missing
    if kind == BROKEN:
        return caught.broken
    return caught.everything or kind in caught.names


# `except:` catches all there is.
BARE = Caught((), missing=True, broken=True, everything=True)


def _classes(
    node: ast.expr, imports: Mapping[str, str], aliases: Mapping[str, ast.expr], depth: int
) -> Iterator[str]:
    match node:
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
            for part in parts:
                yield from _classes(part, imports, aliases, depth)
        case ast.Starred(value=inner):
            yield from _classes(inner, imports, aliases, depth)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            yield from _classes(left, imports, aliases, depth)
            yield from _classes(right, imports, aliases, depth)
        case ast.Name(id=name) if name in aliases and depth < _ALIAS_DEPTH and not _is_builtin(name):
            yield from _classes(aliases[name], imports, aliases, depth + 1)
        case _:
            yield builtin_name(qualified(node, imports) or ast.unparse(node))


def builtin_name(name: str) -> str:
    """`ImportError` for `builtins.ImportError` and its like; other names as they are."""
    for home in _BUILTIN_HOMES:
        if name.startswith(home):
            return name.removeprefix(home)
    return name


def _is_builtin(name: str) -> bool:
    return isinstance(getattr(builtins, name, None), type)
