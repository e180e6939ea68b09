"""From paths to the files to lint: the only walker.

Folders are walked for *.py and *.pyi, the real ones before those behind symbolic links, each once. What git
would ignore is left out, and what `exclude` names, and these folders:

- by name, `SKIPPED`: version control, environments, caches, other people's packages;
- by name, `BUILT`, unless they are packages (hold an `__init__.py`): what a build leaves behind;
- any virtual environment: whatever holds a `pyvenv.cfg`.

A path that is named is looked at all the same, unless exclusion is forced.
"""

import os
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ws_fallback_lint.core.config import Config
from ws_fallback_lint.core.errors import NotAnalyzed
from ws_fallback_lint.core.findings import External, Problem
from ws_fallback_lint.engine.disk import not_a_file, shown, why
from ws_fallback_lint.engine.gitignore import Ignores, above
from ws_fallback_lint.engine.patterns import below
from ws_fallback_lint.engine.settings import ConfigFileError, Finder, Settings

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

    `externals` are uses of its names in other files that have been looked at.
    """

    path: str
    config: Config
    root: str | None
    externals: tuple[External, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """The files to lint, in the order of the paths asked for and by name within; and what went wrong."""

    targets: tuple[Target, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder to walk: as reached, as it really is, which path asked for it, what is ignored above."""

    path: str
    real: str
    asked: int
    ignores: Ignores


def discover(paths: Sequence[str], finder: Finder, force_exclude: bool = False) -> Found:
    """Find what to lint under `paths`: files whatever their suffix, folders walked.

    `force_exclude` leaves out named paths, too, that a walk would have left out for their name or `exclude`.
    Whatever cannot be looked at becomes a problem; so does, once, a configuration that cannot be used.
    """
    search = _Search(finder)
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
        if _skipped(folder):
            return True
    return settings.excluded(full, is_folder)


def _skipped(folder: str) -> bool:
    name = os.path.basename(folder)
    if name in SKIPPED or os.path.isfile(os.path.join(folder, "pyvenv.cfg")):
        return True
    return name in BUILT and not os.path.isfile(os.path.join(folder, "__init__.py"))


class _Search:
    """One search. Keeps what it has seen, so that no file comes twice and no link leads in circles."""

    def __init__(self, finder: Finder) -> None:
        self._finder = finder
        self._targets: dict[str, tuple[int, list[str], Target]] = {}
        self._problems: dict[tuple[str, str], Problem] = {}
        self._seen: set[tuple[int, int]] = set()
        self._folders: list[_Folder] = []
        self._linked_folders: list[_Folder] = []
        self._linked_files: list[tuple[int, str, Settings]] = []

    def start(self, asked: int, path: str) -> None:
        """Take a path that was asked for, as number `asked`."""
        try:
            mode = os.stat(path).st_mode
        except OSError as error:
            self._problem(path, f"cannot be read: {why(error)}")
            return
        if stat.S_ISDIR(mode):
            try:
                ignores = above(os.path.abspath(path))
            except NotAnalyzed as error:
                ignores = Ignores()
                self._problem(path, error.reason)
            self._folders.append(_Folder(path, os.path.realpath(path), asked, ignores))
        elif not stat.S_ISREG(mode):
            self._problem(path, not_a_file(mode))
        elif settings := self._settings(path):
            self._take(asked, path, os.path.realpath(path), settings)

    def finish(self) -> Found:
        """Walk all folders: links last, so that a file shows under its own name where it has one."""
        self._folders.reverse()  # what was asked for first is walked first
        while self._folders or self._linked_folders:
            self._scan((self._folders or self._linked_folders).pop())
        for asked, path, settings in sorted(self._linked_files, key=lambda link: link[:2]):
            self._take(asked, path, os.path.realpath(path), settings)
        ordered = sorted(self._targets.values(), key=lambda found: found[:2])
        return Found(tuple(target for _, _, target in ordered), tuple(sorted(self._problems.values())))

    def _scan(self, folder: _Folder) -> None:
        try:
            status = os.stat(folder.path)
            if (status.st_dev, status.st_ino) in self._seen:
                return
            self._seen.add((status.st_dev, status.st_ino))
            with os.scandir(folder.path) as entries:
                held = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            self._problem(folder.path, f"cannot be read: {why(error)}")
            return
        full = os.path.abspath(folder.path)
        try:
            ignores = folder.ignores.entering(full, {entry.name for entry in held})
        except NotAnalyzed as error:
            ignores = folder.ignores
            self._problem(folder.path, error.reason)
        settings = self._settings(os.path.join(folder.path, "__init__.py"), held)
        for entry in held:
            place = os.path.join(full, entry.name)
            is_folder = _is_folder(entry)
            wanted = is_folder or entry.name.endswith(SUFFIXES)
            if not wanted or (is_folder and _skipped(place)) or ignores.ignores(place, is_folder):
                continue
            if settings and settings.excluded(place, is_folder):
                continue
            if is_folder:
                real = os.path.join(folder.real, entry.name)
                down = _Folder(entry.path, real, folder.asked, ignores)
                self._enter(down, entry.is_symlink())
            elif settings:
                self._meet(entry, folder, settings)

    def _enter(self, folder: _Folder, linked: bool) -> None:
        if linked:
            real = os.path.realpath(folder.path)
            self._linked_folders.append(_Folder(folder.path, real, folder.asked, folder.ignores))
        else:
            self._folders.append(folder)

    def _meet(self, entry: os.DirEntry[str], folder: _Folder, settings: Settings) -> None:
        try:
            if not entry.is_file():
                self._problem(entry.path, not_a_file(os.stat(entry.path).st_mode))
            elif entry.is_symlink():
                self._linked_files.append((folder.asked, entry.path, settings))
            else:
                self._take(folder.asked, entry.path, os.path.join(folder.real, entry.name), settings)
        except OSError as error:
            self._problem(entry.path, f"cannot be read: {why(error)}")

    def _take(self, asked: int, path: str, real: str, settings: Settings) -> None:
        if real not in self._targets:
            target = Target(path, settings.config_for(path), settings.root)
            self._targets[real] = asked, path.split(os.sep), target

    def _settings(self, path: str, held: Iterable[os.DirEntry[str]] | None = None) -> Settings | None:
        """The settings for `path`; None, and a problem, where they are broken and would be needed."""
        try:
            return self._finder.find(path)
        except ConfigFileError as error:
            if held is None or any(entry.name.endswith(SUFFIXES) for entry in held):
                reason = f"{error.reason}; no file that it counts for was checked"
                self._problem(error.path, reason, error.line, error.column)
            return None

    def _problem(self, path: str, reason: str, line: int = 1, column: int = 1) -> None:
        problem = Problem(shown(path), line, column, reason)
        self._problems[problem.path, reason] = problem


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False
