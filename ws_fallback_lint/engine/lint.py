"""One file, from bytes to findings. Most files are done here; `engine.pipeline` has the rest.

What parses a file, and what judges its guarded imports, is imported only where there is something for it to
do: that takes several times as long as to look at the text of a file and of the modules it imports.
"""

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from ws_fallback_lint.analysis.prefilter import may_hold_guarded_import
from ws_fallback_lint.core.config import Config
from ws_fallback_lint.core.errors import NotAnalyzed, TooLarge, unfinished
from ws_fallback_lint.core.limits import allow
from ws_fallback_lint.core.results import Problem, Result
from ws_fallback_lint.core.source import Source
from ws_fallback_lint.engine.collector import paused
from ws_fallback_lint.project.asked import asked_in, may_inherit

if TYPE_CHECKING:
    from ws_fallback_lint.project.reach import Fallback
    from ws_fallback_lint.project.roots import Project
    from ws_fallback_lint.rules.base import About


@dataclass(frozen=True, slots=True)
class Known:
    """What has been found out about a file before: what `ast` makes of it, what `may_hold_findings` says."""

    tree: ast.Module | None = None
    may_hold: bool | None = None


NOTHING_KNOWN = Known()


def may_hold_findings(data: bytes, config: Config) -> bool:
    """Whether a file may have a guarded import of its own that one of the selected rules can report.

    Most have none, as their bytes show.
    """
    if not may_hold_guarded_import(data):
        return False
    if config.selects("FBK101", True):
        return True  # as nearly always: it is about every kind of guarded import
    from ws_fallback_lint.rules.base import About

    about = _about(config.select, config.ignore)
    return About.ALL in about or (About.CAUGHT in about and may_hold_guarded_import(data, asking=False))


@cache
def _about(select: tuple[str, ...], ignore: tuple[str, ...]) -> "frozenset[About]":
    from ws_fallback_lint.rules import all_rules

    config = Config(select=select, ignore=ignore)
    return frozenset(rule.about for rule in all_rules() if config.selects(rule.code, rule.on_by_default))


def may_inherit_findings(data: bytes, config: Config) -> bool:
    """Whether a file has to be looked at for what it imports from others."""
    return _inherits(config) and may_inherit(data)


def prepare() -> None:
    """Import all that `lint` may need; processes that are forked from this one have it then."""
    from importlib import import_module

    from ws_fallback_lint.rules import all_rules

    import_module("ws_fallback_lint.engine.pipeline")
    all_rules()


def lint(
    source: Source,
    config: Config,
    project: "Project",
    *,
    fixes: bool = False,
    noqa: bool = True,
    known: Known = NOTHING_KNOWN,
) -> Result:
    """The findings of one file, sorted, or the one problem that kept them from being found.

    With `fixes`, findings carry their edits (this is what loads libcst). Without `noqa`, comments
    silence nothing: flake8 applies its own. `known` is what others have found out already. Never raises
    for any bytes: an error of ours is a problem of that file, too.
    """
    try:
        _allow(source.data)
        with paused():
            met = _met(source, config, project)
        may_hold = known.may_hold
        if not met and not (may_hold_findings(source.data, config) if may_hold is None else may_hold):
            return Result(source.path)
        from ws_fallback_lint.analysis.module import module_of, parse

        with paused():
            pythons = project.pythons(config)
            module = parse(source, pythons) if known.tree is None else module_of(known.tree, source, pythons)
            if not met and not module.guarded_imports:
                module.end()
                return Result(source.path)
            from ws_fallback_lint.engine import pipeline

            reports = pipeline.reports(source, module, config, project, met, fixes=fixes)
            module.end()
            del module
        return pipeline.result(source, reports, noqa=noqa)
    except NotAnalyzed as error:
        return Result(source.path, problems=(Problem(source.path, error.line, error.column, error.reason),))
    except Exception as error:  # noqa: BLE001 - an error of ours costs its file, never the run, nor flake8
        return Result(source.path, problems=(Problem(source.path, 1, 1, unfinished(error)),))


def _allow(data: bytes) -> None:
    """Raise TooLarge for a file that is, unless it cannot hold a finding."""
    try:
        allow(data)
    except TooLarge:
        if may_hold_guarded_import(data):
            raise


def _inherits(config: Config) -> bool:
    return config.selects("FBK201", True)


def _met(source: Source, config: Config, project: "Project") -> "Sequence[Fallback]":
    """The fallbacks of other modules that a file may meet; of most, the project holds nothing they import."""
    if not _inherits(config):
        return ()
    tops = (project.absolute(one.module).partition(".")[0] for one in asked_in(source.data))
    if not any(map(project.may_hold, tops)):
        return ()
    from ws_fallback_lint.project.providers import fallbacks_met

    return fallbacks_met(project, config, source.data)
