"""The import statements of a module, from its text or its syntax tree."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ws_fallback_lint.analysis.calls import imports_of
from ws_fallback_lint.analysis.guarded import Imported
from ws_fallback_lint.analysis.names import bound_by, walk
from ws_fallback_lint.project.place import Place

# An import at the start of a line: nearly always a statement of the module itself, and cheap to find.
_IMPORT = re.compile(
    rb"^(?:import[ \t]+(?:[^\n\\;#]|\\\r?\n)+"
    rb"|from[ \t]*[.\w][.\w \t]*[ \t]import[ \t]*(?:\([^)]*\)|(?:[^\n\\;#(]|\\\r?\n)+))",
    re.MULTILINE,
)
# What is inside these does not run with the module.
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """An import statement. `is_sure` tells that nothing but an error keeps the module from running it."""

    refs: tuple[Imported, ...]
    line: int
    is_sure: bool = True


@dataclass(frozen=True, slots=True)
class Reached:
    """What an import statement asks for, by absolute names, and the modules of the project that it runs."""

    refs: tuple[Imported, ...]
    places: tuple[Place, ...]


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


def bound(tree: ast.Module, package: str) -> Iterator[str]:
    """The names that a package's `__init__` binds, but for its submodules; "*" for any name."""
    for node in walk(tree, _DEFINITIONS):
        yield from _bound_by(node, package)


def _bound_by(node: ast.AST, package: str) -> Iterator[str]:
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


def likely(data: bytes) -> Iterator[Statement]:
    """The imports that seem to run while a module is imported, in its order."""
    for found in _IMPORT.finditer(data):
        try:
            (statement,) = ast.parse(found[0].strip()).body
        except (SyntaxError, ValueError):
            continue
        if isinstance(statement, ast.Import | ast.ImportFrom):
            yield Statement(imports_of(statement), 0)
