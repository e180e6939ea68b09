"""Where a path can run, and what it was told there when it asked."""

from collections.abc import Iterable
from typing import NamedTuple

from ws_fallback_lint.analysis.environments import EVERYWHERE


class Where(NamedTuple):
    """Where a path can run: its environments, and what it was told when it asked.

    An answer is a question (`"find_spec lib"`, `"hasattr os.fork"`) and whether it was found.
    """

    environments: int
    answers: frozenset[tuple[str, bool]] = frozenset()

    def within(self, environments: int) -> "Where":
        """The part of it that lies in some environments."""
        both = self.environments & environments
        return self if both == self.environments else Where(both, self.answers)

    def told(self, question: str, found: bool) -> "Where":
        """The same place, knowing one answer more."""
        return self.told_all((question,), found)

    def told_all(self, questions: Iterable[str], found: bool) -> "Where":
        """The same place, knowing the same answer to some questions."""
        asked = frozenset(questions)
        rest = frozenset(answer for answer in self.answers if answer[0] not in asked)
        return Where(self.environments, rest | {(question, found) for question in asked})

    def answer(self, question: str) -> bool | None:
        """What the question was answered, None if it was not."""
        return next((found for asked, found in self.answers if asked == question), None)


ANYWHERE = Where(EVERYWHERE)


def either_way(places: Iterable[Where]) -> Where:
    """What is known where it may be any of some places (at least one)."""
    first, *others = places
    environments, answers = first.environments, first.answers
    for other in others:
        environments |= other.environments
        answers &= other.answers
    return Where(environments, answers)


def hasattr_(name: str) -> str:
    """The question whether a module has a part, both in one dotted name."""
    return f"hasattr {name}"


def find_spec(module: str) -> str:
    """The question whether a module can be found."""
    return f"find_spec {module}"
