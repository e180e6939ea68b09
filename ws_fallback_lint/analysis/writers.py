"""Which statements of a scope bind a name before a point."""

import ast
from bisect import bisect_left
from collections.abc import Iterator

from ws_fallback_lint.analysis.names import written
from ws_fallback_lint.analysis.outline import Suite


class Writers:
    """Answers for the suites of one module; each is looked through once."""

    def __init__(self) -> None:
        self._places: dict[int, dict[str, list[int]]] = {}

    def before(self, name: str, suite: Suite | None) -> Iterator[ast.stmt]:
        """Statements of the scope that bind a name and ran before a point, the nearest first."""
        while suite is not None:
            key = id(suite.statements)
            if key not in self._places:
                self._places[key] = _positions(suite.statements)
            places = self._places[key].get(name, [])
            for position in reversed(places[: bisect_left(places, suite.ran)]):
                yield suite.statements[position]
            suite = suite.around


def _positions(statements: list[ast.stmt]) -> dict[str, list[int]]:
    """For each name, the positions of the statements that bind it."""
    positions: dict[str, list[int]] = {}
    for position, statement in enumerate(statements):
        for name in set(written(statement)):
            positions.setdefault(name, []).append(position)
    return positions
