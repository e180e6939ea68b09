"""On bytes: could a condition or a call ask for something that an import depends on?"""

import re
from functools import cache

from ws_fallback_lint.analysis.presence import PLATFORM_FACTS
from ws_fallback_lint.analysis.spots import BY_PLATFORM, BY_VERSION

# What tells the version or the platform, by the last part of the module that has it.
_PARTS: dict[bytes, set[bytes]] = {}
for _name in BY_PLATFORM | BY_VERSION | PLATFORM_FACTS:
    _home, _, _part = _name.rpartition(".")
    _PARTS.setdefault(_home.rpartition(".")[2].encode(), set()).add(_part.encode())

_WORD = rb"[\w\x80-\xff]++"
_WORDS = re.compile(_WORD)
# What may stand between two words of an expression; in front of a value, and behind one.
_SPACE = rb"(?:[\s\\]|#[^\r\n]*+)*+"
_OPEN, _CLOSE = _SPACE.replace(rb"\\", rb"\\("), _SPACE.replace(rb"\\", rb"\\)")

# Names that mean one thing, whatever they are taken from.
_TELLING = re.compile(
    rb"find_(?:spec|loader|module)\b|TYPE_CHECKING\b|version_info\b|hexversion\b|PY(?:2|3|34)\b|MS_WINDOWS\b"
)
# `getattr(module, "name"`, `hasattr(module, "name")`: the first word of the module, the text if it is plain.
_ATTRIBUTE = re.compile(
    rb"attr(?:(?<=getattr)|(?<=hasattr))%(close)s\(%(open)s(%(word)s)(?:%(close)s\.%(space)s%(word)s)*"
    rb"%(close)s,%(open)s[rRuU]?[\"'](?:(%(word)s)[\"'](?=%(space)s[),]))?"
    % {b"close": _CLOSE, b"open": _OPEN, b"space": _SPACE, b"word": _WORD}
)
# A part of something that is taken on a condition: what follows in `module.name if …`; `… else module.name`.
_IF = re.compile(rb"%sif\b" % _CLOSE)
_ELSE = re.compile(
    rb"else\b%(open)s%(word)s(?:%(close)s\.%(space)s%(word)s)*?%(close)s\.%(space)s(%(word)s)(?![ \t]*[(\[.])"
    % {b"close": _CLOSE, b"open": _OPEN, b"space": _SPACE, b"word": _WORD}
)
# What an import statement names, up to its end.
_IMPORTED = re.compile(rb"import\b\s*+(\([^)#]*+(?:#[^\r\n]*+[^)#]*+)*+|[^\r\n\\]*+(?:\\\s*+[^\r\n\\]*+)*+)")
# So far back is looked for the `=` of an assignment.
_FAR = 200
# A module with more of them is parsed: each may be looked at up to the end of a line that holds them all.
_MOST_ATTRIBUTES = 200


def asks_on_condition(code: bytes, data: bytes) -> bool:
    """Whether anything is asked for that could decide about an import; `code` is the bare `data`."""
    if _TELLING.search(code):
        return True
    for home, parts in _PARTS.items():
        for names in _takes(home).findall(code) if home in code else ():
            if not names or not parts.isdisjoint(_WORDS.findall(names)):
                return True
    return data.count(b"attr") > _MOST_ATTRIBUTES or bool(_questions(data))


@cache
def _takes(home: bytes) -> re.Pattern[bytes]:
    """A part that is taken from a module, the module under another name, or what is imported from it."""
    parts = b"|".join(sorted(_PARTS[home]))
    return re.compile(
        rb"%s(?:[\s)]*\.\s*(?:%s)\b|\s+as\b|\s+import\b(\s*\((?:[^)]|\(\))*|[^\n]*))" % (home, parts)
    )


def asks_for_attribute(data: bytes) -> bool:
    """Whether a name may get a part of a module, or something else where the module has no such part."""
    if data.count(b"attr") > _MOST_ATTRIBUTES:
        return True
    asked = _questions(data)
    if any(_is_assigned(data, one.start()) for one in asked):
        return True
    names = {one[2] for one in asked}
    if not names:
        return False
    return (
        None in names
        or not names.isdisjoint(_ELSE.findall(data))
        or any(_is_taken(data, one) for one in names if one)
    )


def _is_taken(data: bytes, name: bytes) -> bool:
    """Whether a name stands somewhere before an `if`, as the part of something that it is taken from does."""
    at = data.find(name)
    while at >= 0:
        at += len(name)
        if _IF.match(data, at):
            return True
        at = data.find(name, at)
    return False


def _questions(data: bytes) -> list[re.Match[bytes]]:
    """Where a part of something is asked for that an import brings."""
    found = [*_ATTRIBUTE.finditer(data)] if b"attr" in data else []
    if not found:
        return found
    imported = {name for names in _IMPORTED.findall(data) for name in _WORDS.findall(names)}
    return [one for one in found if one[1] in imported]


def _is_assigned(data: bytes, at: int) -> bool:
    """Whether what a `getattr` gives, with its `attr` at a place, may be all that is assigned to a name."""
    if not data.endswith(b"get", 0, at):
        return False
    before = data[max(at - _FAR, 0) : at - len(b"get")].rstrip(b" \t\f\r\n\\(")
    return before[-1:] in (b"", b"=") or b"#" in before[before.rfind(b"\n") + 1 :]
