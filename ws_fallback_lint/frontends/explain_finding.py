"""`explain-finding`: everything that is known of the fallback at one place."""

import re
import sys
from typing import Any

import click

from ws_fallback_lint.core.errors import ExitStatus, NotAnalyzed
from ws_fallback_lint.core.results import Problem
from ws_fallback_lint.core.source import Source
from ws_fallback_lint.engine.disk import read, shown
from ws_fallback_lint.engine.explain import Answer, explain
from ws_fallback_lint.engine.report.escape import visible
from ws_fallback_lint.engine.settings import Finder
from ws_fallback_lint.engine.workspace import Workspace
from ws_fallback_lint.frontends.output import complain, put
from ws_fallback_lint.frontends.switches import PATH, overrides, table_options

# As reports print it; a colon at the end is what a copied line brings along.
_PLACE = re.compile(r"(?P<path>.+?):(?P<line>[0-9]+)(?::(?P<column>[0-9]+))?:?", re.DOTALL)


@click.command("explain-finding")
@click.argument("place", metavar="PATH:LINE[:COLUMN]")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
@table_options
@click.option("--config", type=PATH, metavar="FILE", help="Read this instead of pyproject.toml.")
def explain_finding(place: str, form: str, config: str | None, **given: Any) -> int:
    """Show why a fallback is reported, or why it is not.

    PATH:LINE is a line of the guarded import, or one on which its names are used. The page has what each
    name holds in each outcome, every use, the outcomes possible there, and the guards that decided.
    """
    match = _PLACE.fullmatch(place)
    if match is None:
        raise click.UsageError(f"'{visible(place)}' names no line of a file; it should look like PATH:LINE")
    path, line, column = match["path"], int(match["line"]), int(match["column"] or 0) or None
    settings = Finder(config, overrides(given)).find(path)
    chosen = settings.config_for(path)
    try:
        source = Source(shown(path), read(path))
        project = Workspace().project(path, settings.root, chosen.src)
        answer = explain(source, chosen, project, line, column)
    except NotAnalyzed as error:
        problem = Problem(shown(path), error.line, error.column, error.reason)
        return _failed(problem)
    put(sys.stdout, _rendered(answer, form))
    return ExitStatus.CLEAN


def _failed(problem: Problem) -> int:
    from ws_fallback_lint.engine.report.concise import problem_line

    complain(problem_line(problem))
    return ExitStatus.NOT_DONE


def _rendered(answer: Answer, form: str) -> str:
    if form == "json":
        from ws_fallback_lint.engine.report import explain_json

        return explain_json.render(answer)
    from ws_fallback_lint.engine.report import explain as text

    return text.render(answer)
