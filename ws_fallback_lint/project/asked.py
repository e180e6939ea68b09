"""The imports of a module as its text shows them: nothing is parsed, and the text of any file is enough."""

import re
import sys
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from ws_fallback_lint.core.limits import MOST_BYTES

# What stands before the word `import` in its line, and after it.
_BEFORE = re.compile(rb"(?:\A|[;:])[ \t\f]*(?:from[ \t]*([.\w][.\w \t]*?)[ \t]*)?\Z")
_ALONE = _BEFORE.match(b"")
_IMPORT = re.compile(rb"import(?=[\s(*\\])")
_OPENS = re.compile(rb"[ \t]*\(")
_BRACKETED = re.compile(rb"[ \t]*(\((?:[^)#]|#[^\n]*+)*+\))")
_PLAIN = re.compile(rb"[ \t]*((?:[^\n\\;#(]|\\\r?\n)++)")
_COMMENT = re.compile(rb"#[^\n]*")
# So many bytes are looked at before the word: on a line of megabytes it would be all, again and again.
_MOST_BEFORE = 400


class Asked(NamedTuple):
    """What an import takes from where, under which name; `module` as written, `attr` None for all of it."""

    local: str
    module: str
    attr: str | None

    @property
    def is_renamed(self) -> bool:
        """Whether an import of a whole module binds it under a name of its own."""
        return self.attr is not None or self.local != self.module.partition(".")[0]


def may_inherit(data: bytes) -> bool:
    """Whether a module imports anything that a project could hold; nearly all that do not are small."""
    if len(data) > MOST_BYTES:
        return False
    asked = (one.module for one in asked_in(data))
    return any(module.partition(".")[0] not in sys.stdlib_module_names for module in asked)


def asked_in(data: bytes) -> Iterator[Asked]:
    """Every import in a text, wherever it stands."""
    done, is_open = 0, False
    for found in _IMPORT.finditer(data):
        at, end = found.span()
        if at < done or not (stands := _standing(data, at)):
            continue
        if _OPENS.match(data, end):
            names = None if is_open else _BRACKETED.match(data, end)
            is_open = names is None  # nothing closes this bracket: nor those behind it
        else:
            names = _PLAIN.match(data, end)
        if names:
            done = names.end()
            yield from _listed(stands[1], names[1])


def _standing(data: bytes, at: int) -> re.Match[bytes] | None:
    """What stands before the word `import` in its statement, if it can begin one there."""
    first = max(0, at - _MOST_BEFORE)
    start = data.rfind(b"\n", first, at) + 1 or first
    before = data[start:at]
    while start > first and data.endswith((b"\\\n", b"\\\r\n"), max(start - 3, 0), start):
        end = start - 3 if data[start - 2 : start - 1] == b"\r" else start - 2
        start = data.rfind(b"\n", first, start - 1) + 1 or first  # it goes on from the line before
        before = data[start:end] + before
    if start == first and first > 0:
        before = b"." + before  # the beginning of the line is out of sight
    return _BEFORE.search(before) if before.strip() else _ALONE


@lru_cache(20_000)  # the same statements stand in many modules
def _listed(home: bytes | None, names: bytes) -> tuple[Asked, ...]:
    return tuple(_parts(home, names))


def _parts(home: bytes | None, names: bytes) -> Iterator[Asked]:
    listed = _COMMENT.sub(b"", names).decode(errors="replace").replace("\\", " ")
    for part in listed.strip().strip("()").split(","):
        words = part.split()
        if len(words) not in (1, 3):
            continue
        if home is not None:
            yield Asked(words[-1], "".join(home.decode(errors="replace").split()), words[0])
        else:
            local = words[2] if len(words) > 1 else words[0].partition(".")[0]
            yield Asked(local, words[0], None)
