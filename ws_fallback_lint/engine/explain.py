"""One place of one file, from bytes to everything that is known of the fallbacks there."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from ws_fallback_lint.analysis.guarded import GuardedImport
from ws_fallback_lint.analysis.module import Module, parse
from ws_fallback_lint.core.config import DEFAULT_SELECT, Config
from ws_fallback_lint.core.errors import TOO_DEEP, FallbackLintError, NotAnalyzed
from ws_fallback_lint.core.findings import Finding
from ws_fallback_lint.core.source import Source
from ws_fallback_lint.core.spans import Region
from ws_fallback_lint.engine.lint import Known, lint
from ws_fallback_lint.engine.report.escape import visible
from ws_fallback_lint.project.explain import Explainer, Explanation
from ws_fallback_lint.project.judge import judged
from ws_fallback_lint.project.roots import Project


class NothingThereError(FallbackLintError):
    """The place that somebody asks about is neither in a guarded import nor a use of one."""


class Shown(StrEnum):
    """What becomes of a finding."""

    REPORTED = "reported"
    NOQA = "noqa"
    NOT_SELECTED = "not-selected"


@dataclass(frozen=True, slots=True)
class Explained:
    """One guarded import of a file, and the findings on it."""

    explanation: Explanation
    findings: tuple[tuple[Finding, Shown], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What stands at one place of a file: a guarded import, or uses of one or more."""

    source: Source
    explained: tuple[Explained, ...]


def explain(source: Source, config: Config, project: Project, line: int, column: int | None = None) -> Answer:
    """Explain the guarded import around a place (1-based), or those that are used at it.

    Raises NothingThereError, naming the guarded imports that the file has, or the place in another file that
    the line depends on; and NotAnalyzed.
    """
    try:
        module = parse(source, project.pythons(config))
        judge = judged(module, source.path, config, project)
        module, explainer = judge.module, Explainer(judge)
        targets = _targets(source, module, explainer, line, column)
        if not targets:
            inherited = lint(source, replace(config, select=("FBK201",), ignore=()), project).findings
            raise NothingThereError(_inherited(source, inherited, line) or _nothing(source, module, line))
        findings = tuple(_findings(source, config, project, module))
        explained = tuple(
            Explained(explainer.explain(one), tuple(f for f in findings if _around(module, f[0]) is one))
            for one in targets
        )
    except RecursionError as error:
        raise NotAnalyzed(TOO_DEEP) from error
    return Answer(source, explained)


def _targets(
    source: Source, module: Module, explainer: Explainer, line: int, column: int | None
) -> list[GuardedImport]:
    """The innermost guarded import around a place; else those with a use on it, or on its line."""
    around = _innermost(module, line)
    if around is not None:
        return [around]
    used = {
        one: [seen.region for seen in explainer.uses(one) if _is_on(seen.region, line)]
        for one in module.guarded_imports
    }
    exact = [one for one, regions in used.items() if any(_is_at(source, r, line, column) for r in regions)]
    return exact or [one for one, regions in used.items() if regions]


def _around(module: Module, finding: Finding) -> GuardedImport | None:
    return _innermost(module, finding.place.line)


def _innermost(module: Module, line: int) -> GuardedImport | None:
    around = [one for one in module.guarded_imports if _is_on(one.region, line)]
    return max(around, key=lambda one: (one.region.line, -one.region.end_line), default=None)


def _is_on(region: Region, line: int) -> bool:
    return region.line <= line <= region.end_line


def _is_at(source: Source, region: Region, line: int, column: int | None) -> bool:
    place = source.place(region)
    start, end = (place.line, place.column), (place.end_line, place.end_column)
    return column is not None and start <= (line, column) < end


def _findings(
    source: Source, config: Config, project: Project, module: Module
) -> Iterator[tuple[Finding, Shown]]:
    """Every finding of the file that some choice of rules could show, and what becomes of it."""

    def found(chosen: Config, *, noqa: bool) -> tuple[Finding, ...]:
        return lint(source, chosen, project, noqa=noqa, known=Known(module.tree)).findings

    every = replace(config, select=(*config.select, *DEFAULT_SELECT), ignore=())
    selected, shown = found(config, noqa=False), found(config, noqa=True)
    for finding in found(every, noqa=False):
        if finding in shown:
            yield finding, Shown.REPORTED
        else:
            yield finding, Shown.NOQA if finding in selected else Shown.NOT_SELECTED


def _inherited(source: Source, findings: tuple[Finding, ...], line: int) -> str:
    """Where to ask for what a line inherits from other files; empty where it does not."""
    causes = [one.cause for one in findings if one.place.line == line and one.cause is not None]
    asked = " and ".join(f"{visible(cause.path)}:{cause.line}" for cause in dict.fromkeys(causes))
    return asked and f"{visible(source.path)}:{line} uses what another file loses: explain {asked}"


def _nothing(source: Source, module: Module, line: int) -> str:
    path = visible(source.path)
    places = [f"{path}:{one.region.line}" for one in module.guarded_imports]
    if not places:
        return f"{path} holds no guarded import"
    known = ", ".join(places)
    return f"{path}:{line} is no part and no use of a guarded import; those of the file are at {known}"
