"""The command `ws-fallback-lint` (DESIGN §8).

The report goes to the standard output, or to `--output`; where the output is a diff or a fixed source, the
report goes to the standard error stream. Exit status: 0 clean, 1 findings, 2 the job could not be done,
130 interrupted, 143 terminated.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

import click

from ws_fallback_lint import __version__
from ws_fallback_lint.core.errors import ExitStatus, FallbackLintError, NotAnalyzed
from ws_fallback_lint.core.source import Source
from ws_fallback_lint.engine.disk import STDIN, read_stdin, shown, why, write_report
from ws_fallback_lint.engine.files import Target, discover, left_out
from ws_fallback_lint.engine.report.summary import Report
from ws_fallback_lint.engine.run import Checked, Mode, Order, check, run
from ws_fallback_lint.engine.settings import Finder
from ws_fallback_lint.frontends.output import PROGRAM, complain, put, terminal
from ws_fallback_lint.frontends.progress import progress
from ws_fallback_lint.frontends.switches import PATH, jobs, overrides, table_options
from ws_fallback_lint.frontends.terminated import terminable

if TYPE_CHECKING:
    from ws_fallback_lint.engine.memory import Memory

INTERRUPTED = 130
# Fewer files are checked faster than looked up.
WORTH_A_CACHE = 20
GRAPHS = ("dot", "mermaid", "json")
_FORMATS = ("text", "concise", "json", "github")


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of one `check`; `overrides` are those of the common table."""

    paths: tuple[str, ...]
    fix: bool
    diff: bool
    unsafe_fixes: bool
    form: str
    graph: str | None
    graph_of: tuple[str, ...]
    output: str | None
    config: str | None
    jobs: int
    no_cache: bool
    statistics: bool
    exit_zero: bool
    exit_non_zero_on_fix: bool
    force_exclude: bool
    stdin_filename: str | None
    quiet: bool
    overrides: Mapping[str, Any]

    @property
    def mode(self) -> Mode:
        """What to do about findings that have a fix."""
        if self.diff:
            return Mode.DIFF
        return Mode.FIX if self.fix else Mode.CHECK

    @property
    def reads_stdin(self) -> bool:
        """Whether the source comes from the standard input."""
        return STDIN in self.paths or self.stdin_filename is not None

    @property
    def report_stream(self) -> TextIO:
        """Where the report goes if not to `output`: away from a diff or a fixed source."""
        content = self.diff or (self.fix and self.reads_stdin)
        return sys.stderr if content else sys.stdout


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with these arguments (default: those of the process); the exit status comes back."""
    try:
        os.getcwd()
        with terminable():
            return int(group.main(arguments, PROGRAM, standalone_mode=False))
    except click.ClickException as error:
        said = " ".join(error.format_message().split())  # click breaks long ones into lines
        lost = isinstance(error, click.UsageError) and not isinstance(error, click.BadParameter) and error.ctx
        complain(f"{said} Try '{lost.command_path} -h'." if lost else said)
    except FallbackLintError as error:
        complain(str(error))
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except OSError as error:
        complain(f"cannot go on: {why(error)}")
    return ExitStatus.NOT_DONE


class _Commands(click.Group):
    """The commands. All but `check`, which nearly every run is for, are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names, in the order of the help."""
        return sorted([*super().list_commands(ctx), "cache", "explain", "explain-finding", "rules"])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command by its name; None for one that there is not."""
        match cmd_name:
            case "cache":
                from ws_fallback_lint.frontends.caches import cache

                return cache
            case "explain":
                from ws_fallback_lint.frontends.describe import explain

                return explain
            case "explain-finding":
                from ws_fallback_lint.frontends.explain_finding import explain_finding

                return explain_finding
            case "rules":
                from ws_fallback_lint.frontends.describe import rules

                return rules
            case _:
                return super().get_command(ctx, cmd_name)


@click.group(cls=_Commands, no_args_is_help=False, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name=PROGRAM)
def group() -> None:
    """Find, explain and fix import fallbacks that fail later, far from their cause."""


@group.command("check")
@click.argument("paths", nargs=-1, type=PATH)
@click.option("--fix", is_flag=True, help="Fix what can be fixed safely, report what remains.")
@click.option("--diff", is_flag=True, help="Print what --fix would change and write nothing.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: fixes that change behaviour, too.")
@click.option("--format", "form", type=click.Choice(_FORMATS), default="text", show_default=True)
@click.option(
    "--graph",
    type=click.Choice(GRAPHS),
    help="Instead of findings, show how fallbacks travel: from where a name is lost to its uses.",
)
@click.option(
    "--graph-of",
    multiple=True,
    metavar="NAME|FILE",
    help="With --graph: only ways through these. Repeatable.",
)
@click.option("--output", type=PATH, metavar="FILE", help="Write the report there, as UTF-8.")
@table_options
@click.option("--config", type=PATH, metavar="FILE", help="Read this instead of pyproject.toml.")
@click.option(
    "--jobs", default="auto", metavar="N", callback=jobs, show_default=True, help="How many processes."
)
@click.option("--no-cache", is_flag=True, help="Find out everything anew, and remember nothing.")
@click.option("--statistics", is_flag=True, help="Count findings by code (text, concise; json does anyway).")
@click.option("--exit-zero", is_flag=True, help="End with 0 where findings would give 1.")
@click.option("--exit-non-zero-on-fix", is_flag=True, help="End with 1 if anything was fixed.")
@click.option("--force-exclude", is_flag=True, help="Leave out excluded files even where they are named.")
@click.option("--stdin-filename", metavar="PATH", help="Read the source from stdin; this is its path.")
@click.option("--quiet", "-q", is_flag=True, help="Print findings and problems only.")
def check_command(**given: Any) -> int:
    """Lint files and folders (default: the current one); "-" is the standard input."""
    values = {name: given[name] for name in Asked.__slots__ if name != "overrides"}
    asked = Asked(overrides=overrides(given), **values)
    if asked.reads_stdin and set(asked.paths) - {STDIN}:
        raise click.UsageError("give either paths or a source on stdin, not both")
    finder = Finder(asked.config, asked.overrides)
    if asked.graph is not None:
        return _graph(asked, asked.graph, finder)
    report = _stdin(asked, finder) if asked.reads_stdin else _paths(asked, finder)
    if asked.diff:
        from ws_fallback_lint.engine.report import diff

        seen = sys.stdout is not None and sys.stdout.isatty()
        put(sys.stdout, diff.render_for_terminal(report) if seen else diff.render(report))
    _deliver(asked, _rendered(asked, report))
    return _status(asked, report)


def _order(asked: Asked) -> Order:
    looked_at = asked.form == "text" and asked.output is None and terminal(asked.report_stream) is not None
    return Order(asked.mode, asked.unsafe_fixes, fixes=asked.form == "json", excerpts=looked_at)


def _paths(asked: Asked, finder: Finder) -> Report:
    found = discover(asked.paths or (".",), finder, asked.force_exclude)
    if not (found.targets or found.problems or asked.force_exclude or asked.quiet):
        complain("no Python files found")
    with progress(sys.stderr, quiet=asked.quiet) as watch:
        checked = run(found.targets, _order(asked), asked.jobs, watch, _memory(asked, len(found.targets)))
    return Report(checked, found.problems, written=asked.mode is Mode.FIX)


def _memory(asked: Asked, files: int) -> "Memory | None":
    """What earlier runs know, where looking that up is faster than finding it out."""
    if asked.no_cache or files < WORTH_A_CACHE:
        return None
    from ws_fallback_lint.engine.cache import Cache
    from ws_fallback_lint.engine.recall import Recall
    from ws_fallback_lint.frontends.caches import folder

    return Recall(Cache(folder(), complain))


def _graph(asked: Asked, form: str, finder: Finder) -> int:
    """Show how fallbacks travel through the files; nothing is fixed, and no finding is an error."""
    from ws_fallback_lint.engine.graph import graph
    from ws_fallback_lint.engine.report import concise, graphs

    if asked.reads_stdin or asked.fix or asked.diff:
        raise click.UsageError("--graph takes paths, and no --fix or --diff")
    found = discover(asked.paths or (".",), finder, asked.force_exclude)
    with progress(sys.stderr, quiet=asked.quiet) as watch:
        drawn = graph(found.targets, asked.graph_of, watch)
    _deliver(asked, graphs.render(drawn, form))
    for problem in (*found.problems, *drawn.problems):
        complain(concise.problem_line(problem))
    return ExitStatus.NOT_DONE if found.problems or drawn.problems else ExitStatus.CLEAN


def _stdin(asked: Asked, finder: Finder) -> Report:
    """Lint the standard input; `--fix` prints it, fixed or as it was."""
    path = asked.stdin_filename or STDIN
    try:
        source = Source(shown(path), read_stdin())
    except NotAnalyzed as error:
        raise click.FileError("stdin", error.reason) from error
    if asked.force_exclude and left_out(path, finder):
        checked: list[Checked] = []
    else:
        settings = finder.find(path)
        checked = [check(source, Target(path, settings.config_for(path), settings.root), _order(asked))]
    if asked.mode is Mode.FIX:
        changes = [done.change for done in checked if done.change]
        put(sys.stdout, changes[0].after if changes else source.data)
    return Report(tuple(checked), written=asked.mode is Mode.FIX)


def _deliver(asked: Asked, text: str) -> None:
    if asked.output is None:
        put(asked.report_stream, text)
        return
    try:
        write_report(asked.output, text)
    except OSError as error:
        raise click.FileError(asked.output, f"cannot be written: {why(error)}") from error


def _rendered(asked: Asked, report: Report) -> str:
    """The report in the format that was asked for; each is imported when it is."""
    if asked.form == "json":
        from ws_fallback_lint.engine.report import json

        return json.render(report)
    if asked.form == "github":
        from ws_fallback_lint.engine.report import github

        return github.render(report)
    from ws_fallback_lint.engine.report import concise

    counts = concise.statistics(report) if asked.statistics else ""
    if asked.form == "concise":
        return concise.render(report) + counts
    return _text(asked, report) + counts


def _text(asked: Asked, report: Report) -> str:
    from ws_fallback_lint.engine.report import text

    screen = None if asked.output is not None else terminal(asked.report_stream)
    if screen is None:
        return text.render(report, quiet=asked.quiet)
    return text.render_for_terminal(report, width=screen.width, colour=screen.colour, quiet=asked.quiet)


def _status(asked: Asked, report: Report) -> int:
    if report.problems:
        return ExitStatus.NOT_DONE
    found = bool(report.findings) or (asked.exit_non_zero_on_fix and bool(report.fixed))
    return ExitStatus.FINDINGS if found and not asked.exit_zero else ExitStatus.CLEAN
