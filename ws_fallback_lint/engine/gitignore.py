"""Which paths git would leave out: every .gitignore on the way down, and .git/info/exclude."""

import os
from collections.abc import Iterable
from dataclasses import dataclass

from ws_fallback_lint.core.errors import NotAnalyzed
from ws_fallback_lint.core.limits import MOST_BYTES_OF_SETTINGS
from ws_fallback_lint.engine.disk import read
from ws_fallback_lint.engine.patterns import Patterns


@dataclass(frozen=True, slots=True)
class Ignores:
    """The lists that count in one folder, the strongest (innermost) first."""

    lists: tuple[Patterns, ...] = ()

    def ignores(self, path: str, folder: bool) -> bool:
        """Whether an absolute path, whose own folder is not ignored, is."""
        verdicts = (patterns.verdict(path, folder) for patterns in self.lists)
        return next((verdict for verdict in verdicts if verdict is not None), False)

    def entering(self, folder: str, names: Iterable[str]) -> "Ignores":
        """The lists that count inside `folder` (absolute), which holds entries of these names.

        The top of another repository starts afresh, as git does. Raises NotAnalyzed, with the file
        named in it, for a list that cannot be read.
        """
        lists = self.lists
        if ".git" in names:
            lists = _lists(_exclude_file(os.path.join(folder, ".git")), folder)
        if ".gitignore" in names:
            lists = (*_lists(os.path.join(folder, ".gitignore"), folder), *lists)
        return self if lists is self.lists else Ignores(lists)


def above(folder: str) -> Ignores:
    """The lists that count for what lies in the absolute `folder`, its own not included.

    They come from the folders up to the top of the repository. None count outside of a repository, nor
    where they leave out `folder` itself: who names an ignored folder wants it looked at. Raises NotAnalyzed.
    """
    chain: list[str] = []
    while not os.path.lexists(os.path.join(folder, ".git")):
        chain.append(folder)
        if os.path.dirname(folder) == folder:
            return Ignores()
        folder = os.path.dirname(folder)
    ignores = Ignores()
    for step in reversed(chain):
        ignores = ignores.entering(folder, [n for n in (".git", ".gitignore") if _held(folder, n)])
        if ignores.ignores(step, folder=True):
            return Ignores()
        folder = step
    return ignores


def _held(folder: str, name: str) -> bool:
    return os.path.lexists(os.path.join(folder, name))


def _exclude_file(git: str) -> str:
    """The `info/exclude` of a repository; in worktrees and submodules `.git` is a file that points to it."""
    if os.path.isfile(git):
        pointed = os.fsdecode(read(git, MOST_BYTES_OF_SETTINGS)).removeprefix("gitdir:").strip()
        git = os.path.join(os.path.dirname(git), pointed)
        common = os.path.join(git, "commondir")
        if os.path.isfile(common):
            git = os.path.join(git, os.fsdecode(read(common, MOST_BYTES_OF_SETTINGS)).strip())
    return os.path.join(git, "info", "exclude")


def _lists(file: str, base: str) -> tuple[Patterns, ...]:
    if not os.path.isfile(file):
        return ()
    try:
        text = os.fsdecode(read(file, MOST_BYTES_OF_SETTINGS).removeprefix(b"\xef\xbb\xbf"))
    except NotAnalyzed as error:
        raise NotAnalyzed(f"{file} {error.reason}") from error
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    patterns = Patterns.of(base, lines)
    return (patterns,) if len(patterns.spec) else ()
