"""Modules as text: what they import, and which statements bind and mention which names. Nothing is parsed.

What is told here is where to look. It names too much rather than too little, and costs little: most
modules never need more.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from itertools import chain, pairwise

from ws_fallback_lint.analysis.constructors import CONSTRUCTORS
from ws_fallback_lint.analysis.prefilter import may_hold_guarded_import, may_stand_apart
from ws_fallback_lint.core.source import utf8
from ws_fallback_lint.project.asked import Asked, asked_in

_COMMENT = re.compile(rb"#[^\n]*")
# Where a statement of the module itself begins.
_TOP = re.compile(rb"^(?!(?:except|else|elif|finally)\b)[^\s#)\]}@]", re.MULTILINE)
_DEFINED = re.compile(rb"^[ \t]*((?:async[ \t]+)?def|class)[ \t]+(\w+)", re.MULTILINE)
# Names before a `=`, those of `a = b = None` and `a, b = None, None` included.
_TARGETS = re.compile(rb"^[ \t]*\(?((?:\w+[ \t]*(?::[^=\n]+)?\)?[,=](?!=)[ \t]*|\w+[ \t]*:=)+)", re.MULTILINE)
_PLAIN_IMPORT = re.compile(rb"(?:import|from)\b(?!.*;)")
_GLOBAL = re.compile(rb"\bglobal[ \t]+(\w[^\n#;]*)")
_WORD = re.compile(rb"\b[A-Za-z_]\w*")
_QUOTED = re.compile(rb"['\"](\w*)['\"]")
_MORE_ALL = re.compile(rb"^__all__[ \t]*(?:\+=|\.)[^\n]*(?:\n[ \t)\]][^\n]*)*", re.MULTILINE)
_CHAIN = re.compile(rb"[A-Za-z_]\w*(?:\.\w+)*")
# What a function gives back, and plain names that take part in that.
_GIVEN = re.compile(
    rb"\b(?:return|yield)\b([^\n]*)|^[ \t]+\w+[ \t]*=[ \t]*([\w.]+)[ \t]*(?:#.*)?$", re.MULTILINE
)
# A way to give back nothing.
_NOTHING = re.compile(rb"\breturn[ \t]*(?:None\b|#|;|$)|\b(?:else|or)[ \t]+None\b", re.MULTILINE)
# What runs before the other methods of an object, up to the next one.
_CONSTRUCTOR = re.compile(
    rb"\bdef[ \t]+(?:%s)\b.*?(?=^[ \t]+(?:@|(?:async[ \t]+)?def\b)|\Z)"
    % "|".join(sorted(CONSTRUCTORS)).encode(),
    re.MULTILINE | re.DOTALL,
)


class _Kind(Enum):
    """What kind of statement binds a name."""

    FUNCTION = "def"
    CLASS = "class"
    STATEMENT = ""


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """A statement of a module itself, and what stands inside it."""

    kind: _Kind
    data: bytes
    start: int
    end: int

    @property
    def text(self) -> bytes:
        """Its text; kept with the others of the module."""
        return self.data[self.start : self.end]

    def asked(self) -> list[bytes]:
        """The pieces that decide what a name does: of a class its head, and what runs before its methods."""
        if self.kind is not _Kind.CLASS:
            return [self.text]
        return [self.text.partition(b"\n")[0], *_CONSTRUCTOR.findall(self.text)]

    def given(self, name: bytes) -> list[bytes]:
        """The pieces that say what a name is given, or what it gives back as a function."""
        match self.kind:
            case _Kind.CLASS:
                return []
            case _Kind.FUNCTION:
                if _NOTHING.search(self.text):
                    return [self.text]  # what it asks before it gives nothing may be what is lost
                return [part for pair in _GIVEN.findall(self.text) for part in pair]
            case _Kind.STATEMENT:
                if re.search(rb"\bdef[ \t]+%s\b" % re.escape(name), self.text):
                    return [self.text]
                # Of a `try` or an `if`, only what assigns the name.
                return re.findall(rb"\b%s\b[^=\n]*+(?:=(?!=)([^\n]*))?" % re.escape(name), self.text)


def _words(pattern: re.Pattern[bytes], text: bytes) -> list[bytes]:
    return [word for found in pattern.findall(text) for word in _WORD.findall(found)]


class Text:
    """The text of one module."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    @cached_property
    def asked(self) -> tuple[Asked, ...]:
        """Every import, wherever it stands."""
        return tuple(asked_in(self.data))

    @cached_property
    def locals(self) -> dict[str, list[Asked]]:
        """The imports by the names that they bind."""
        found: dict[str, list[Asked]] = {}
        for one in self.asked:
            found.setdefault(one.local, []).append(one)
        return found

    @cached_property
    def _blocks(self) -> dict[str, list[_Block]]:
        """The statements of the module itself that bind each name."""
        starts = [found.start() for found in _TOP.finditer(self.data)]
        blocks: dict[str, list[_Block]] = {}
        for start, end in pairwise([*starts, len(self.data)]):
            text = self.data[start:end]
            if _PLAIN_IMPORT.match(text):
                continue
            defined = _DEFINED.match(text)
            kind = _Kind.STATEMENT if defined is None else _Kind(defined[1].split()[-1].decode())
            block = _Block(kind, self.data, start, end)
            names = (
                [defined[2]]
                if defined
                else [*_words(_TARGETS, text), *(two for _, two in _DEFINED.findall(text))]
            )
            names += _words(_GLOBAL, text) if defined else [utf8(one.local) for one in asked_in(text)]
            for name in dict.fromkeys(names):
                blocks.setdefault(name.decode(errors="replace"), []).append(block)
        return blocks

    def bound(self) -> Iterator[str]:
        """Every name that it looks as if it gave a value."""
        yield from dict.fromkeys((*self.locals, *self._blocks))

    def binds(self, name: str) -> bool:
        """Whether the module looks as if it gave a name a value, by an import or else."""
        return name in self.locals or name in self._blocks

    def defines(self, name: str) -> bool:
        """Whether it looks as if it gave a name a value that is no import."""
        return name in self._blocks

    def exports(self, name: str) -> bool:
        """Whether a star-import brings a name, if the module has it."""
        listed = self._listed
        if listed is None:
            return not name.startswith("_")
        names, is_open = listed
        return name in names or (is_open and not name.startswith("_"))

    @cached_property
    def _listed(self) -> tuple[frozenset[str], bool] | None:
        """What `__all__` lists, and whether it may list more; None where there is none."""
        blocks = [block.text for block in self._blocks.get("__all__", ())]
        if not blocks:
            return None
        blocks += _MORE_ALL.findall(self.data)
        names = {name.decode() for text in blocks for name in _QUOTED.findall(text)}
        left = (_WORD.findall(_QUOTED.sub(b"", _COMMENT.sub(b"", text))) for text in blocks)
        return frozenset(names), any(set(words) - {b"__all__", b"extend", b"append"} for words in left)

    def loses(self, name: str) -> bool:
        """Whether what binds a name looks as if an import in it could fail, or be left out."""
        return name in self._losing

    @cached_property
    def _losing(self) -> frozenset[str]:
        if not may_hold_guarded_import(self.data):
            return frozenset()
        names: dict[_Block, list[str]] = {}
        for name, blocks in self._blocks.items():
            for block in blocks:
                names.setdefault(block, []).append(name)
        losing = (one for one in names if one.kind is not _Kind.CLASS and may_stand_apart(one.text))
        return frozenset(name for block in losing for name in names[block])

    def given(self, name: str) -> frozenset[str]:
        """Chains of names that a name may be given, or gives back as a function."""
        blocks = self._blocks.get(name, ())
        return self._bound_chains(part for one in blocks for part in one.given(utf8(name)))

    def starts(self, name: str) -> list[int]:
        """Where the statements that bind a name begin, in bytes."""
        return [one.start for one in self._blocks.get(name, ())]

    def mentioned(self, start: int) -> frozenset[str]:
        """Chains of names that decide what a statement, told by its start, does."""
        return self._bound_chains(self._by_start[start].asked())

    @cached_property
    def _by_start(self) -> dict[int, _Block]:
        return {one.start: one for blocks in self._blocks.values() for one in blocks}

    def _bound_chains(self, parts: Iterable[bytes]) -> frozenset[str]:
        said = set(chain.from_iterable(map(_CHAIN.findall, parts)))
        chains = (one.decode(errors="replace") for one in said)
        return frozenset(one for one in chains if self.binds(one.partition(".")[0]))

    def chains(self, local: str) -> Iterator[str]:
        """What the text takes from a name: `m.x` for `m`."""
        pattern = rb"\b%s((?:[ \t]*\.[ \t]*\w+)+)" % re.escape(utf8(local))
        for found in {*re.findall(pattern, self.data)}:
            yield local + re.sub(r"\s", "", found.decode(errors="replace"))

    def says(self, name: str) -> bool:
        """Whether a word stands in the text."""
        if name.isascii():
            return utf8(name) in self._said
        return bool(re.search(rb"\b%s\b" % re.escape(utf8(name)), self.data))

    @cached_property
    def _said(self) -> frozenset[bytes]:
        return frozenset(_WORD.findall(self.data))

    def only_hands_on(self, name: str) -> bool:
        """Whether nothing but one import, and texts such as those of `__all__`, mention a name."""
        bare = re.findall(rb"(?<!['\"\w])%s(?!['\"\w])" % re.escape(utf8(name)), _COMMENT.sub(b"", self.data))
        asked = self.locals.get(name, [])
        in_imports = sum((one.local == name) + (one.attr == name and one.attr != one.local) for one in asked)
        return len(asked) == 1 and not self.defines(name) and len(bare) <= in_imports
