"""One line per finding, as editors and scripts read them."""

from typing import TYPE_CHECKING

from ws_fallback_lint.core.results import Problem
from ws_fallback_lint.engine.report.escape import visible
from ws_fallback_lint.engine.report.summary import Report

if TYPE_CHECKING:
    from ws_fallback_lint.core.findings import Finding


def render(report: Report) -> str:
    """A line for each fixed finding, finding and problem, file by file; empty if there is nothing to say."""
    lines: list[str] = []
    for checked in report.checked:
        if report.written:
            lines += [finding_line(finding, fixed=True) for finding in checked.fixed]
        lines += [finding_line(finding) for finding in checked.result.findings]
        lines += map(problem_line, checked.result.problems)
    lines += map(problem_line, report.other_problems)
    return "".join(f"{line}\n" for line in lines)


def finding_line(finding: "Finding", fixed: bool = False) -> str:
    """`path:line:column: CODE message`, line and column 1-based, column in characters."""
    place = f"{visible(finding.path)}:{finding.place.line}:{finding.place.column}"
    return f"{place}: {finding.code} {'[fixed] ' if fixed else ''}{visible(finding.message)}"


def problem_line(problem: Problem) -> str:
    """`path:line:column: FBK900 message`, line and column 1-based."""
    place = f"{visible(problem.path)}:{problem.line}:{problem.column}"
    return f"{place}: {problem.code} {visible(problem.message)}"


def statistics(report: Report) -> str:
    """A line for each code that was found, most findings first."""
    return "".join(f"{count:>7}  {code}\n" for code, count in report.codes())
