"""One file, from bytes to findings: the whole pipeline on one screen."""

import ast
from collections.abc import Iterator
from dataclasses import replace

from ws_fallback_lint.analysis.module import Module, module_of, parse
from ws_fallback_lint.analysis.prefilter import may_hold_guarded_import
from ws_fallback_lint.core.config import Config
from ws_fallback_lint.core.errors import NotAnalyzed
from ws_fallback_lint.core.findings import Finding, Problem, Result
from ws_fallback_lint.core.source import Source
from ws_fallback_lint.engine.collector import paused
from ws_fallback_lint.engine.suppress import Suppressions
from ws_fallback_lint.project.pythons import environments_for
from ws_fallback_lint.project.roots import Project
from ws_fallback_lint.project.verdicts import Judge, judged
from ws_fallback_lint.rules import all_rules
from ws_fallback_lint.rules.base import Remedy, View


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
    if not may_hold_guarded_import(source.data):
        return Result(source.path)
    try:
        pythons = environments_for(config.requires_python or project.manifest.requires_python)
        with paused():
            module = parse(source, pythons) if tree is None else module_of(tree, source, pythons)
            judge = judged(module, source.path, config, project)
            found = list(_findings(judge, source, fixes))
            judge.module.end()
            module.end()
            del module, judge
    except NotAnalyzed as error:
        return Result(source.path, problems=(Problem(source.path, error.line, error.column, error.reason),))
    except RecursionError:
        reason = "nested too deeply to be analysed; split the file"
        return Result(source.path, problems=(Problem(source.path, 1, 1, reason),))
    comments = Suppressions(source)
    shown = (f for f in found if not (noqa and comments.silence(f.place.line, f.code)))
    return Result(source.path, tuple(sorted(shown)))


def _findings(judge: Judge, source: Source, fixes: bool) -> Iterator[Finding]:
    view = View(source, judge.module, judge.verdicts, judge)
    for rule in all_rules():
        if judge.config.selects(rule.code, rule.on_by_default):
            for report in rule.check(view):
                if fixes and report.remedy is not None:
                    yield _with_fix(report.finding, report.remedy, source, judge.module, judge.config)
                else:
                    yield report.finding


def _with_fix(finding: Finding, remedy: Remedy, source: Source, module: Module, config: Config) -> Finding:
    # Only here is libcst needed: a run that fixes nothing never loads it.
    from ws_fallback_lint.fixes.build import build

    return replace(finding, fix=build(remedy, source, module, config))
