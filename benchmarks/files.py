"""A copy of somebody's tree to work on, and what is in it."""

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

MODULES = (".py", ".pyi")
_COPIED = (*MODULES, ".toml", ".cfg", ".txt")
# Folders that one tool or another leaves out; with them gone, all look at the same files. So are hidden ones.
_LEFT_OUT = {"__pypackages__", "_build", "buck-out", "dist", "node_modules", "site-packages", "venv"}
_FALLBACK = re.compile(rb"^[ \t]*except\b[^\n]*\b(?:ImportError|ModuleNotFoundError)\b", re.MULTILINE)


@dataclass(frozen=True)
class Tree:
    """A folder of Python files, looked at once; their paths start from the folder."""

    folder: Path

    @cached_property
    def sizes(self) -> dict[str, int]:
        """How long each file is, in bytes, by its path."""
        paths = [path for path in _walked(self.folder) if path.suffix in MODULES]
        return {path.relative_to(self.folder).as_posix(): path.stat().st_size for path in paths}

    @cached_property
    def with_fallbacks(self) -> frozenset[str]:
        """The files that hold a handler of a failed import."""
        return frozenset(path for path in self.sizes if _FALLBACK.search((self.folder / path).read_bytes()))

    def first(self, many: int) -> list[str]:
        """So many files in the order of their folders, so that few import each other as many do."""
        return list(self.sizes)[:many]

    def every(self, step: int) -> list[str]:
        """Every so manieth file, so that few are as many are in their sizes and share of fallbacks."""
        ranked = sorted(self.sizes, key=lambda path: (path in self.with_fallbacks, self.sizes[path], path))
        return ranked[step // 2 :: step]


def copied(source: Path, target: Path) -> Tree:
    """Copy what Python and its tools read."""
    for path in _walked(source):
        if path.suffix in _COPIED:
            _copy(path, target / path.relative_to(source))
    return Tree(target)


def thinned(tree: Tree, target: Path, step: int) -> Tree:
    """Copy every so manieth module, and all that is no module."""
    kept = set(tree.every(step))
    for path in _walked(tree.folder):
        inside = path.relative_to(tree.folder)
        if path.suffix not in MODULES or inside.as_posix() in kept:
            _copy(path, target / inside)
    return Tree(target)


def _walked(folder: Path) -> Iterator[Path]:
    for home, folders, names in os.walk(folder):
        folders[:] = sorted(
            name
            for name in folders
            if not (name.startswith(".") or name in _LEFT_OUT or Path(home, name, "pyvenv.cfg").is_file())
        )
        paths = (Path(home, name) for name in sorted(names))
        yield from (path for path in paths if path.is_file() and not path.is_symlink())


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
