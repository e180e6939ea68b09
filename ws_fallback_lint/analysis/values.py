"""Values that need no name to be known: constants, builtins, stubs; whether they are true, or the same."""

import ast
import builtins
from collections.abc import Iterable, Sequence
from functools import cache

from ws_fallback_lint.analysis.guarded import Binding, Content, Holds, Known, worst
from ws_fallback_lint.analysis.names import walk

UNKNOWN = Binding(Holds.DERIVED)
_OF_BOOL = frozenset(dir(True))
_OF_NONE = frozenset(dir(None))
_OF_TUPLE = frozenset(dir(()))
# More values than this that an expression may have are joined.
_MOST_ALTERNATIVES = 8
NONE = Binding(Holds.NONE, known=Known(truth=False, literal="None", callable=False))


_known: dict[type, frozenset[str]] = {}


def _attributes(kind: type) -> frozenset[str]:
    if kind not in _known:
        _known[kind] = frozenset(dir(kind))
    return _known[kind]


def boolean(truth: bool | None) -> Binding:
    """A flag: True, False, or one of them."""
    written = None if truth is None else str(truth)
    return Binding(Holds.CONSTANT, known=Known(truth, written, callable=False, attributes=_OF_BOOL))


def literal(value: object) -> Binding:
    """A constant, or an empty or filled display given as one."""
    if value is None:
        return NONE
    known = Known(bool(value), repr(value), callable=False, attributes=_attributes(type(value)))
    return Binding(Holds.CONSTANT, known=known)


@cache
def builtin(name: str) -> Binding | None:
    """A builtin class or function in the place of an import; None if it is no builtin."""
    value = getattr(builtins, name, None)
    if isinstance(value, type):
        # `super()` and `type(x)` give what others have defined.
        made = None if value in (super, type) else _attributes(value)
        known = Known(True, callable=True, attributes=_attributes(value) | _attributes(type), made=made)
        return Binding(Holds.STAND_IN, known=known)
    if callable(value):
        return Binding(Holds.STAND_IN, known=Known(True, callable=True, attributes=_attributes(type(value))))
    return None


def stub(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda) -> Known:
    """What a definition that takes an import's place is seen to have."""
    if not isinstance(node, ast.ClassDef):
        plain = isinstance(node, ast.Lambda) or not node.decorator_list
        return Known(True, callable=True, attributes=_attributes(type(stub))) if plain else Known()
    own = {name for statement in node.body for name in _members(statement)}
    if (
        node.bases
        or node.keywords
        or node.decorator_list
        or own & {"__getattr__", "__getattribute__", "__new__"}
    ):
        return Known(True, callable=True)
    set_in_methods = {
        part.attr
        for part in walk(node)
        if isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store)
    }
    plain_class = _attributes(object) | own
    return Known(
        True, callable=True, attributes=plain_class | _attributes(type), made=plain_class | set_in_methods
    )


def _members(statement: ast.stmt) -> set[str]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {statement.name}
    return {
        part.id for part in walk(statement) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    }


def truth_of(binding: Binding) -> bool | None:
    """Whether a value counts as true."""
    match binding.holds:
        case Holds.IMPORT | Holds.MOCK:
            return True
        case _:
            return binding.known.truth


def either(bindings: Sequence[Binding]) -> Binding:
    """One of some values (at least one), nobody knows which: what it is at worst, and perhaps not that."""
    first, *others = bindings if len(bindings) == 1 else dict.fromkeys(bindings)
    if not others:
        return first
    truths = {truth_of(binding) for binding in (first, *others)}
    at_worst = worst([first, *others])
    known = at_worst.known._replace(truth=truths.pop() if len(truths) == 1 else None, literal=None)
    contents = [binding.content for binding in (first, *others)]
    return at_worst._replace(known=known, content=at_worst.content and _joined(contents))


def _joined(contents: list[Content | None]) -> Content:
    """What one of some containers holds: what is not in all of them is there perhaps."""
    held = [content for content in contents if content is not None]
    found: dict[str | None, list[Binding]] = {}
    for content in held:
        for key, binding in content.entries:
            found.setdefault(key, []).append(binding)
    perhaps = found.pop(None, [])
    entries: list[tuple[str | None, Binding]] = []
    for key, bindings in found.items():
        if len(bindings) == len(contents):
            entries.append((key, either(bindings)))
        else:
            perhaps += bindings
    entries += [(None, binding) for binding in dict.fromkeys(perhaps)]
    is_whole = len(held) == len(contents) and all(content.whole for content in held)
    return Content(held[0].is_mapping, tuple(entries), is_whole)


def is_empty_tuple(binding: Binding) -> bool:
    """Whether a value is `()`: of no class in it is anything an instance."""
    known = binding.known
    return binding.holds.is_fallback and known.truth is False and known.attributes == _OF_TUPLE


def lacks(binding: Binding, attribute: object) -> bool:
    """Whether a value has no attribute of this name; None lacks those too whose name is not known."""
    attributes = _OF_NONE if binding.holds is Holds.NONE else binding.known.attributes
    if attribute is None:
        return binding.holds is Holds.NONE
    return attributes is not None and attribute not in attributes


def stems(binding: Binding) -> bool:
    """Whether a value is one that the import has left behind, or holds one."""
    if binding.region is not None:
        return True
    return binding.content is not None and any(stems(entry) for _, entry in binding.content.entries)


def few(alternatives: Iterable[Binding]) -> tuple[Binding, ...]:
    """The different values that an expression may have; if they are many, in part as one."""
    unique = tuple(dict.fromkeys(alternatives))
    if len(unique) > _MOST_ALTERNATIVES:
        asked = [binding for binding in unique if stems(binding) or binding.holds is Holds.NONE]
        others = [binding for binding in unique if binding not in asked]
        unique = (*asked, either(others)) if others else tuple(asked)
    return unique if len(unique) <= _MOST_ALTERNATIVES else (either(list(unique)),)


def agreed(truths: Iterable[bool | None]) -> bool | None:
    """What all of some truths are; None where they differ."""
    unique = set(truths)
    return unique.pop() if len(unique) == 1 else None


def same(one: Binding, other: Binding) -> bool | None:
    """Whether two values are one and the same; None where they may be."""
    if Holds.UNBOUND in (one.holds, other.holds):
        return None
    if Holds.NONE in (one.holds, other.holds):
        if one.holds is other.holds:
            return True if one.known.literal and other.known.literal else None
        if not (one.known.literal or one.holds is not Holds.NONE) or (
            other.holds is Holds.NONE and not other.known.literal
        ):
            return None  # one that is None only perhaps
        rest = other if one.holds is Holds.NONE else one
        if truth_of(rest):
            return False
        # Something made with an import may be None for reasons of its own.
        return None if rest.holds in (Holds.DERIVED, Holds.ALTERNATE) else False
    if one.known.literal is not None and other.known.literal is not None:
        return one.known.literal == other.known.literal
    if Holds.IMPORT in (one.holds, other.holds) and Holds.CONSTANT in (one.holds, other.holds):
        return False
    return None
