"""The flake8 plugin `FBK`: the findings of the command line, where flake8 shows its own.

What flake8 has read is what is linted, so stdin and editors work. The configuration is the one of the
nearest pyproject.toml; the options below, on flake8's command line or in its own configuration files, win
over it. A finding is dropped by flake8 itself where a `# noqa` or one of flake8's ignore lists asks for it.

A wrong option, or a `--fbk-config` that cannot be used, ends flake8 with its message before any file is
read. A pyproject.toml that cannot be used becomes an FBK900 on line 1 of each file that needed it. A file
that Python cannot parse is flake8's E999 and nothing more.
"""

import ast
import re
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from flake8.exceptions import ExecutionError
from flake8.options.manager import OptionManager

from ws_fallback_lint import __version__
from ws_fallback_lint.analysis.prefilter import may_hold_guarded_import
from ws_fallback_lint.core.config import Config
from ws_fallback_lint.core.errors import ConfigError, unfinished
from ws_fallback_lint.core.options import Face, Kind, Option, offered
from ws_fallback_lint.core.source import Source
from ws_fallback_lint.engine.collector import Kept
from ws_fallback_lint.engine.disk import shown
from ws_fallback_lint.engine.lint import Known, lint
from ws_fallback_lint.engine.report.escape import visible
from ws_fallback_lint.engine.settings import Finder
from ws_fallback_lint.engine.workspace import Workspace
from ws_fallback_lint.project.asked import may_inherit

_FULL_CODE = re.compile(r"FBK[0-9]{3}")
# What flake8 wants from `run`: line from 1, column from 0 in characters, "CODE message", anything.
Report = tuple[int, int, str, type]


@dataclass(frozen=True, slots=True)
class Choices:
    """What flake8's options say: how settings are found, and the codes that it asks for in full."""

    finder: Finder
    codes: tuple[str, ...] = ()
    # flake8 leaves the collector on, which goes time and again through all that is kept.
    workspace: Workspace = field(default_factory=lambda: Workspace(most_kept=0))
    kept: Kept = field(default_factory=Kept)

    @classmethod
    def of(cls, options: Namespace) -> "Choices":
        """Read the options of one run; raises ConfigError for a value that cannot be used."""
        given = {option.name: getattr(options, _destination(option)) for option in offered(Face.FLAKE8)}
        overrides = {name: value for name, value in given.items() if value is not None}
        selected = [*(options.select or ()), *(options.extend_select or ())]
        codes = tuple(code for code in selected if _FULL_CODE.fullmatch(code))
        return cls(Finder(options.fbk_config, overrides, "flake8's --fbk options"), codes)

    def widen(self, config: Config) -> Config:
        """Let codes in that flake8 asks for in full, against an equally exact `ignore` of pyproject.toml."""
        if not self.codes:
            return config
        ignore = tuple(code for code in config.ignore if code not in self.codes)
        return replace(config, select=(*config.select, *self.codes), ignore=ignore)


class FallbackPlugin:
    """One file's check, as flake8 makes and runs it."""

    name = "ws-fallback-lint"
    version = __version__
    # flake8 hands options to the class alone; each of its processes does so once, before any file.
    choices: ClassVar[Choices]

    def __init__(
        self,
        tree: ast.Module,
        filename: str,
        lines: list[str],
    ) -> None:
        """Take a file as flake8 has read it."""
        self.path = filename
        self.tree = tree
        self.source = Source.of_text(shown(filename), "".join(lines))

    @classmethod
    def add_options(cls, manager: OptionManager) -> None:
        """Offer `--fbk-config` and, from the table of options, all that flake8 can set."""
        manager.add_option(
            "--fbk-config",
            default=None,
            metavar="FILE",
            parse_from_config=True,
            normalize_paths=True,
            help="a file in the form of pyproject.toml to read instead of the nearest one",
        )
        for option in offered(Face.FLAKE8):
            manager.add_option(
                f"--fbk-{option.name}",
                default=None,
                parse_from_config=True,
                help=option.help.replace("%", "%%"),
                **_shape(option),
            )

    @classmethod
    def parse_options(cls, options: Namespace) -> None:
        """Keep what the options say; raises flake8's ExecutionError, which ends it with the message."""
        try:
            cls.choices = Choices.of(options)
        except ConfigError as error:
            raise ExecutionError(f"ws-fallback-lint: {visible(str(error))}") from error

    def run(self) -> Iterator[Report]:
        """Yield the findings of the file, and what kept it from being analysed."""
        may_hold = may_hold_guarded_import(self.source.data)
        if not may_hold and not may_inherit(self.source.data):
            return  # nothing is looked up for these
        try:
            yield from self._reports(may_hold)
        except ConfigError as error:
            yield self._report(1, 1, "FBK900", f"not analysed: {error}")
        except Exception as error:  # noqa: BLE001 - flake8 would end with a traceback
            yield self._report(1, 1, "FBK900", unfinished(error))

    def _reports(self, may_hold: bool) -> Iterator[Report]:
        settings = self.choices.finder.find(self.path)
        if settings.excluded(self.path):
            return
        config = self.choices.widen(settings.config_for(self.path))
        project = self.choices.workspace.project(self.path, settings.root, config.src)
        result = lint(self.source, config, project, noqa=False, known=Known(self.tree, may_hold))
        project.neighbours.trim()
        self.choices.kept.grow()
        for finding in result.findings:
            yield self._report(finding.place.line, finding.place.column, finding.code, finding.message)
        for problem in result.problems:
            yield self._report(problem.line, problem.column, problem.code, problem.message)

    def _report(self, line: int, column: int, code: str, message: str) -> Report:
        return line, column - 1, f"{code} {visible(message)}", type(self)


def _destination(option: Option) -> str:
    return f"fbk_{option.field}"


def _shape(option: Option) -> dict[str, Any]:
    """How flake8 reads a value of the option; tables can only stand in pyproject.toml."""
    match option.kind:
        case Kind.FLAG:
            return {"action": "store_true"}
        case Kind.STRINGS:
            return {"comma_separated_list": True, "metavar": "LIST"}
        case Kind.TEXT | Kind.CHOICE:
            return {"choices": option.choices} if option.choices else {}
        case _:
            raise ValueError(f"flake8 cannot set '{option.name}', which is {option.kind.value}")
