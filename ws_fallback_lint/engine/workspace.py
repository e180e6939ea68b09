"""What one run has learned of the disk around its files: listings, what projects declare and modules import.

The thin shell of `project.manifest`: it reads, and says nothing of what it could not read.
"""

import os
import re
import sys
from functools import cache, cached_property

from ws_fallback_lint.core.errors import NotAnalyzed
from ws_fallback_lint.engine.disk import read
from ws_fallback_lint.project.declared import normalised
from ws_fallback_lint.project.manifest import Manifest, Sources
from ws_fallback_lint.project.neighbours import Neighbours
from ws_fallback_lint.project.roots import Project

# In the RECORD of a wheel: a package with an `__init__`, or a module of its own.
_PROVIDED = re.compile(r"^(\w+)(?:/__init__\.py|\.(?:[\w-]+\.)*(?:py|so|pyd)),", re.MULTILINE)
_WIDE = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


class Workspace:
    """Makes the projects of a run's files, and remembers what they have in common."""

    def __init__(self) -> None:
        self._manifests: dict[str, Manifest] = {}
        self._neighbours = Neighbours(_data)

    def project(self, path: str, root: str | None, src: tuple[str, ...]) -> Project:
        """The project of a file, which need not exist; arguments as for `Project.around`."""
        if root is None:
            return Project.around(path, None, src, None, self._neighbours)
        if root not in self._manifests:
            self._manifests[root] = Manifest(self._sources(root))
        return Project.around(path, root, src, self._manifests[root], self._neighbours)

    def _sources(self, root: str) -> Sources:
        @cache
        def text(path: str) -> str | None:
            return _text(os.path.join(root, *path.split("/")))

        def names(folder: str) -> tuple[str, ...]:
            return _names(os.path.join(root, folder))

        def document() -> dict[str, object]:
            return _toml(text("pyproject.toml"))

        return Sources(text, names, document, self._provided)

    def _provided(self, distribution: str) -> frozenset[str]:
        """The modules that an installed distribution brings; none where it is not installed here.

        Of a namespace package, which belongs to many, no one distribution brings the top.
        """
        folder = self._installed.get(distribution)
        record = _text(os.path.join(folder, "RECORD")) if folder else None
        return frozenset(_PROVIDED.findall(record or ""))

    @cached_property
    def _installed(self) -> dict[str, str]:
        """The folders with what is known of each distribution that this Python finds, as PEP 376 has it.

        `importlib.metadata` knows the same, but takes longer to import than most runs last.
        """
        found: dict[str, str] = {}
        for entry in sys.path:
            for name in _names(entry or os.curdir):
                if name.endswith(".dist-info"):
                    found.setdefault(normalised(name.partition("-")[0]), os.path.join(entry, name))
        return found


def _names(folder: str) -> tuple[str, ...]:
    try:
        return tuple(os.listdir(folder))
    except OSError:
        return ()


def _data(path: str) -> bytes | None:
    try:
        return read(path)
    except (NotAnalyzed, ValueError):  # a path out of a requirements file may be anything
        return None


def _text(path: str) -> str | None:
    data = _data(path)
    return None if data is None else data.decode(_WIDE.get(data[:2], "utf-8-sig"), "replace")


def _toml(text: str | None) -> dict[str, object]:
    import tomli

    try:
        return tomli.loads(text or "")
    except (tomli.TOMLDecodeError, RecursionError):
        return {}  # the settings report it
