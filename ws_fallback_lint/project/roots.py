"""Source roots, module names, and whether the project holds a module. Reads folder listings only."""

import os
import re
from dataclasses import dataclass, field
from enum import Enum

_SOURCE = (".py", ".pyi")
# What a module that Python does not load from source looks like beside the others.
_COMPILED = re.compile(r"\.(?:[\w.-]+\.)?(?:so|pyd|pyx|pxd|dylib|c|cc|cpp|cxx|rs|f90|f)\Z")
# Written by a build step, so a checkout rightly lacks them.
_GENERATED = re.compile(r"_+version(?:_info)?_*|version|_build_info|_git_version|\w+_pb2(?:_grpc)?")


class Found(Enum):
    """What the project knows of a module."""

    HERE = "a source file or a package of the project"
    ABSENT = "its package is in the project, the module itself is not"
    BUILT = "compiled or generated, so it may be missing from a checkout"
    ELSEWHERE = "nothing in the project has this name"


@dataclass(frozen=True, slots=True)
class Project:
    """The project as one file sees it. Its listings are remembered, so make a new one per run.

    `roots` are the folders that absolute imports start from; `package` the folders from the last
    of them down to the file, as names (empty for a file that is in no package); `stem` the file's
    own name in its package, empty for `__init__`.
    """

    roots: tuple[str, ...]
    package: tuple[str, ...] = ()
    stem: str = ""
    home: str = ""
    _listings: dict[str, frozenset[str]] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def around(cls, path: str, root: str | None, src: tuple[str, ...]) -> "Project":
        """The project of the file at `path`, which need not exist.

        `root` is the folder of the nearest pyproject.toml, setup.cfg or setup.py, None if there is
        none; `src` are the configured source folders, relative to it.
        """
        home, name = os.path.split(os.path.abspath(path))
        listings: dict[str, frozenset[str]] = {}
        base = home
        package: list[str] = []
        while _is_package(base, listings) and os.path.dirname(base) != base:
            base, last = os.path.split(base)
            package.insert(0, last)
        starts = [os.path.join(root, folder) for folder in src or (".", "src")] if root else []
        roots = dict.fromkeys(os.path.normpath(start) for start in [*starts, base])
        stem = name.partition(".")[0]
        return cls(tuple(roots), tuple(package), "" if stem == "__init__" else stem, home, listings)

    @property
    def module(self) -> str:
        """The file's own dotted name, as absolute imports would say it."""
        return ".".join([*self.package, self.stem] if self.stem else self.package)

    def absolute(self, module: str) -> str:
        """A module as written, its leading dots replaced by the package they stand for.

        A relative import that leaves the top package stays as written.
        """
        name = module.lstrip(".")
        level = len(module) - len(name)
        if level == 0:
            return module
        parents = self.package[: len(self.package) - level + 1]
        if level > len(self.package) + 1 or not parents:
            return module
        return ".".join([*parents, name] if name else parents)

    def find(self, module: str, attr: str | None) -> Found:
        """What the project holds of `module` (as written), or of its part `attr`."""
        name = module.lstrip(".")
        level = len(module) - len(name)
        parts = [part for part in name.split(".") if part]
        if attr not in (None, "*"):
            parts.append(str(attr))
        if level:
            folder = self.home
            for _ in range(level - 1):
                folder = os.path.dirname(folder)
            return self._below(folder, parts, known=True, attr=attr)
        if not name:
            return Found.ELSEWHERE
        found = [self._below(root, parts, known=False, attr=attr) for root in self.roots]
        order = (Found.HERE, Found.BUILT, Found.ABSENT)
        return next((kind for kind in order if kind in found), Found.ELSEWHERE)

    def _below(self, folder: str, parts: list[str], *, known: bool, attr: str | None) -> Found:
        """Follow `parts` down from `folder`; `known` once a real package has been passed."""
        for index, part in enumerate(parts):
            entries = _list(folder, self._listings)
            is_attr = attr not in (None, "*") and index == len(parts) - 1
            if any(part + suffix in entries for suffix in _SOURCE):
                return Found.HERE
            inner = os.path.join(folder, part)
            if part in entries and _list(inner, self._listings):
                known = known or _is_package(inner, self._listings)
                folder = inner
            elif any(entry.startswith(part) and _COMPILED.match(entry[len(part) :]) for entry in entries):
                return Found.BUILT
            elif is_attr and _is_package(folder, self._listings):
                return Found.HERE  # a name defined in the package's __init__, or meant to be
            elif not known:
                return Found.ELSEWHERE
            else:
                return Found.BUILT if _GENERATED.fullmatch(part) else Found.ABSENT
        # A bare folder is no module of the project: it may only share its name with a package.
        return Found.HERE if known else Found.ELSEWHERE


def _list(folder: str, listings: dict[str, frozenset[str]]) -> frozenset[str]:
    if folder not in listings:
        try:
            listings[folder] = frozenset(os.listdir(folder))
        except OSError:
            listings[folder] = frozenset()
    return listings[folder]


def _is_package(folder: str, listings: dict[str, frozenset[str]]) -> bool:
    entries = _list(folder, listings)
    return any("__init__" + suffix in entries for suffix in _SOURCE)
