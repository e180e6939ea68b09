"""A rule's docstring -> its page: prose and examples, for `explain`, the README and the tests."""

import re
from dataclasses import dataclass
from inspect import cleandoc
from itertools import count

from ws_fallback_lint.rules.base import Rule

_BLOCK = re.compile(r"^```py (?P<kind>\w+)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
_MARKER = re.compile(r"[ \t]*# (?P<code>FBK\d{3})$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Example:
    """One block of a page. `kind` is "bad", "fixed", "ok" or "broken"; `code` keeps its markers.

    `fixed` is the block of that kind that follows a bad one.
    """

    kind: str
    code: str
    fixed: str | None = None

    @property
    def clean(self) -> str:
        """The code without the comments that mark the findings."""
        return _MARKER.sub("", self.code)

    @property
    def expected(self) -> set[tuple[int, str]]:
        """The (line, code) pairs that the comments mark; lines count from 1."""
        return {
            (number, match["code"])
            for number, line in zip(count(1), self.code.splitlines())
            for match in _MARKER.finditer(line)
        }


@dataclass(frozen=True, slots=True)
class Page:
    """A page as text, and the examples in it."""

    text: str
    examples: tuple[Example, ...]


def page(rule: Rule) -> Page:
    """The page of a rule, its indentation removed."""
    return parse(cleandoc(rule.docstring))


def parse(text: str) -> Page:
    """A page from its text; the same format serves the tables of cases in the tests."""
    blocks = [(match["kind"], match["code"]) for match in _BLOCK.finditer(text)]
    examples = []
    for (kind, code), following in zip(blocks, [*blocks[1:], ("", "")], strict=True):
        if kind != "fixed":
            examples.append(Example(kind, code, following[1] if following[0] == "fixed" else None))
    return Page(text, tuple(examples))
