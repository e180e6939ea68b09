"""One module with something to judge, from its guarded imports to its findings: all steps on one screen."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ws_fallback_lint.analysis.module import Module
from ws_fallback_lint.core.config import Config
from ws_fallback_lint.core.findings import Finding, Link
from ws_fallback_lint.core.results import Result
from ws_fallback_lint.core.source import Source
from ws_fallback_lint.engine.disk import shown
from ws_fallback_lint.engine.suppress import Suppressions
from ws_fallback_lint.project.inherited import Inheritance, Inherited
from ws_fallback_lint.project.judge import Judge, judged
from ws_fallback_lint.project.reach import Fallback
from ws_fallback_lint.project.roots import Project
from ws_fallback_lint.rules import all_rules
from ws_fallback_lint.rules.base import Remedy, Report, View
from ws_fallback_lint.rules.fallback import CODES


def reports(
    source: Source,
    module: Module,
    config: Config,
    project: Project,
    met: Sequence[Fallback],
    *,
    fixes: bool,
) -> list[Report]:
    """What the rules say of a module that may meet some fallbacks of others; `fixes` as for `lint`."""
    judge = judged(module, source.path, config, project, always=bool(met))
    inherited = tuple(Inheritance(project, config, met).uses(judge)) if met else ()
    found = list(_reports(judge, inherited, source, fixes))
    judge.module.end()
    return found


def result(source: Source, reports: Sequence[Report], *, noqa: bool) -> Result:
    """The findings that no comment silences."""
    comments = Suppressions(source)
    said = [one for one in reports if not (noqa and _is_silenced(one.finding, comments))]
    findings = sorted(one.finding for one in said)
    return Result(source.path, tuple(findings), links=tuple(_links(said)))


def _is_silenced(finding: Finding, comments: Suppressions) -> bool:
    return comments.silence(finding.place.line, finding.code)


def _reports(judge: Judge, inherited: tuple[Inherited, ...], source: Source, fixes: bool) -> Iterator[Report]:
    view = View(source, judge.module, judge.verdicts, judge, tuple(filter(_is_open, inherited)), shown)
    for rule in all_rules():
        if judge.config.selects(rule.code, rule.on_by_default):
            for report in rule.check(view):
                if fixes and report.remedy is not None:
                    fixed = _with_fix(report.finding, report.remedy, source, judge.module, judge.config)
                    yield replace(report, finding=fixed)
                else:
                    yield report


def _is_open(inherited: Inherited) -> bool:
    """Whether no comment at the fallback says that it is all right."""
    verdict = inherited.verdict
    return not Suppressions(inherited.source).silence(verdict.region.line, CODES[verdict.becomes])


def _links(reports: list[Report]) -> Iterator[Link]:
    for report in reports:
        if report.inherited is not None:
            (use,) = report.finding.uses
            external = replace(report.inherited.external, use=use)
            code = CODES[report.inherited.verdict.becomes]
            yield Link(report.finding, report.inherited.source.path, code, external)


def _with_fix(finding: Finding, remedy: Remedy, source: Source, module: Module, config: Config) -> Finding:
    # Only here is libcst needed: a run that fixes nothing never loads it.
    from ws_fallback_lint.fixes.build import build

    return replace(finding, fix=build(remedy, source, module, config))
