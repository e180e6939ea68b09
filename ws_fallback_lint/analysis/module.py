"""One parsed module and the questions that verdicts ask of it."""

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from ws_fallback_lint.analysis.calls import imports_of
from ws_fallback_lint.analysis.conditions import Asks
from ws_fallback_lint.analysis.endings import Elsewhere
from ws_fallback_lint.analysis.environments import MAINTAINED
from ws_fallback_lint.analysis.guarded import GuardedImport, Imported
from ws_fallback_lint.analysis.names import bound_by, dotted, is_private_name, own_scope, walk, written
from ws_fallback_lint.analysis.nodes import Nodes
from ws_fallback_lint.analysis.outline import AnyTry, Outline, Site, outline
from ws_fallback_lint.analysis.read import Reader
from ws_fallback_lint.core.errors import NotAnalyzed
from ws_fallback_lint.core.limits import allow
from ws_fallback_lint.core.source import Source
from ws_fallback_lint.core.spans import Region

# Imports and bindings that can hide inside an expression.
_IN_EXPRESSIONS = (b":=", b"import_module", b"__import__")
# What a program asks for before it imports. One plain word after the other is found ten times as fast as any.
_FINDERS = (b"find_spec", b"find_loader", b"find_module")
_QUESTIONS = (
    *(b"getattr", b"hasattr", b"platform", b"version_info"),
    *(b"TYPE_CHECKING", b"hexversion", b"PY2", b"PY3"),
)
_PARTS_OF_OS = re.compile(rb"os\s*\.\s*(?:name|sep|linesep|pathsep)")


@dataclass(frozen=True, slots=True)
class Tried:
    """A `try` with imports in it: what they ask for, and every name that it binds."""

    region: Region
    refs: tuple[Imported, ...]
    names: frozenset[str]


class Module:
    """A module's syntax tree, read once. Build it with `parse`.

    `elsewhere` knows the other modules of its project; without it the module is read for itself.
    """

    def __init__(
        self,
        tree: ast.Module,
        project: int,
        asks: Asks,
        *,
        expressions_matter: bool,
        elsewhere: Elsewhere | None = None,
        nodes: Nodes | None = None,
    ) -> None:
        self.tree = tree
        self._project = project
        self._expressions_matter = expressions_matter
        self._asks = asks
        self.nodes = nodes or Nodes(tree)
        self._elsewhere = elsewhere

    def among(self, elsewhere: Elsewhere) -> "Module":
        """The same module, read with what is known of the others."""
        return Module(
            self.tree,
            self._project,
            self._asks,
            expressions_matter=self._expressions_matter,
            elsewhere=elsewhere,
            nodes=self.nodes,
        )

    @property
    def guarded_imports(self) -> tuple[GuardedImport, ...]:
        """Every guarded import, in the order of the file."""
        return tuple(guarded for _, guarded in self._sites)

    def ordinal(self, guarded: GuardedImport) -> int:
        """The number of a guarded import, from 0, among those with the same names."""
        alike = [one for one in self.guarded_imports if one.names == guarded.names]
        return alike.index(guarded)

    def site_of(self, guarded: GuardedImport) -> Site:
        """Where a guarded import of this module stands."""
        return self._site_at[guarded.region]

    @cached_property
    def _site_at(self) -> dict[Region, Site]:
        return {guarded.region: site for site, guarded in self._sites}

    def never_returns(self, call: ast.Call) -> bool:
        """Whether a call ends the program or raises, always."""
        return self._reader.never_returns(call)

    def end(self) -> None:
        """Let go of what was read: its parts refer to each other, and would wait to be collected."""
        if "_reader" in vars(self):
            vars(self._reader).clear()
        if self._elsewhere is not None:
            self._elsewhere.end()

    def is_own(self, name: str) -> bool:
        """Whether only the module itself can know a name, or is meant to; `.name` is a method's."""
        if is_private_name(name) or self._elsewhere is None:
            return is_private_name(name)
        return name in self.facts.functions and self._elsewhere.is_own(name)

    @cached_property
    def facts(self) -> Outline:
        """What one pass over the statements found."""
        if self._elsewhere is None:
            return outline(self.tree, self._project, self._asks)
        return outline(self.tree, self._project, self._asks, self._elsewhere.origin)

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self.tree, self.nodes, self.facts, self._expressions_matter, self._elsewhere)

    @cached_property
    def _sites(self) -> tuple[tuple[Site, GuardedImport], ...]:
        return tuple(self._reader.guarded_imports())

    def tries(self, package: str) -> list[Tried]:
        """Every `try` that imports something of a top package, whatever it catches."""
        return self._tries.get(package, [])

    @cached_property
    def _tries(self) -> dict[str, list[Tried]]:
        found: dict[str, list[Tried]] = {}
        for site in self.facts.sites:
            if isinstance(site.node, AnyTry):
                parts = own_scope(site.node)
                imports = (part for part in parts if isinstance(part, ast.Import | ast.ImportFrom))
                if refs := tuple(ref for one in imports for ref in imports_of(one)):
                    tried = Tried(Region.of(site.node), refs, frozenset(written(site.node)))
                    for package in {ref.package for ref in refs}:
                        found.setdefault(package, []).append(tried)
        return found

    @cached_property
    def import_statements(self) -> tuple[ast.Import | ast.ImportFrom, ...]:
        """Every import statement, in whatever scope."""
        return (*self.nodes.of(ast.Import), *self.nodes.of(ast.ImportFrom))

    @property
    def import_refs(self) -> Iterator[Imported]:
        """What they ask for."""
        return (ref for statement in self.import_statements for ref in imports_of(statement))

    @cached_property
    def chains(self) -> dict[str, set[str]]:
        """The dotted names that the module says, by their first part."""
        found: dict[str, set[str]] = {}
        for node in self.nodes.of(ast.Attribute):
            if (chain := dotted(node)) is not None:
                found.setdefault(chain.partition(".")[0], set()).add(chain)
        return found

    @cached_property
    def needed(self) -> frozenset[str]:
        """The packages without which the module cannot be imported: it imports them, or parts, outright."""
        found: set[str] = set()
        for statement in self.tree.body:
            match statement:
                case ast.Import(names=names):
                    found.update(alias.name.partition(".")[0] for alias in names)
                case ast.ImportFrom(module=str(module), level=0):
                    found.add(module.partition(".")[0])
                case _:
                    pass
        return frozenset(found)

    def reads(self, name: str) -> Iterator[Region]:
        """Where an identifier is read or deleted, or listed in `__all__`, in whatever scope."""
        return map(Region.of, self._reads.get(name, ()))

    @cached_property
    def identifiers(self) -> frozenset[str]:
        """Every identifier that the module binds, reads or declares, in whatever scope."""
        nodes = self.nodes
        found = {node.id for node in nodes.of(ast.Name)} | {node.arg for node in nodes.of(ast.arg)}
        found.update(bound_by(alias) for alias in nodes.of(ast.alias))
        found.update(name for node in nodes.of(ast.Global) for name in node.names)
        found.update(name for node in nodes.of(ast.Nonlocal) for name in node.names)
        found.update(node.rest for node in nodes.of(ast.MatchMapping) if node.rest is not None)
        found.update(name for _, name in nodes.named())
        return frozenset(found)

    @cached_property
    def _reads(self) -> dict[str, list[ast.expr]]:
        found: dict[str, list[ast.expr]] = {}
        for node in self.nodes.of(ast.Name):
            if not isinstance(node.ctx, ast.Store):
                found.setdefault(node.id, []).append(node)
        for statement in (*self.nodes.of(ast.Assign), *self.nodes.of(ast.AugAssign)):
            match statement:
                case (
                    ast.Assign(targets=[ast.Name(id="__all__")], value=value)
                    | ast.AugAssign(target=ast.Name(id="__all__"), value=value)
                ):
                    for part in walk(value):
                        if isinstance(part, ast.Constant) and isinstance(part.value, str):
                            found.setdefault(part.value, []).append(part)
                case _:
                    pass
        return found


def parse(source: Source, project: int = MAINTAINED, asks: Asks = Asks.NOTHING) -> Module:
    """Parse one file; `project` are the environments (see `environments`) that it has to run in.

    `asks` is what it may be asked at least, whatever its own text asks.

    Raises NotAnalyzed where Python itself could not read the file, or not within its own limits.
    """
    try:
        with warnings.catch_warnings():
            # What the linted code would warn about when compiled is not ours to print.
            warnings.simplefilter("ignore")
            allow(source.data)
            _ = source.text  # ast lets bytes that are no text pass in comments; Python does not
            tree = ast.parse(source.data, source.path)
    except SyntaxError as error:
        raise NotAnalyzed(f"not Python: {error.msg}", error.lineno or 1, error.offset or 1) from error
    except ValueError as error:
        raise NotAnalyzed(f"not Python: {error}") from error
    except (RecursionError, MemoryError) as error:
        raise NotAnalyzed("nested too deeply for Python's own parser") from error
    return module_of(tree, source, project, asks)


def module_of(
    tree: ast.Module, source: Source, project: int = MAINTAINED, asks: Asks = Asks.NOTHING
) -> Module:
    """The module of a tree that was parsed from the text of `source`; the rest as for `parse`."""
    data = source.data
    expressions_matter = any(word in data for word in _IN_EXPRESSIONS)
    if any(word in data for word in _FINDERS):
        asks = Asks.MODULES
    elif expressions_matter or any(word in data for word in _QUESTIONS) or _PARTS_OF_OS.search(data):
        asks = Asks.SURROUNDINGS
    return Module(tree, project, asks, expressions_matter=expressions_matter)
