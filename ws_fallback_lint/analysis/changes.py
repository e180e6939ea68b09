"""Methods that change a container, and what it holds after them."""

import ast
from typing import TYPE_CHECKING

from ws_fallback_lint.analysis.containers import (
    OPEN_DICT,
    OPEN_LIST,
    has_key,
    listed,
    merged,
    stored,
    unordered,
    without_key,
    without_value,
)
from ws_fallback_lint.analysis.guarded import Content
from ws_fallback_lint.analysis.tables import key_of, mapping

if TYPE_CHECKING:
    from ws_fallback_lint.analysis.truth import Reader

CHANGES = frozenset(
    {"append", "appendleft", "add", "insert", "extend", "update", "setdefault", "__setitem__"}
    | {"pop", "__delitem__", "remove", "discard", "clear"}
)


def changed(reader: "Reader", call: ast.Call, method: str, content: Content | None) -> list[Content]:
    """What a container may hold after one of `CHANGES`; it is None if nobody knows what it held."""
    match method, call.args:
        case "append" | "add" | "appendleft", [value]:
            return [
                merged(content or OPEN_LIST, listed([(True, binding)])) for binding in reader.values(value)
            ]
        case "insert", [_, value]:
            content = content or OPEN_LIST
            return [unordered(merged(content, listed([(True, binding)]))) for binding in reader.values(value)]
        case "extend", [source]:
            return [merged(content or OPEN_LIST, reader.value(source).content or OPEN_LIST)]
        case "update", sources:
            content = content or OPEN_DICT
            more = mapping(reader, sources, call.keywords) if content.is_mapping else OPEN_LIST
            return [merged(content, more)]
        case "setdefault" | "__setitem__", [key, value]:
            content, text = content or OPEN_DICT, key_of(reader, key)
            if method == "setdefault" and has_key(content, text):
                return [content]
            return [stored(content, text, binding) for binding in reader.values(value)]
        case _ if content is None:
            return []
        case "pop" | "__delitem__", [key, *_] if content.is_mapping:
            return [without_key(content, key_of(reader, key))]
        case "remove" | "discard", [value]:
            return [without_value(content, reader.value(value))]
        case "clear", []:
            return [Content(content.is_mapping)]
        case _:
            return [unordered(content)]
