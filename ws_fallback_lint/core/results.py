"""What becomes of one file. Most have no findings, so what those are made of is not imported here."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ws_fallback_lint.core.findings import Finding, Link


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """A file that could not be analysed, or not as asked (FBK900); 1-based place."""

    path: str
    line: int
    column: int
    message: str
    code: str = "FBK900"


@dataclass(frozen=True, slots=True)
class Result:
    """Everything that linting one file brought, in its order; `links` are some of the findings."""

    path: str
    findings: "tuple[Finding, ...]" = ()
    problems: tuple[Problem, ...] = ()
    links: "tuple[Link, ...]" = ()

    @property
    def failed(self) -> bool:
        """Whether nothing could be learned of the file but that."""
        return bool(self.problems) and not self.findings
