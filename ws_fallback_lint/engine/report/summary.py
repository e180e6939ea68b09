"""A run as every format sees it, and the counts they share."""

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ws_fallback_lint.core.results import Problem
from ws_fallback_lint.engine.run import Checked

if TYPE_CHECKING:
    from ws_fallback_lint.core.findings import Finding, Safety


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a run brought: the files, and the problems that belong to none of them.

    `written` says whether the fixes in `checked` were applied, or are only shown.
    """

    checked: tuple[Checked, ...]
    other_problems: tuple[Problem, ...] = ()
    written: bool = True

    @property
    def findings(self) -> "tuple[Finding, ...]":
        """All findings, file by file."""
        return tuple(finding for checked in self.checked for finding in checked.result.findings)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that could not be done, file by file, then what belongs to no file."""
        own = (problem for checked in self.checked for problem in checked.result.problems)
        return (*own, *self.other_problems)

    @property
    def fixed(self) -> "tuple[Finding, ...]":
        """All findings that were fixed, or would be."""
        return tuple(finding for checked in self.checked for finding in checked.fixed)

    def fixable(self, safety: "Safety") -> int:
        """How many of the findings are known to have a fix of this safety."""
        return sum(finding.fix is not None and finding.fix.safety is safety for finding in self.findings)

    def codes(self) -> tuple[tuple[str, int], ...]:
        """How many findings each code has, most first."""
        counts = Counter(finding.code for finding in self.findings)
        return tuple(sorted(counts.items(), key=lambda count: (-count[1], count[0])))
