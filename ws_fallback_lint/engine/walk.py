"""Through folders, as `engine.files` has it: the only walker."""

import os
from dataclasses import dataclass

from ws_fallback_lint.core.errors import NotAnalyzed
from ws_fallback_lint.engine.disk import not_a_file, why
from ws_fallback_lint.engine.files import SUFFIXES, Search, skipped
from ws_fallback_lint.engine.gitignore import Ignores, above
from ws_fallback_lint.engine.settings import Settings


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder to walk: as reached, as it really is, which path asked for it, what is ignored above."""

    path: str
    real: str
    asked: int
    ignores: Ignores


class Walk:
    """The folders of one search. Keeps what it has seen, so that no link leads in circles."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self._seen: set[tuple[int, int]] = set()
        self._folders: list[_Folder] = []
        self._linked_folders: list[_Folder] = []
        self._linked_files: list[tuple[int, str, Settings]] = []

    def start(self, asked: int, path: str) -> None:
        """Take a folder that was asked for, as number `asked`."""
        try:
            ignores = above(os.path.abspath(path))
        except NotAnalyzed as error:
            ignores = Ignores()
            self._search.problem(path, error.reason)
        self._folders.append(_Folder(path, os.path.realpath(path), asked, ignores))

    def run(self) -> None:
        """Walk all folders: links last, so that a file shows under its own name where it has one."""
        self._folders.reverse()  # what was asked for first is walked first
        while self._folders or self._linked_folders:
            self._scan((self._folders or self._linked_folders).pop())
        for asked, path, settings in sorted(self._linked_files, key=lambda link: link[:2]):
            self._search.take(asked, path, os.path.realpath(path), settings)

    def _scan(self, folder: _Folder) -> None:
        try:
            status = os.stat(folder.path)
            if (status.st_dev, status.st_ino) in self._seen:
                return
            self._seen.add((status.st_dev, status.st_ino))
            with os.scandir(folder.path) as entries:
                held = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            self._search.problem(folder.path, f"cannot be read: {why(error)}")
            return
        full = os.path.abspath(folder.path)
        try:
            ignores = folder.ignores.entering(full, {entry.name for entry in held})
        except NotAnalyzed as error:
            ignores = folder.ignores
            self._search.problem(folder.path, error.reason)
        settings = self._search.settings(os.path.join(folder.path, "__init__.py"), held)
        for entry in held:
            place = os.path.join(full, entry.name)
            is_folder = _is_folder(entry)
            wanted = is_folder or entry.name.endswith(SUFFIXES)
            if not wanted or (is_folder and skipped(place)) or ignores.ignores(place, is_folder):
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
                self._search.problem(entry.path, not_a_file(os.stat(entry.path).st_mode))
            elif entry.is_symlink():
                self._linked_files.append((folder.asked, entry.path, settings))
            else:
                self._search.take(folder.asked, entry.path, os.path.join(folder.real, entry.name), settings)
        except OSError as error:
            self._search.problem(entry.path, f"cannot be read: {why(error)}")


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False
