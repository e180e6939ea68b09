"""Three ways to say where a piece of text stands, each with its own convention.

`Region` is what `ast` speaks, `Place` what people and reports speak, `Span` what edits speak.
`core.source.Source` converts between them; nobody else does arithmetic on positions.
"""

import ast
from dataclasses import dataclass
from typing import NamedTuple


class Region(NamedTuple):
    """As `ast` counts: lines from 1, columns from 0 in bytes of the UTF-8 text, end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int

    @classmethod
    def of(cls, node: ast.stmt | ast.expr | ast.excepthandler | ast.alias) -> "Region":
        """The region of a node that came out of `ast.parse` and so has an end."""
        return cls(
            node.lineno,
            node.col_offset,
            node.end_lineno or node.lineno,
            node.col_offset if node.end_col_offset is None else node.end_col_offset,
        )

    @classmethod
    def around(cls, suite: list[ast.stmt]) -> "Region":
        """The region from the first to the last of some statements (at least one)."""
        first, last = cls.of(suite[0]), cls.of(suite[-1])
        return cls(first.line, first.column, last.end_line, last.end_column)

    def contains(self, other: "Region") -> bool:
        """Whether `other` lies within this region (the same region included)."""
        return (self.line, self.column) <= (other.line, other.column) and (
            other.end_line,
            other.end_column,
        ) <= (self.end_line, self.end_column)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """As reports count: lines and columns from 1, columns in characters, end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Bytes of the file, counted from 0, `stop` exclusive."""

    start: int
    stop: int
