"""Fix one file to a fixed point, in memory."""

import ast
import warnings
from dataclasses import dataclass

from ws_fallback_lint.core.config import Config
from ws_fallback_lint.core.findings import Finding, Safety
from ws_fallback_lint.core.results import Problem, Result
from ws_fallback_lint.core.source import Source
from ws_fallback_lint.engine.lint import lint
from ws_fallback_lint.project.roots import Project

# Each round ends every fallback that no other overlaps; a chain takes one round per link.
_MOST_ROUNDS = 100


@dataclass(frozen=True, slots=True)
class Fixed:
    """`source` after its fixes, the findings that were fixed, and what linting says of it now.

    `dropped` names the fixes whose result would not have been Python.
    """

    source: Source
    applied: tuple[Finding, ...]
    result: Result
    dropped: tuple[Problem, ...] = ()


def fix(source: Source, config: Config, project: Project, *, unsafe: bool = False) -> Fixed:
    """Apply every fix that is safe, with `unsafe` every fix there is; lint again until none is left."""
    from ws_fallback_lint.fixes.apply import apply

    applied: list[Finding] = []
    dropped: dict[tuple[str, str, str], Problem] = {}
    for _ in range(_MOST_ROUNDS):
        result = lint(source, config, project, fixes=True)
        wanted = [f for f in result.findings if _is_wanted(f, unsafe) and _key(f, source) not in dropped]
        data, used = apply(source.data, [f.fix for f in wanted if f.fix is not None])
        if data != source.data and not _parses(data):
            # One of them breaks the file: find it by applying them one at a time.
            bad = [f for f in wanted if f.fix is not None and not _parses(apply(source.data, [f.fix])[0])]
            dropped |= {_key(f, source): _refusal(f) for f in bad or wanted}
            continue
        if data == source.data:
            break
        applied += [f for f in wanted if f.fix in used]
        source = Source(source.path, data)
    return Fixed(source, tuple(applied), lint(source, config, project, fixes=True), tuple(dropped.values()))


def _is_wanted(finding: Finding, unsafe: bool) -> bool:
    return finding.fix is not None and (unsafe or finding.fix.safety is Safety.SAFE)


def _key(finding: Finding, source: Source) -> tuple[str, str, str]:
    """What tells a finding from the others while lines above it move."""
    return finding.code, finding.message, source.line(finding.place.line)


def _refusal(finding: Finding) -> Problem:
    place = finding.place
    message = f"the fix for {finding.code} was left out: its result would not be Python"
    return Problem(finding.path, place.line, place.column, message)


def _parses(data: bytes) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
