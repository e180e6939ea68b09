"""One file, from bytes to findings: the whole pipeline on one screen."""

import ast
from collections.abc import Iterator
from dataclasses import replace

from ws_fallback_lint.analysis.module import Module, module_of, parse
from ws_fallback_lint.analysis.prefilter import may_hold_guarded_import
from ws_fallback_lint.core.config import Config
from ws_fallback_lint.core.errors import TOO_DEEP, NotAnalyzed
from ws_fallback_lint.core.findings import Finding, Link, Problem, Result
from ws_fallback_lint.core.source import Source
from ws_fallback_lint.engine.collector import paused
from ws_fallback_lint.engine.disk import shown
from ws_fallback_lint.engine.suppress import Suppressions
from ws_fallback_lint.project.inherited import Inheritance, Inherited
from ws_fallback_lint.project.judge import Judge, judged
from ws_fallback_lint.project.roots import Project
from ws_fallback_lint.project.texts import may_inherit
from ws_fallback_lint.rules import all_rules
from ws_fallback_lint.rules.base import Remedy, Report, View
from ws_fallback_lint.rules.fallback import CODES


def may_hold_findings(data: bytes) -> bool:
    """Whether a file has to be looked at with its project around it; most need not, as their bytes show."""
    return may_hold_guarded_import(data) or may_inherit(data)


def lint(
    source: Source,
    config: Config,
    project: Project,
    *,
    fixes: bool = False,
    noqa: bool = True,
    tree: ast.Module | None = None,
) -> Result:
    """The findings of one file, sorted, or the one problem that kept them from being found.

    With `fixes`, findings carry their edits (this is what loads libcst). Without `noqa`, comments
    silence nothing: flake8 applies its own. `tree` is what `ast` made of the text, where somebody has
    parsed it already. Never raises for any bytes.
    """
    try:
        with paused():
            wants = config.selects("FBK201", True)
            inheritance = Inheritance(project, config, source.data) if wants else None
        inherits = inheritance is not None and bool(inheritance.fallbacks)
        if not inherits and not may_hold_guarded_import(source.data):
            return Result(source.path)
        pythons = project.pythons(config)
        with paused():
            module = parse(source, pythons) if tree is None else module_of(tree, source, pythons)
            judge = judged(module, source.path, config, project, always=inherits)
            inherited = tuple(inheritance.uses(judge)) if inheritance is not None and inherits else ()
            found = list(_findings(judge, inherited, source, fixes))
            judge.module.end()
            module.end()
            del module, judge
    except NotAnalyzed as error:
        return Result(source.path, problems=(Problem(source.path, error.line, error.column, error.reason),))
    except RecursionError:
        return Result(source.path, problems=(Problem(source.path, 1, 1, TOO_DEEP),))
    comments = Suppressions(source)
    said = [one for one in found if not (noqa and comments.silence(one.finding.place.line, one.finding.code))]
    findings = sorted(one.finding for one in said)
    return Result(source.path, tuple(findings), links=tuple(_links(said)))


def _findings(
    judge: Judge, inherited: tuple[Inherited, ...], source: Source, fixes: bool
) -> Iterator[Report]:
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
