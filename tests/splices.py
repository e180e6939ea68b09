"""Guarded imports put between the statements of whatever module, and nothing else changed."""

import ast
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import NamedTuple

from generate import HEADER, NAMES, Layout, Maker, Statement
from promises import parses

from ws_fallback_lint.core.source import Source

_CODING = ("utf-8", "utf-8", "utf-8-sig", "latin-1", "cp1252")
_DEEPEST_INDENT = 60
_LINE_END = re.compile(r"\r\n|\r|\n")


class Gap(NamedTuple):
    """A place where a statement can stand: before the line with this number, indented like it."""

    line: int
    indent: str


Fill = Callable[[Random], Sequence[Statement]]


def guarded_imports(random: Random) -> list[Statement]:
    """A guarded import of any form, and mostly a use of what it leaves."""
    maker = Maker(random, in_function=random.random() < 0.3)
    uses = ("{0}()", "{0}.a", "print({0}, {1}, {2})", "if {0}: {0}.b()", "{1} = {0} is not None", "pass")
    use = random.choice(uses).format(*random.sample(NAMES, 3))
    return [maker.guarded(random.choice((0, 0, 1))), use]


def spliced(text: str, random: Random, fill: Fill = guarded_imports, most: int = 3) -> str:
    """The module with up to so many fills in gaps of its own; as it is where none fits."""
    lines = list(Source.of_text("", text).lines)
    gaps = list(_gaps(text, lines))
    chosen = random.sample(gaps, min(len(gaps), random.randint(1, most)))
    for gap in sorted(chosen, reverse=True):
        tried = lines.copy()
        tried[gap.line - 1 : gap.line - 1] = _filled(gap, fill, random, _newline(lines))
        # What looks like a gap may be the end of a line that a backslash goes on from.
        if parses("".join(tried).encode()):
            lines = tried
    return "".join(lines)


def with_header(text: str) -> str:
    """The module after the imports that guarded imports need, where it can stand there."""
    whole = HEADER + text
    return whole if parses(whole.encode()) else text


def encoded(text: str, random: Random) -> bytes:
    """The text in one of the ways in which Python reads it: line ends, encodings with and without a BOM."""
    newline = random.choice(("\n", "\r\n", "\r", None))
    coding = random.choice(_CODING)
    line = f"# -*- coding: {coding.removesuffix('-sig')} -*-\n"
    is_told = coding not in ("utf-8", "utf-8-sig") or random.random() < 0.3
    whole, plain = ((line if is_told else "") + text), text
    if newline is not None:
        whole, plain = (_LINE_END.sub(newline, one) for one in (whole, plain))
    try:
        return whole.encode(coding)
    except UnicodeEncodeError:
        return plain.encode()


def _gaps(text: str, lines: list[str]) -> Iterator[Gap]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and not _comes_first(node):
            first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])
            line = lines[first - 1]
            indent = line[: len(line) - len(line.lstrip(" \t"))]
            if first == node.lineno and len(indent.encode()) != node.col_offset:
                continue
            if len(indent) <= _DEEPEST_INDENT:
                yield Gap(first, indent)


def _comes_first(node: ast.stmt) -> bool:
    """Whether a statement has to stand at the top of its module."""
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def _filled(gap: Gap, fill: Fill, random: Random, newline: str) -> list[str]:
    layout = Layout(random, random.choice(("    ", "\t", " ", "  ")))
    page_break = ["\f" + newline] if random.random() < 0.1 else []
    return [*page_break, *(gap.indent + line + newline for line in layout.write(fill(random)))]


def _newline(lines: list[str]) -> str:
    return next((line[len(line.rstrip("\r\n")) :] for line in lines if line[-1:] in "\r\n"), "\n")
