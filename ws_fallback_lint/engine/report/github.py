"""Annotations for GitHub Actions: workflow commands, one to a line."""

from ws_fallback_lint.core.findings import Finding
from ws_fallback_lint.core.results import Problem
from ws_fallback_lint.engine.report.escape import visible
from ws_fallback_lint.engine.report.summary import Report

_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = _DATA | {":": "%3A", ",": "%2C"}


def render(report: Report) -> str:
    """An `::error` for each finding and problem; lines and columns 1-based, columns in characters."""
    lines = [_finding(finding) for finding in report.findings]
    lines += [_problem(problem) for problem in report.problems]
    return "".join(f"{line}\n" for line in lines)


def _finding(finding: Finding) -> str:
    place = finding.place
    end = f",endLine={place.end_line},endColumn={place.end_column}"
    return _command(finding.path, place.line, place.column, end, finding.code, finding.message)


def _problem(problem: Problem) -> str:
    return _command(problem.path, problem.line, problem.column, "", problem.code, problem.message)


def _command(path: str, line: int, column: int, end: str, code: str, message: str) -> str:
    file = _escaped(path, _PROPERTY)
    text = _escaped(message, _DATA)
    return f"::error file={file},line={line},col={column}{end},title={code}::{text}"


def _escaped(text: str, table: dict[str, str]) -> str:
    return "".join(table.get(character) or visible(character) for character in text)
