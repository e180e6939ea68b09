"""What code makes of containers: displays, comprehensions, subscripts, and the methods that read or change.

Keys are told apart as the code writes them: constants by their value, `Kind.FAST` and `FAST` by their name.
"""

import ast
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ws_fallback_lint.analysis.containers import (
    OPEN_DICT,
    OPEN_LIST,
    OTHER,
    OTHER_KEY,
    Item,
    at,
    container,
    has_key,
    has_value,
    items,
    listed,
    merged,
    pairs,
    some,
    stored,
    unordered,
    unpacked,
    values,
)
from ws_fallback_lint.analysis.guarded import Binding, Content
from ws_fallback_lint.analysis.names import dotted, walk
from ws_fallback_lint.analysis.values import NONE, UNKNOWN, agreed, few, truth_of

# A name that no code has, for what a function is asked about.
_ELEMENT = " element"

if TYPE_CHECKING:
    from ws_fallback_lint.analysis.truth import Reader

Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp

_IN_ORDER = {"list": list, "tuple": tuple, "iter": None}
_REORDERED = {"sorted": list, "set": set, "frozenset": frozenset, "reversed": None}
_MAPPINGS = frozenset({"dict", "OrderedDict", "MappingProxyType"})
_DISPLAYS: dict[type, type] = {ast.List: list, ast.Tuple: tuple, ast.Set: set}
_LOOKUPS = frozenset({"get", "pop", "setdefault"})
_VIEWS = {"values": values, "items": pairs, "keys": items}


def key_of(reader: "Reader", node: ast.expr) -> str | None:
    """A key as the code writes it; None for one that can be any."""
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as number)):
            return str(-number)
        case _:
            value = reader.value(node)
    if value == OTHER_KEY:
        return OTHER
    if value.known.literal is not None:
        return value.known.literal
    name = dotted(node) or ""
    home, _, last = name.rpartition(".")
    return name if last.isupper() or home[:1].isupper() else None


def read(reader: "Reader", node: ast.expr) -> tuple[Binding, ...] | None:
    """What a display, a comprehension, a subscript or a sum of containers may give; None for others."""
    match node:
        case ast.Dict(keys=keys, values=held):
            return (container(_dict(reader, keys, held), dict),)
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
            return (container(_display(reader, parts), _DISPLAYS[type(node)]),)
        case ast.DictComp() | ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
            content = _comprehended(reader, node)
            return None if content is None else (container(content),)
        case ast.Subscript(value=owner, slice=index):
            key = key_of(reader, index)
            return few(
                one
                for table in reader.values(owner)
                for one in (
                    at(table.content, key)
                    if table.content and not isinstance(index, ast.Slice)
                    else (UNKNOWN,)
                )
            )
        case ast.BinOp(left=left, op=ast.Add() | ast.BitOr(), right=right):
            one, other = reader.value(left).content, reader.value(right).content
            if one is None and other is None:
                return None
            is_mapping = (one or other or OPEN_LIST).is_mapping
            unknown = OPEN_DICT if is_mapping else OPEN_LIST
            return (container(merged(one or unknown, other or unknown)),)
        case _:
            return None


def _dict(reader: "Reader", keys: Iterable[ast.expr | None], held: list[ast.expr]) -> Content:
    content = Content(is_mapping=True)
    for key, value in zip(keys, held, strict=True):
        binding = reader.value(value)
        if key is None:
            content = merged(content, binding.content or OPEN_DICT)
        else:
            content = stored(content, key_of(reader, key), binding)
    return content


def _display(reader: "Reader", parts: list[ast.expr]) -> Content:
    content = Content(is_mapping=False)
    run: list[Item] = []
    for part in parts:
        if isinstance(part, ast.Starred):
            content = merged(content, listed(run))
            run = []
            content = merged(content, reader.value(part.value).content or OPEN_LIST)
        else:
            run.append((True, reader.value(part)))
    return merged(content, listed(run))


def elements(reader: "Reader", iterable: ast.expr) -> tuple[Binding, ...]:
    """The values that a `for` may meet; none if it surely meets none."""
    found: list[Binding] = []
    for one in reader.values(iterable):
        found += [UNKNOWN] if one.content is None else some(items(one.content), whole=one.content.whole)
    return few(found) if found else ()


def unpack(target: ast.expr, binding: Binding) -> Iterator[tuple[str, Binding]]:
    """What the names of a target hold once a value is assigned to it."""
    match target:
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            is_plain = not any(isinstance(part, ast.Starred) for part in parts)
            held = unpacked(binding.content if is_plain else None, len(parts))
            for part, one in zip(parts, held, strict=True):
                yield from unpack(part, one)
        case ast.Starred(value=inner):
            yield from unpack(inner, UNKNOWN)
        case _:
            name = dotted(target)
            if name is not None:
                yield name, binding


def _comprehended(reader: "Reader", node: Comprehension) -> Content | None:
    """What a comprehension over one container collects; None where nobody can tell."""
    generator, *others = node.generators
    source = reader.value(generator.iter).content
    if source is None or others:
        return None
    content = Content(is_mapping=isinstance(node, ast.DictComp), whole=source.whole)
    collected: list[Item] = []
    for is_sure, binding in items(source):
        inner = reader.given(dict(unpack(generator.target, binding)))
        truths = [inner.truth(test) for test in generator.ifs]
        if False in truths:
            continue
        is_kept = is_sure and None not in truths
        if any(truth is None and _asks(test) for test, truth in zip(generator.ifs, truths, strict=True)):
            inner = reader.given(dict(unpack(generator.target, UNKNOWN)))
        if isinstance(node, ast.DictComp):
            key = key_of(inner, node.key) if is_kept else None
            content = stored(content, key, inner.value(node.value))
        else:
            collected.append((is_kept, inner.value(node.elt)))
    return content if content.is_mapping else listed(collected, whole=source.whole)


def _asks(test: ast.expr) -> bool:
    """Whether a condition leaves it to some function what passes."""
    return any(isinstance(part, ast.Call) for part in walk(test))


def contains(reader: "Reader", left: ast.expr, right: ast.expr) -> bool | None:
    """Whether `left in right`."""
    tables = [one.content for one in reader.values(right)]
    found = []
    for content in tables:
        if content is None:
            return None
        if content.is_mapping:
            found.append(has_key(content, key_of(reader, left)))
        else:
            found += [has_value(content, value) for value in reader.values(left)]
    return agreed(found)


def called(reader: "Reader", call: ast.Call) -> tuple[Binding, ...] | None:
    """What a call that makes a container, or takes something from one, may give; None for other calls."""
    match call:
        case ast.Call(func=ast.Attribute(value=owner, attr=method), args=args) if (
            method in _LOOKUPS or method in _VIEWS or method == "copy"
        ):
            content = reader.value(owner).content
            return None if content is None else _asked(reader, content, method, args)
        case ast.Call(func=ast.Name(id=maker) | ast.Attribute(attr=maker), args=args) if maker in _MAPPINGS:
            made = mapping(reader, args, call.keywords)
            return (container(made, dict if maker == "dict" else None),)
        case ast.Call(func=ast.Name(id="next"), args=[iterable, *rest]):
            return _next(reader, iterable, rest)
        case ast.Call(func=ast.Name(id="filter"), args=[function, iterable]):
            content = reader.value(iterable).content
            return None if content is None else (container(_filtered(reader, function, content)),)
        case ast.Call(func=ast.Name(id="enumerate"), args=[iterable, *_]):
            content = reader.value(iterable).content
            if content is None:
                return None
            return (container(listed(pairs(listed(items(content))), whole=content.whole)),)
        case ast.Call(func=ast.Name(id="list" | "tuple" | "set" | "frozenset" as maker), args=[]):
            return (container(Content(is_mapping=False), (_IN_ORDER | _REORDERED)[maker]),)
        case ast.Call(func=ast.Name(id=maker), args=[iterable]) if maker in _IN_ORDER or maker in _REORDERED:
            content = reader.value(iterable).content
            if content is None:
                return None
            taken = listed(items(content), whole=content.whole)
            if maker in _IN_ORDER:
                return (container(taken, _IN_ORDER[maker]),)
            return (container(unordered(taken), _REORDERED[maker]),)
        case _:
            return None


def _asked(reader: "Reader", content: Content, method: str, args: list[ast.expr]) -> tuple[Binding, ...]:
    if method == "copy":
        return (container(content),)
    if method in _VIEWS:
        return (container(listed(_VIEWS[method](content), whole=content.whole)),)
    if not args:
        return some(values(content), whole=content.whole) or (UNKNOWN,)
    key = key_of(reader, args[0])
    found = at(content, key)
    is_there = has_key(content, key) or (method == "pop" and not args[1:])
    # What is not known to be there may have come by ways out of sight.
    if is_there or found == (UNKNOWN,):
        return found or (UNKNOWN,)
    return few([*found, *(reader.values(args[1]) if args[1:] else (NONE,))])


def mapping(reader: "Reader", args: list[ast.expr], keywords: list[ast.keyword]) -> Content:
    """What `dict(…)` makes of its arguments."""
    content = Content(is_mapping=True)
    for argument in args:
        source = reader.value(argument).content
        if source is not None and not source.is_mapping:
            source = _of_pairs(source)
        content = merged(content, source or OPEN_DICT)
    for word in keywords:
        binding = reader.value(word.value)
        if word.arg is None:
            content = merged(content, binding.content or OPEN_DICT)
        else:
            content = stored(content, repr(word.arg), binding)
    return content


def _of_pairs(source: Content) -> Content:
    content = Content(is_mapping=True, whole=source.whole)
    for is_sure, pair in items(source):
        key, value = unpacked(pair.content, 2)
        content = stored(content, key.known.literal if is_sure else None, value)
    return content


def _next(reader: "Reader", iterable: ast.expr, rest: list[ast.expr]) -> tuple[Binding, ...] | None:
    content = reader.value(iterable).content
    if content is None:
        return few([UNKNOWN, *reader.values(rest[0])]) if rest else None
    found: list[Binding] = []
    for is_sure, binding in items(content) if content.whole else ():
        found.append(binding)
        if is_sure:
            return few(found)
    if not content.whole:
        found = [UNKNOWN, *(binding for _, binding in items(content))]
    return few([*found, *(reader.values(rest[0]) if rest else ())]) if found or rest else None


def _filtered(reader: "Reader", function: ast.expr, content: Content) -> Content:
    """What `filter` lets through."""
    kept: list[Item] = []
    for is_sure, binding in items(content):
        truth = _passes(reader, function, binding)
        if truth is not False:
            is_looked_at = truth is None and (not isinstance(function, ast.Lambda) or _asks(function.body))
            kept.append((is_sure and truth is True, UNKNOWN if is_looked_at else binding))
    return listed(kept, whole=content.whole)


def _passes(reader: "Reader", function: ast.expr, binding: Binding) -> bool | None:
    match function:
        case ast.Constant(value=None) | ast.Name(id="bool"):
            return truth_of(binding)
        case ast.Lambda(args=ast.arguments(args=[parameter]), body=body):
            return reader.given({parameter.arg: binding}).truth(body)
        case ast.Name():
            inner = reader.given({_ELEMENT: binding})
            return inner.truth(ast.Call(function, [ast.Name(_ELEMENT, ast.Load())], []))
        case _:
            return None
