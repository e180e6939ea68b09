"""What the files of other modules of a project say, imports above all: read when needed, and remembered."""

import ast
import re
import warnings
from collections.abc import Callable, Hashable, Iterable
from typing import TYPE_CHECKING, Protocol

from ws_fallback_lint.core.errors import TooLarge
from ws_fallback_lint.core.limits import allow
from ws_fallback_lint.core.source import utf8
from ws_fallback_lint.project.folders import listed
from ws_fallback_lint.project.place import Place
from ws_fallback_lint.project.reads import Memo, Reads

if TYPE_CHECKING:
    from ws_fallback_lint.project.roots import Project
    from ws_fallback_lint.project.statements import Reached, Statement

_DEFINED = re.compile(rb"^(?:(?:async[ \t]+)?def[ \t]+|class[ \t]+)?([^\W\d]\w*)[ \t]*[(:=]", re.MULTILINE)

# Files are remembered up to so many bytes.
_MOST_BYTES = 30_000_000


class Shared(Protocol):
    """What is remembered for all files of a run."""

    def trim(self) -> None:
        """Let go of syntax trees if they are many; nothing may be under way."""

    def end(self) -> None:
        """Let go of everything."""


class Neighbours:
    """Knows modules by the paths of their files. `read` gives the bytes of a file, None where it cannot.

    `located` remembers what `Project.locate` found, by source roots and module, `tops` likewise what
    `Project.may_hold` found; `reached` what is made of each statement, by source roots, the path and the
    name of its module, and the statement; `views` what `Project.at` made. `shared` is what others remember,
    `reads` what an answer rests on. `listed` gives the names in a folder. Of `most_kept` modules others keep
    the syntax trees from file to file.
    """

    def __init__(
        self,
        read: Callable[[str], bytes | None] = lambda _: None,
        listed: Callable[[str], Iterable[str]] = listed,
        reads: Reads | None = None,
        most_kept: int = 12,
    ) -> None:
        self.most_kept = most_kept
        self._read = read
        self._list = listed
        self.reads = reads or Reads()
        self.located = Memo[tuple[tuple[str, ...], str], tuple[Place, ...]](self.reads)
        self.tops = Memo[tuple[tuple[str, ...], str], bool](self.reads)
        self.reached: Memo[tuple[tuple[str, ...], str, str, Statement], Reached] = Memo(self.reads)
        self.views: dict[tuple[str, tuple[str, ...], str, str], Project] = {}
        self.shared: dict[Hashable, Shared] = {}
        self._entries: dict[str, frozenset[str]] = {}
        self._held = 0
        self._data: dict[str, bytes | None] = {}
        self._bound: dict[str, frozenset[str]] = {}
        self._defined: dict[str, frozenset[bytes]] = {}
        self._likely: dict[str, tuple[Statement, ...]] = {}
        self._exact: dict[str, tuple[Statement, ...]] = {}

    def trim(self) -> None:
        """Let go of the syntax trees that others keep, if they are many."""
        for shared in self.shared.values():
            shared.trim()

    def end(self) -> None:
        """Let go of what others remember: it refers back to this, and would wait to be collected."""
        for shared in self.shared.values():
            shared.end()
        self.shared.clear()
        self.views.clear()

    def entries(self, folder: str) -> frozenset[str]:
        """What a folder holds, by name; nothing where it cannot be read."""
        self.reads.folder(folder)
        if folder not in self._entries:
            self._entries[folder] = frozenset(self._list(folder))
        return self._entries[folder]

    def imports(self, path: str) -> "tuple[Statement, ...]":
        """What runs while a module is imported, in its order: as it looks, or for sure (`is_exact`)."""
        self.reads.file(path)
        if path in self._exact:
            return self._exact[path]
        if path not in self._likely:
            from ws_fallback_lint.project.statements import likely

            self._likely[path] = tuple(likely(self.data(path)))
        return self._likely[path]

    def is_exact(self, path: str) -> bool:
        """Whether the imports of a module come from its syntax tree."""
        return path in self._exact

    def parse(self, path: str) -> None:
        """Make sure of the imports of a module; one that is not Python has none."""
        from ws_fallback_lint.project.statements import statements

        tree = self._tree(path)
        self._exact[path] = tuple(statements(tree)) if tree else ()

    def may_bind(self, path: str, package: str, name: str) -> bool:
        """Whether a package, by the path of its `__init__`, may have under a name what is no submodule."""
        self.reads.file(path)
        if path not in self._bound:
            from ws_fallback_lint.project.statements import bound

            tree = self._tree(path)
            self._bound[path] = frozenset(bound(tree, package) if tree else "*")
        return not self._bound[path].isdisjoint((name, "*"))

    def defines(self, path: str, name: str) -> bool:
        """Whether the text of a module looks as if it gave a name a value of its own, at the top level."""
        self.reads.file(path)
        if path not in self._defined:
            self._defined[path] = frozenset(_DEFINED.findall(self.data(path)))
        return utf8(name) in self._defined[path]

    def _tree(self, path: str) -> ast.Module | None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                allow(self.data(path))
                return ast.parse(self.data(path))
        except (TooLarge, SyntaxError, ValueError, RecursionError, MemoryError):
            return None

    def data(self, path: str) -> bytes:
        """The bytes of a file, none where it cannot be read."""
        return self._all(path) or b""

    def is_readable(self, path: str) -> bool:
        """Whether anything can be said of what a file holds."""
        return self._all(path) is not None

    def _all(self, path: str) -> bytes | None:
        self.reads.file(path)
        if path not in self._data:
            found = self._read(path)
            self._held += len(found or b"")
            if self._held > _MOST_BYTES:  # whoever wants them again reads them again
                self._data.clear()
                self._held = len(found or b"")
            self._data[path] = found
        return self._data[path]
