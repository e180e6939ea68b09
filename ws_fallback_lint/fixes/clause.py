"""Text of one clause or statement <-> libcst, without ever dedenting it.

The lines are put under `if 1:` as they stand, an `except` clause under a `try:` of its own. What
comes back is an edit of the lines that differ and no others.
"""

import ast
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

import libcst as cst

from ws_fallback_lint.core.findings import Edit
from ws_fallback_lint.core.source import Source
from ws_fallback_lint.core.spans import Region, Span

# The native parser has no limit of its own. With libcst 1.9, 1,000 levels of operators, attributes, `elif`
# or `lambda` end in a RecursionError, 3,000 take up to ten seconds, 10,000 exhaust the stack: it crashes.
_MOST_CHARACTERS = 60_000
_MOST_LEVELS = 100


class NoFix(Exception):  # noqa: N818 - an answer, not an error
    """The text is not of a shape that a fix can be made for."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """Some lines of a file as a libcst module; `head` is what was put above them.

    Where all of them end in a lone CR (`by_cr`), `text` has LF instead: libcst loses a CR at its end.
    """

    source: Source
    first: int
    last: int
    head: str
    text: str
    module: cst.Module
    by_cr: bool

    @classmethod
    def of(cls, source: Source, region: Region, above: str = "") -> "Snippet":
        """The lines of `region`. `above` goes right above them, at their indentation.

        Raises NoFix where the region shares its first line, or libcst cannot be trusted with it.
        """
        text = "".join(source.lines[region.line - 1 : region.end_line])
        first = source.line(region.line)
        indent = first[: len(first) - len(first.lstrip(" \t\f"))]
        if len(indent.encode()) != region.column or "\f" in indent:
            raise NoFix
        newline = first[len(first.rstrip("\r\n")) :] or source.newline
        by_cr = newline == "\r" and "\n" not in text
        if by_cr:
            text, newline = text.replace("\r", "\n"), "\n"
        head = (f"if 1:{newline}" if indent else "") + (indent + above + newline if above else "")
        module = _parsed(head + text)
        if module.code != head + text:
            raise NoFix
        return cls(source, region.line, region.end_line, head, text, module, by_cr)

    @property
    def statement(self) -> cst.BaseStatement | cst.SimpleStatementLine:
        """The statement that the lines hold, or that `above` began."""
        if not self.head.startswith("if 1:"):
            return self.module.body[0]
        block = cst.ensure_type(cst.ensure_type(self.module.body[0], cst.If).body, cst.IndentedBlock)
        return block.body[0]

    def replaced(self, statements: Sequence[cst.BaseStatement]) -> Edit:
        """The edit that puts `statements` in the place of the one the lines hold.

        Raises NoFix where nothing would change.
        """
        if self.head.startswith("if 1:"):
            outer = cst.ensure_type(self.module.body[0], cst.If)
            block = cst.ensure_type(outer.body, cst.IndentedBlock)
            changed = self.module.with_changes(
                body=[outer.with_changes(body=block.with_changes(body=statements))]
            )
        else:
            changed = self.module.with_changes(body=statements)
        code = changed.code
        if not code.startswith(self.head) or code == self.head + self.text:
            raise NoFix
        return self._difference(code.removeprefix(self.head))

    def _difference(self, after: str) -> Edit:
        """The smallest edit that makes `after` of the lines."""
        before = self.text
        if self.by_cr:
            before, after = before.replace("\n", "\r"), after.replace("\n", "\r")
        same = _common(before, after)
        rest = _common(before[same:][::-1], after[same:][::-1])
        first = self.source.span_of_lines(self.first, self.last).start
        start = first + len(self.source.encode(before[:same]))
        stop = start + len(self.source.encode(before[same : len(before) - rest]))
        return Edit(Span(start, stop), self.source.encode(after[same : len(after) - rest]))


def _parsed(text: str) -> cst.Module:
    """A few lines of code as concrete syntax. Raises NoFix where libcst cannot be trusted with them."""
    if len(text) > _MOST_CHARACTERS or _levels(text) > _MOST_LEVELS:
        raise NoFix
    try:
        return cst.parse_module(text)
    except BaseException as error:
        # Besides what it documents, its nodes raise TypeError (`() if 0 else(lambda: 0)`); what goes wrong
        # in its native part is no Exception at all.
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise NoFix from error
        raise


def _levels(text: str) -> int:
    """How deep code is nested at most, a chain of `and` link by link.

    Brackets around one thing do not count: Python allows 200 of them, libcst more.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            level: list[ast.AST] = [ast.parse(text)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return len(text.split())  # this Python does not read it: each word may be a level
    levels = 0
    while level:
        levels += max(len(one.values) if isinstance(one, ast.BoolOp) else 1 for one in level)
        level = [child for one in level for child in ast.iter_child_nodes(one)]
    return levels


def _common(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
