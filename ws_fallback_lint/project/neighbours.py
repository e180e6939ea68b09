"""What the files of other modules of a project say, imports above all: read when needed, and remembered."""

import ast
import os
import re
import warnings
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ws_fallback_lint.analysis.calls import imports_of
from ws_fallback_lint.analysis.guarded import Imported
from ws_fallback_lint.analysis.names import bound_by, walk
from ws_fallback_lint.project.reads import Memo, Reads

if TYPE_CHECKING:
    from ws_fallback_lint.project.roots import Project

# An import at the start of a line: nearly always a statement of the module itself, and cheap to find.
_IMPORT = re.compile(
    rb"^(?:import[ \t]+(?:[^\n\\;#]|\\\r?\n)+"
    rb"|from[ \t]*[.\w][.\w \t]*[ \t]import[ \t]*(?:\([^)]*\)|(?:[^\n\\;#(]|\\\r?\n)+))",
    re.MULTILINE,
)
_DEFINED = re.compile(rb"^(?:(?:async[ \t]+)?def[ \t]+|class[ \t]+)?([^\W\d]\w*)[ \t]*[(:=]", re.MULTILINE)
# Folders, modules from source or compiled, and what declares something. What runs leave behind comes and
# goes, and tells nothing.
_MATTERS = re.compile(
    r"(?!\.|__pycache__\Z)(?:[^.]+|.+\.(?:pyi?|toml|cfg|txt|in|build|dist-info"
    r"|so|pyd|pyx|pxd|dylib|c|cc|cpp|cxx|rs|f90|f))"
)
# What is inside these does not run with the module.
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


# Files are remembered up to so many bytes.
_MOST_BYTES = 30_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """An import statement. `is_sure` tells that nothing but an error keeps the module from running it."""

    refs: tuple[Imported, ...]
    line: int
    is_sure: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """A module of the project, by the name it is imported under."""

    path: str
    name: str = field(compare=False)

    @property
    def package(self) -> str:
        """What its relative imports start from."""
        is_package = os.path.basename(self.path) == "__init__.py"
        return self.name if is_package else self.name.rpartition(".")[0]

    @property
    def root(self) -> str:
        """The folder that its name starts from."""
        folder = os.path.dirname(self.path)
        for _ in range(self.package.count(".") + 1 if self.package else 0):
            folder = os.path.dirname(folder)
        return folder


@dataclass(frozen=True, slots=True)
class Reached:
    """What an import statement asks for, by absolute names, and the modules of the project that it runs."""

    refs: tuple[Imported, ...]
    places: tuple[Place, ...]


def listed(folder: str) -> tuple[str, ...]:
    """The names in a folder that may matter to anybody; none where it cannot be read."""
    try:
        return tuple(filter(_MATTERS.fullmatch, os.listdir(folder)))
    except OSError:
        return ()


class Neighbours:
    """Knows modules by the paths of their files. `read` gives the bytes of a file, None where it cannot.

    `located` remembers what `Project.locate` found, by source roots and module, `tops` likewise what
    `Project.may_hold` found; `reached` what is made of each statement, by source roots, the path and the
    name of its module, and the statement; `views` what `Project.at` made. `shared` is what others remember,
    `reads` what an answer rests on. `listed` gives the names in a folder.
    """

    def __init__(
        self,
        read: Callable[[str], bytes | None] = lambda _: None,
        listed: Callable[[str], Iterable[str]] = listed,
    ) -> None:
        self._read = read
        self._list = listed
        self.reads = Reads()
        self.located = Memo[tuple[tuple[str, ...], str], tuple[Place, ...]](self.reads)
        self.tops = Memo[tuple[tuple[str, ...], str], bool](self.reads)
        self.reached = Memo[tuple[tuple[str, ...], str, str, Statement], Reached](self.reads)
        self.views: dict[tuple[str, tuple[str, ...], str, str], Project] = {}
        self.shared: dict[Hashable, object] = {}
        self._entries: dict[str, frozenset[str]] = {}
        self._held = 0
        self._data: dict[str, bytes | None] = {}
        self._bound: dict[str, frozenset[str]] = {}
        self._defined: dict[str, frozenset[bytes]] = {}
        self._likely: dict[str, tuple[Statement, ...]] = {}
        self._exact: dict[str, tuple[Statement, ...]] = {}

    def entries(self, folder: str) -> frozenset[str]:
        """What a folder holds, by name; nothing where it cannot be read."""
        self.reads.folder(folder)
        if folder not in self._entries:
            self._entries[folder] = frozenset(self._list(folder))
        return self._entries[folder]

    def imports(self, path: str) -> tuple[Statement, ...]:
        """What runs while a module is imported, in its order: as it looks, or for sure (`is_exact`)."""
        self.reads.file(path)
        if path in self._exact:
            return self._exact[path]
        if path not in self._likely:
            self._likely[path] = tuple(_likely(self.data(path)))
        return self._likely[path]

    def is_exact(self, path: str) -> bool:
        """Whether the imports of a module come from its syntax tree."""
        return path in self._exact

    def parse(self, path: str) -> None:
        """Make sure of the imports of a module; one that is not Python has none."""
        tree = self._tree(path)
        self._exact[path] = tuple(statements(tree)) if tree else ()

    def may_bind(self, path: str, package: str, name: str) -> bool:
        """Whether a package, by the path of its `__init__`, may have under a name what is no submodule."""
        self.reads.file(path)
        if path not in self._bound:
            tree = self._tree(path)
            names = (
                (name for node in walk(tree, _DEFINITIONS) for name in _bound(node, package)) if tree else "*"
            )
            self._bound[path] = frozenset(names)
        return not self._bound[path].isdisjoint((name, "*"))

    def defines(self, path: str, name: str) -> bool:
        """Whether the text of a module looks as if it gave a name a value of its own, at the top level."""
        self.reads.file(path)
        if path not in self._defined:
            self._defined[path] = frozenset(_DEFINED.findall(self.data(path)))
        return name.encode() in self._defined[path]

    def _tree(self, path: str) -> ast.Module | None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return ast.parse(self.data(path))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
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


def statements(tree: ast.Module) -> Iterator[Statement]:
    """The imports that run while a module is imported, in its order.

    Where a module has touched `sys.modules`, nothing can be said of the imports that follow.
    """
    is_sure = True
    for statement in tree.body:
        match statement:
            case ast.Import() | ast.ImportFrom():
                yield Statement(imports_of(statement), statement.lineno, is_sure)
            case ast.If(test=test) if "TYPE_CHECKING" in ast.dump(test):
                pass
            case _:
                for node in walk(statement, _DEFINITIONS):
                    if isinstance(node, ast.Import | ast.ImportFrom):
                        yield Statement(imports_of(node), node.lineno, is_sure=False)
                    elif isinstance(node, ast.Attribute) and node.attr == "modules":
                        is_sure = False


def _bound(node: ast.AST, package: str) -> Iterator[str]:
    """The names that one node of a package's `__init__` binds, but for its submodules; "*" for any name."""
    match node:
        case ast.ImportFrom(module=module, level=level, names=names):
            own = (module is None and level == 1) or (module == package and level == 0)
            yield from (bound_by(alias) for alias in names if not own or alias.asname or alias.name == "*")
        case ast.Import(names=names):
            yield from (bound_by(alias) for alias in names)
        case ast.Name(id=name, ctx=ast.Store()):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case _:
            pass


def _likely(data: bytes) -> Iterator[Statement]:
    for found in _IMPORT.finditer(data):
        try:
            (statement,) = ast.parse(found[0].strip()).body
        except (SyntaxError, ValueError):
            continue
        if isinstance(statement, ast.Import | ast.ImportFrom):
            yield Statement(imports_of(statement), 0)
