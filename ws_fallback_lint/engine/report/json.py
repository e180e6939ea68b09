"""The interface other programs rely on (DESIGN §8); `schema.json` beside this file describes it."""

import json
from typing import Any

from ws_fallback_lint import __version__
from ws_fallback_lint.core.findings import Cause, Finding, Fix, Name, Safety, Use
from ws_fallback_lint.core.results import Problem
from ws_fallback_lint.engine.report.escape import speakable
from ws_fallback_lint.engine.report.summary import Report


def render(report: Report) -> str:
    """One JSON object in ASCII, ended by a newline."""
    document = {
        "version": __version__,
        "findings": [
            _finding(finding, checked.encoding)
            for checked in report.checked
            for finding in checked.result.findings
        ],
        "errors": [_problem(problem) for problem in report.problems],
        "summary": {
            "files": len(report.checked),
            "findings": len(report.findings),
            "errors": len(report.problems),
            "fixed": len(report.fixed) if report.written else 0,
            "fixable": {safety.value: report.fixable(safety) for safety in Safety},
            "codes": dict(report.codes()),
        },
    }
    return json.dumps(document, indent=2) + "\n"


def _finding(finding: Finding, encoding: str) -> dict[str, Any]:
    place = finding.place
    return {
        "code": finding.code,
        "path": speakable(finding.path),
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
        "message": speakable(finding.message),
        "names": [_name(name) for name in finding.names],
        "modules": [speakable(module) for module in finding.modules],
        "origin": finding.origin,
        "reason": finding.reason,
        "uses": [_use(use) for use in finding.uses],
        "cause": finding.cause and _cause(finding.cause),
        "fix": finding.fix and _fix(finding.fix, encoding),
    }


def _name(name: Name) -> dict[str, Any]:
    return {
        "name": speakable(name.name),
        "line": name.line,
        "column": name.column,
        "becomes": name.becomes.value,
    }


def _cause(cause: Cause) -> dict[str, Any]:
    return {"path": speakable(cause.path), "line": cause.line, "column": cause.column}


def _use(use: Use) -> dict[str, Any]:
    return {
        "path": speakable(use.path),
        "line": use.line,
        "column": use.column,
        "kind": use.kind,
        "when": use.when,
    }


def _fix(fix: Fix, encoding: str) -> dict[str, Any]:
    edits = [
        {
            "start": edit.span.start,
            "end": edit.span.stop,
            "text": edit.text.decode(encoding, "backslashreplace"),
        }
        for edit in fix.edits
    ]
    return {"safety": fix.safety.value, "style": fix.style, "edits": edits}


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "path": speakable(problem.path),
        "line": problem.line,
        "column": problem.column,
        "message": speakable(problem.message),
    }
