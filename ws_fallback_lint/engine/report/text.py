"""For people: the lines of `concise` and a summary; on a terminal the source under each finding."""

from collections.abc import Iterator

from ws_fallback_lint.engine.report import concise
from ws_fallback_lint.engine.report.summary import Report


def render(report: Report, *, quiet: bool = False) -> str:
    """The findings, one to a line, and the summary; `quiet` leaves the summary out."""
    return concise.render(report) + ("" if quiet else summary(report))


def render_for_terminal(report: Report, *, width: int, colour: bool, quiet: bool = False) -> str:
    """The findings with their source lines and carets; escapes for colours only where `colour`.

    `width` is that of the terminal in columns. Source is shown where the report brings excerpts.
    """
    from ws_fallback_lint.engine.report.excerpts import paint  # brings in rich

    return paint(report, width, colour) + ("" if quiet else summary(report))


def summary(report: Report) -> str:
    """What was found, fixed, can be fixed and could not be done; a line for each that there is."""
    lines = []
    if report.fixed:
        verb = "Fixed" if report.written else "Would fix"
        lines.append(f"{verb} {_count(len(report.fixed), 'finding')}.")
    checked = f"checked {_count(len(report.checked), 'file')}"
    findings = report.findings
    if findings:
        files = _count(len({finding.path for finding in findings}), "file")
        lines.append(f"Found {_count(len(findings), 'finding')} in {files} ({checked}).")
        lines += _fixable(report)
    else:
        lines.append(f"{'Nothing else found' if report.fixed else 'No findings'} ({checked}).")
    if report.problems:
        lines.append(f"{_count(len(report.problems), 'problem')}: not everything was done (FBK900).")
    return "".join(f"{line}\n" for line in lines)


def _fixable(report: Report) -> Iterator[str]:
    from ws_fallback_lint.core.findings import Safety

    safe, unsafe = report.fixable(Safety.SAFE), report.fixable(Safety.UNSAFE)
    if safe:
        yield f"{safe} can be fixed with --fix."
    if unsafe:
        yield f"{unsafe}{' more' if safe else ''} can be fixed with --fix --unsafe-fixes."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
