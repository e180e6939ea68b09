"""Source roots, module names, and where the project holds a module. Reads folder listings only.

Absolute imports start from the configured source folders, else from the project's folder and its `src/`; and
from the first folder above the file that is no package, as Python does for scripts and pytest for tests.
Below a configured folder or `src/` that one does not count: folders without `__init__.py` between it and the
file are namespace packages there.

A project inside another one has its own roots. Its packages are not first-party for the outer one, nor for
its neighbours, unless they lie where imports of those start; `src` can name their folders.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING

from ws_fallback_lint.core.config import Config
from ws_fallback_lint.project.manifest import Manifest
from ws_fallback_lint.project.neighbours import Neighbours
from ws_fallback_lint.project.place import Place

if TYPE_CHECKING:
    from ws_fallback_lint.core.findings import External

_SOURCE = (".py", ".pyi")
# What a module that Python does not load from source looks like beside the others.
_COMPILED = re.compile(r"\.(?:[\w.-]+\.)?(?:so|pyd|pyx|pxd|dylib|c|cc|cpp|cxx|rs|f90|f)\Z")
# Written by a build step, so a checkout rightly lacks them.
_GENERATED = re.compile(r"_+version(?:_info)?_*|version|_build_info|_git_version|\w+_pb2(?:_grpc)?")


# What makes a folder that of a project.
_DECLARING = frozenset({"pyproject.toml", "setup.cfg", "setup.py"})
# Run from the project's folder by tools of their own, before or without what the project depends on.
_BUILD_SCRIPTS = ("setup", "noxfile", "hatch_build", "versioneer")


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
    own name in its package, empty for `__init__`. `manifest` is what the files of `root` declare,
    `neighbours` knows what other modules import; `externals` are uses of its names in other files that have
    been looked at; `is_script` tells that only files beside it can import it. `starts` are those of the roots
    that all files of the project have.
    """

    roots: tuple[str, ...]
    package: tuple[str, ...] = ()
    stem: str = ""
    home: str = ""
    root: str = ""
    manifest: Manifest = field(default_factory=Manifest, compare=False, repr=False)
    neighbours: Neighbours = field(default_factory=Neighbours, compare=False, repr=False)
    is_script: bool = False
    externals: "tuple[External, ...]" = ()
    starts: tuple[str, ...] = ()

    @classmethod
    def around(
        cls,
        path: str,
        root: str | None,
        src: tuple[str, ...],
        manifest: Manifest | None = None,
        neighbours: Neighbours | None = None,
    ) -> "Project":
        """The project of the file at `path`, which need not exist.

        `root` is the folder of the nearest pyproject.toml, setup.cfg or setup.py, None if there is
        none; `src` are the configured source folders, relative to it. `neighbours` is what is known
        already of the files and folders around.
        """
        home, name = os.path.split(os.path.abspath(path))
        neighbours = neighbours or Neighbours()
        starts = (
            [os.path.normpath(os.path.join(root, folder)) for folder in src or (".", "src")] if root else []
        )
        named = starts if src else [start for start in starts[1:] if not _is_package(start, neighbours)]
        base = max((start for start in named if _lies_below(home, start)), key=len, default=None)
        if base is None:
            base = home
            while _is_package(base, neighbours) and os.path.dirname(base) != base:
                base = os.path.dirname(base)
        package = os.path.relpath(home, base).split(os.sep) if home != base else []
        roots = dict.fromkeys([*starts, base])
        stem = name.partition(".")[0]
        return cls(
            tuple(roots),
            tuple(package),
            "" if stem == "__init__" else stem,
            home,
            root or "",
            manifest or Manifest(),
            neighbours,
            is_script=root is not None and base == home and base not in starts,
            starts=tuple(dict.fromkeys(starts)),
        )

    @property
    def module(self) -> str:
        """The file's own dotted name, as absolute imports would say it."""
        return ".".join([*self.package, self.stem] if self.stem else self.package)

    def pythons(self, config: Config) -> int:
        """The environments (see `analysis.environments`) that its code has to run in."""
        from ws_fallback_lint.project.pythons import environments_for

        return environments_for(config.requires_python or self.manifest.requires_python)

    @property
    def is_build_script(self) -> bool:
        """Whether the file runs where the project's dependencies need not be installed."""
        return self.home == self.root and self.stem in _BUILD_SCRIPTS

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

    def locate(self, module: str) -> tuple[Place, ...]:
        """The modules that run when `module`, an absolute name, is imported, outermost first.

        Nothing where two roots hold something of the name; only the first ones where the rest is not here.
        """
        return self.neighbours.located.get((self.roots, module), lambda: self._located(module))

    def may_hold(self, top: str) -> bool:
        """Whether anything of the project could be imported by a name that starts so."""
        return self.neighbours.tops.get((self.roots, top), lambda: self._has(top))

    def _has(self, top: str) -> bool:
        return any(not {top, f"{top}.py"}.isdisjoint(self.neighbours.entries(root)) for root in self.roots)

    def _located(self, module: str) -> tuple[Place, ...]:
        parts = module.split(".") if module else []
        found = [places for root in self.roots if (places := tuple(self._files(root, parts)))]
        return found[0] if len(found) == 1 else ()

    def _files(self, folder: str, parts: list[str]) -> Iterator[Place]:
        for index, part in enumerate(parts):
            name, inner = ".".join(parts[: index + 1]), os.path.join(folder, part)
            if part in self.neighbours.entries(folder) and "__init__.py" in self.neighbours.entries(inner):
                yield Place(os.path.join(inner, "__init__.py"), name)
            elif f"{part}.py" in self.neighbours.entries(folder):
                yield Place(f"{inner}.py", name)
                return
            elif part not in self.neighbours.entries(folder):
                return
            folder = inner

    def at(self, place: Place) -> "Project":
        """The project as another module of it sees it.

        What lies beside a script can be imported by what lies there, too, and not by the rest of the project.
        """
        key = (self.root, self.starts, place.path, place.name)
        if key not in self.neighbours.views:
            self.neighbours.views[key] = self._seen_from(place)
        return self.neighbours.views[key]

    def _seen_from(self, place: Place) -> "Project":
        home, name = os.path.split(place.path)
        roots = self.starts if place.root in self.starts else (*self.starts, place.root)
        stem = name.removesuffix(".py").replace("__init__", "")
        package = tuple(place.package.split(".")) if place.package else ()
        return replace(
            self, roots=roots, package=package, stem=stem, home=home, is_script=False, externals=()
        )

    @property
    def file(self) -> Place:
        """The file itself."""
        return Place(os.path.join(self.home, f"{self.stem or '__init__'}.py"), self.module)

    def sources(self, folder: str) -> list[str]:
        """The paths of the modules in a folder."""
        return [os.path.join(folder, entry) for entry in self.entries(folder) if entry.endswith(".py")]

    def entries(self, folder: str) -> frozenset[str]:
        """What a folder holds, by name; nothing where it cannot be read."""
        return self.neighbours.entries(folder)

    def holds(self, folder: str, name: str) -> bool:
        """Whether there is a file of this name in a folder."""
        return name in self.neighbours.entries(folder)

    def is_around(self, top: str) -> bool:
        """Whether a project that this one lies in holds what could be a top package of this name."""
        folder = self.root
        while (outer := os.path.dirname(folder)) != folder:
            folder = outer
            entries = self.entries(folder)
            if not entries.isdisjoint(_DECLARING) and not entries.isdisjoint((top, f"{top}.py")):
                return True
        return False

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
            entries = self.neighbours.entries(folder)
            is_attr = attr not in (None, "*") and index == len(parts) - 1
            if any(part + suffix in entries for suffix in _SOURCE):
                return Found.HERE
            inner = os.path.join(folder, part)
            if part in entries and self.neighbours.entries(inner):
                known = known or _is_package(inner, self.neighbours) or self._is_own_namespace(inner)
                folder = inner
            elif self._is_built(folder, part):
                return Found.BUILT
            elif is_attr and _is_package(folder, self.neighbours):
                return Found.HERE  # a name defined in the package's __init__, or meant to be
            elif not known:
                return Found.ELSEWHERE
            else:
                return Found.BUILT if _GENERATED.fullmatch(part) else Found.ABSENT
        # A bare folder is no module of the project: it may only share its name with a package.
        return Found.HERE if known else Found.ELSEWHERE

    def _is_built(self, folder: str, part: str) -> bool:
        """Whether a module is compiled, as what lies beside it shows, or made by the build."""
        entries = self.neighbours.entries(folder)
        if any(entry.startswith(part) and _COMPILED.match(entry[len(part) :]) for entry in entries):
            return True
        if not self.root or not _lies_below(folder, self.root):
            return False
        below = os.path.relpath(os.path.join(folder, part), self.root)
        return self.manifest.makes(below.replace(os.sep, "/"))

    def _is_own_namespace(self, folder: str) -> bool:
        """Whether a folder without `__init__.py` is a namespace package that the file itself lives in.

        One that holds nothing but folders may be shared with other distributions.
        """
        if not self.package or not _lies_below(self.home, folder):
            return False
        return any(entry.endswith(_SOURCE) for entry in self.neighbours.entries(folder))


def _lies_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(os.path.join(folder, ""))


def _is_package(folder: str, neighbours: Neighbours) -> bool:
    entries = neighbours.entries(folder)
    return any("__init__" + suffix in entries for suffix in _SOURCE)
