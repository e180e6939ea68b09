"""From paths to the files to lint.

Folders are walked (`engine.walk`) for *.py and *.pyi, the real ones before those behind symbolic links, each
once. What git would ignore is left out, and what `exclude` names, and these folders:

- by name, `SKIPPED`: version control, environments, caches, other people's packages;
- by name, `BUILT`, unless they are packages (hold an `__init__.py`): what a build leaves behind;
- any virtual environment: whatever holds a `pyvenv.cfg`.

A path that is named is looked at all the same, unless exclusion is forced.
"""

import os
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ws_fallback_lint.core.config import Config
from ws_fallback_lint.core.results import Problem
from ws_fallback_lint.engine.disk import below, not_a_file, shown, why
from ws_fallback_lint.engine.settings import ConfigFileError, Finder, Settings

if TYPE_CHECKING:
    from ws_fallback_lint.core.findings import External
    from ws_fallback_lint.engine.walk import Walk

SUFFIXES = (".py", ".pyi")
SKIPPED = frozenset(
    {
        *(".bzr", ".git", ".git-rewrite", ".hg", ".svn"),
        *(".direnv", ".nox", ".pyenv", ".tox", "__pypackages__", "node_modules", "site-packages"),
        *(".eggs", ".ipynb_checkpoints", ".mypy_cache", ".pytest_cache", ".pytype", ".ruff_cache"),
        *(".pants.d", ".vscode", "__pycache__"),
    }
)
BUILT = frozenset({"_build", "buck-out", "build", "dist"})


@dataclass(frozen=True, slots=True)
class Target:
    """A file to lint: how it was reached, what counts for it, where its project starts.

    `externals` are uses of its names in other files that have been looked at. What is `outside` was reached
    by a link that leads out of the paths asked for: it is looked at, and never written.
    """

    path: str
    config: Config
    root: str | None
    externals: "tuple[External, ...]" = ()
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """The files to lint, in the order of the paths asked for and by name within; and what went wrong."""

    targets: tuple[Target, ...]
    problems: tuple[Problem, ...]


def discover(paths: Sequence[str], finder: Finder, force_exclude: bool = False) -> Found:
    """Find what to lint under `paths`: files whatever their suffix, folders walked.

    `force_exclude` leaves out named paths, too, that a walk would have left out for their name or `exclude`.
    Whatever cannot be looked at becomes a problem; so does, once, a configuration that cannot be used.
    """
    search = Search(finder)
    for number, path in enumerate(paths):
        if not (force_exclude and left_out(path, finder)):
            search.start(number, path)
    return search.finish()


def left_out(path: str, finder: Finder) -> bool:
    """Whether `exclude`, or the name of a folder below the configuration's own, leaves out a path."""
    try:
        settings = finder.find(path)
    except ConfigFileError:
        return False
    full, is_folder = os.path.abspath(path), os.path.isdir(path)
    parts = (below(settings.base, full) or "").split(os.sep)
    folder = settings.base
    for part in parts if is_folder else parts[:-1]:
        folder = os.path.join(folder, part)
        if skipped(folder):
            return True
    return settings.excluded(full, is_folder)


def skipped(folder: str) -> bool:
    """Whether a walk leaves out a folder for what it is: its name, or what it holds."""
    name = os.path.basename(folder)
    if name in SKIPPED or os.path.isfile(os.path.join(folder, "pyvenv.cfg")):
        return True
    return name in BUILT and not os.path.isfile(os.path.join(folder, "__init__.py"))


class Search:
    """One search. Keeps what it has found, so that no file comes twice."""

    def __init__(self, finder: Finder) -> None:
        self._finder = finder
        self._targets: dict[str, tuple[int, list[str], Target]] = {}
        self._problems: dict[tuple[str, str], Problem] = {}
        self._walk: Walk | None = None
        self._asked: list[str] = []

    def start(self, asked: int, path: str) -> None:
        """Take a path that was asked for, as number `asked`."""
        self._asked.append(os.path.realpath(path))
        try:
            mode = os.stat(path).st_mode
        except OSError as error:
            self.problem(path, f"cannot be read: {why(error)}")
            return
        if stat.S_ISDIR(mode):
            if self._walk is None:
                from ws_fallback_lint.engine.walk import Walk

                self._walk = Walk(self)
            self._walk.start(asked, path)
        elif not stat.S_ISREG(mode):
            self.problem(path, not_a_file(mode))
        elif settings := self.settings(path):
            self.take(asked, path, os.path.realpath(path), settings)

    def finish(self) -> Found:
        """Walk the folders, too."""
        if self._walk is not None:
            self._walk.run()
        ordered = sorted(self._targets.values(), key=lambda found: found[:2])
        return Found(tuple(target for _, _, target in ordered), tuple(sorted(self._problems.values())))

    def take(self, asked: int, path: str, real: str, settings: Settings) -> None:
        """Keep a file, by the path `real` that is its own."""
        if real not in self._targets:
            is_outside = not any(real == one or below(one, real) for one in self._asked)
            target = Target(path, settings.config_for(path), settings.root, outside=is_outside)
            self._targets[real] = asked, path.split(os.sep), target

    def settings(self, path: str, held: Iterable[os.DirEntry[str]] | None = None) -> Settings | None:
        """The settings for `path`; None, and a problem, where they are broken and would be needed."""
        try:
            return self._finder.find(path)
        except ConfigFileError as error:
            if held is None or any(entry.name.endswith(SUFFIXES) for entry in held):
                reason = f"{error.reason}; no file that it counts for was checked"
                self.problem(error.path, reason, error.line, error.column)
            return None

    def problem(self, path: str, reason: str, line: int = 1, column: int = 1) -> None:
        """Note what went wrong."""
        problem = Problem(shown(path), line, column, reason)
        self._problems[problem.path, reason] = problem
