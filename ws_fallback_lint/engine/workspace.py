"""What one run has learned of the disk around its files: listings, what projects declare and modules import.

The thin shell of `project.manifest`: it reads, and says nothing of what it could not read.
"""

import os
import re
import sys
from collections.abc import Callable, Iterable
from functools import cache, cached_property
from typing import TYPE_CHECKING, TypeVar

from ws_fallback_lint.core.errors import NotAnalyzed
from ws_fallback_lint.core.limits import MOST_BYTES_OF_SETTINGS
from ws_fallback_lint.engine import states
from ws_fallback_lint.engine.disk import is_ours, read
from ws_fallback_lint.engine.states import Basis, State
from ws_fallback_lint.project.folders import listed
from ws_fallback_lint.project.reads import Memo, Reads

if TYPE_CHECKING:
    from ws_fallback_lint.project.manifest import Manifest, Sources
    from ws_fallback_lint.project.neighbours import Neighbours
    from ws_fallback_lint.project.roots import Project

# In the RECORD of a wheel: a package with an `__init__`, or a module of its own.
_PROVIDED = re.compile(r"^(\w+)(?:/__init__\.py|\.(?:[\w-]+\.)*(?:py|so|pyd)),", re.MULTILINE)
_Answer = TypeVar("_Answer")
_WIDE = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


class Workspace:
    """Makes the projects of a run's files, and remembers what they have in common."""

    # `remembers` what answers rest on; keeps the trees of `most_kept` other modules from file to file.
    def __init__(self, *, remembers: bool = False, most_kept: int = 12) -> None:
        self._remembers = remembers
        self._most_kept = most_kept
        self._states: dict[str, State] = {}
        self._manifests: dict[str, Manifest] = {}
        self._reads = Reads(kept=remembers)
        # What projects declare is read bit by bit: all of it counts for each of their files.
        self._declared: dict[str, set[str]] = {}
        self._installed = Memo[None, dict[str, str]](self._reads)

    @cached_property
    def _neighbours(self) -> "Neighbours":
        from ws_fallback_lint.project.neighbours import Neighbours

        return Neighbours(self._read, self._listed, self._reads, self._most_kept)

    def project(self, path: str, root: str | None, src: tuple[str, ...]) -> "Project":
        """The project of a file, which need not exist; arguments as for `Project.around`."""
        # A run in which no file needs its project pays for none.
        from ws_fallback_lint.project.manifest import Manifest
        from ws_fallback_lint.project.roots import Project

        if root is None:
            return Project.around(path, None, src, None, self._neighbours)
        if root not in self._manifests:
            self._manifests[root] = Manifest(self._sources(root))
        return Project.around(path, root, src, self._manifests[root], self._neighbours)

    def resting(
        self, data: bytes, root: str | None, find: Callable[[], _Answer]
    ) -> tuple[_Answer, Basis | None]:
        """An answer about a file of a project with these bytes, and what it rests on if that is wanted."""
        if not self._remembers:
            return find(), None
        answer, read = self._reads.during(find)
        paths = self._reads.complete(read | self._declared.get(root or "", set()))
        rests = tuple(self._states[path] for path in sorted(paths) if path in self._states)
        return answer, Basis(states.of_data(data), rests)

    def _read(self, path: str) -> bytes | None:
        data = _data(path)
        if self._remembers:
            self._see(path, states.of_data(data))
        return data

    def _listed(self, folder: str) -> Iterable[str]:
        names = listed(folder)
        if self._remembers:
            self._see(folder + os.sep, states.of_names(names))
        return names

    def _see(self, path: str, digest: bytes) -> None:
        known = self._states.setdefault(path, (path, digest))
        if known[1] != digest:
            self._states[path] = (path, states.CHANGED)

    def _sources(self, root: str) -> "Sources":
        from ws_fallback_lint.project.manifest import Sources

        declared = self._declared[root] = set()

        def counted(find: Callable[[], _Answer]) -> _Answer:
            answer, read = self._reads.during(find)
            declared.update(read)
            return answer

        @cache
        def text(path: str) -> str | None:
            if not is_ours(root, path):
                return None
            return counted(lambda: self._text(os.path.join(root, *path.split("/"))))

        def names(folder: str) -> frozenset[str]:
            return counted(lambda: self._neighbours.entries(os.path.join(root, folder)))

        def document() -> dict[str, object]:
            return _toml(text("pyproject.toml"))

        def provided(distribution: str) -> frozenset[str]:
            return counted(lambda: self._provided(distribution))

        return Sources(text, names, document, provided)

    def _text(self, path: str) -> str | None:
        data = self._read(path)
        self._reads.file(path)
        if data is None or len(data) > MOST_BYTES_OF_SETTINGS:
            return None
        return data.decode(_WIDE.get(data[:2], "utf-8-sig"), "replace")

    def _provided(self, distribution: str) -> frozenset[str]:
        """The modules that an installed distribution brings; none where it is not installed here.

        Of a namespace package, which belongs to many, no one distribution brings the top.
        """
        folder = self._installed.get(None, self._find_installed).get(distribution)
        record = self._text(os.path.join(folder, "RECORD")) if folder else None
        return frozenset(_PROVIDED.findall(record or ""))

    def _find_installed(self) -> dict[str, str]:
        """The folders with what is known of each distribution that this Python finds, as PEP 376 has it.

        `importlib.metadata` knows the same, but takes longer to import than most runs last.
        """
        from ws_fallback_lint.project.declared import normalised

        found: dict[str, str] = {}
        for entry in sys.path:
            for name in sorted(self._neighbours.entries(os.path.abspath(entry))):
                if name.endswith(".dist-info"):
                    found.setdefault(normalised(name.partition("-")[0]), os.path.join(entry, name))
        return found


def _data(path: str) -> bytes | None:
    try:
        return read(path)
    except (NotAnalyzed, ValueError):  # a path out of a requirements file may be anything
        return None


def _toml(text: str | None) -> dict[str, object]:
    import tomli

    try:
        return tomli.loads(text or "")
    except (tomli.TOMLDecodeError, RecursionError):
        return {}  # the settings report it
