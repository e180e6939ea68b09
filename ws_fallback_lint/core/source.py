"""One file's bytes, and the only decoder in the house."""

import re
import tokenize
from bisect import bisect
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

from ws_fallback_lint.core.errors import NotAnalyzed

if TYPE_CHECKING:
    from ws_fallback_lint.core.spans import Place, Region, Span

_BOM = b"\xef\xbb\xbf"
# Python's own line ends; `str.splitlines` knows more of them (form feed, U+2028, ...).
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_LINE_BYTES = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")


def utf8(text: str) -> bytes:
    """Any text as UTF-8, to be looked for in source: a literal may hold what no file does (`"\\ud800"`)."""
    return text.encode("utf-8", "surrogatepass")


@dataclass(frozen=True)
class Source:
    """The bytes of one module and where they come from.

    `path` is what reports show; nothing is read from it. Decoding happens on first need, so a
    file that the prefilter drops costs nothing. `codec`, where given, is what `data` is in, whatever
    its coding line says.
    """

    path: str
    data: bytes
    codec: str | None = None

    @classmethod
    def of_text(cls, path: str, text: str) -> "Source":
        """A module that somebody else has decoded, and whose coding line therefore means nothing."""
        return cls(path, utf8(text), "utf-8")

    @cached_property
    def encoding(self) -> str:
        """The codec that PEP 263 asks for; a UTF-8 BOM is not part of the text.

        Raises NotAnalyzed for a coding line that Python does not know.
        """
        if self.codec is not None:
            return self.codec
        # For Python a lone CR ends a line, and a coding line too; for a file object it does not.
        lines = (match[0] for match in _LINE_BYTES.finditer(self.data))
        try:
            found, _ = tokenize.detect_encoding(partial(next, lines, b""))
        except SyntaxError as error:
            raise NotAnalyzed(str(error)) from error
        return "utf-8" if found == "utf-8-sig" else found

    @cached_property
    def text(self) -> str:
        """The decoded text, without the BOM, its line ends untouched.

        Raises NotAnalyzed for bytes that are not text in `encoding`.
        """
        try:
            return self.data[self._bom :].decode(self.encoding)
        except UnicodeDecodeError as error:
            bad = self._bom + error.start
            line = bisect(self._line_starts, bad)
            reason = f"not {self.encoding}: byte 0x{self.data[bad]:02x}"
            raise NotAnalyzed(f"{reason} cannot be decoded", line) from error
        except LookupError as error:
            raise NotAnalyzed(f"'{self.encoding}' is not a text encoding") from error

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines of `text`, each with its line end."""
        return tuple(_LINE.findall(self.text))

    @cached_property
    def newline(self) -> str:
        """The line end of the first line that has one, `\\n` where none has."""
        first = self.line(1)
        return first[len(first.rstrip("\r\n")) :] or "\n"

    @cached_property
    def indent(self) -> str:
        """One level of indentation: that of the first line below one that opens a block."""
        for line, below in zip(self.lines, self.lines[1:], strict=False):
            if line.rstrip().endswith(":") and not line[:1].isspace() and below[:1] in (" ", "\t"):
                return below[: len(below) - len(below.lstrip(" \t"))]
        return "    "

    def line(self, number: int) -> str:
        """Line `number` (from 1) with its line end; empty past the end of the file."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def place(self, region: "Region") -> "Place":
        """A region as reports count."""
        from ws_fallback_lint.core.spans import Place

        return Place(
            region.line,
            self._characters(region.line, region.column) + 1,
            region.end_line,
            self._characters(region.end_line, region.end_column) + 1,
        )

    def span(self, region: "Region") -> "Span":
        """A region as bytes of the file."""
        from ws_fallback_lint.core.spans import Span

        return Span(
            self._offset(region.line, region.column), self._offset(region.end_line, region.end_column)
        )

    def span_of_lines(self, first: int, last: int) -> "Span":
        """Lines `first` to `last` (from 1, both included) as bytes, line ends included."""
        from ws_fallback_lint.core.spans import Span

        return Span(self._line_starts[first - 1], self._line_starts[last])

    def encode(self, text: str) -> bytes:
        """Text for an edit of this file, in its encoding.

        Raises UnicodeEncodeError where the encoding has no such character.
        """
        return text.encode(self.encoding)

    @cached_property
    def _bom(self) -> int:
        return len(_BOM) if self.data.startswith(_BOM) else 0

    @cached_property
    def _line_starts(self) -> tuple[int, ...]:
        # Every encoding Python accepts for source keeps CR and LF as these very bytes.
        starts = [match.start() for match in _LINE_BYTES.finditer(self.data, self._bom)]
        return (*starts, len(self.data))

    def _characters(self, line: int, utf8_column: int) -> int:
        text = self.line(line)
        if text.isascii():
            return utf8_column
        return len(utf8(text)[:utf8_column].decode("utf-8", "replace"))

    def _offset(self, line: int, utf8_column: int) -> int:
        before = self.line(line)[: self._characters(line, utf8_column)]
        return self._line_starts[line - 1] + len(self.encode(before))
