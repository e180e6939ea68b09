"""What a walk is about: a guarded import of the module itself, or one of another module that it inherits."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from ws_fallback_lint.analysis.calls import imports_of
from ws_fallback_lint.analysis.guarded import Binding, GuardedImport, Imported
from ws_fallback_lint.analysis.outline import Function, Site
from ws_fallback_lint.flow.worlds import State, Table, World

Statement = ast.Import | ast.ImportFrom


class Brought(Protocol):
    """What the import statements of a module bring along from others that a guarded import is about.

    `names` are those that they bind, dotted ones for parts of modules; `words` are how they are mentioned.
    """

    names: frozenset[str]
    words: frozenset[str]

    def by(self, statement: Statement, outcome: int) -> Mapping[str, Binding | None] | None:
        """What a statement binds in an outcome, None for what stays as it is; None where it fails."""

    def asked(self, statement: Statement) -> tuple[Imported, ...]:
        """What a statement imports, in the words of the guarded import."""


class Nothing:
    """What the import statements of a module bring along that is read for itself."""

    names: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()

    def by(self, _: Statement, __: int) -> Mapping[str, Binding]:
        """Nothing that is known."""
        return {}

    def asked(self, statement: Statement) -> tuple[Imported, ...]:
        """As it is written."""
        return imports_of(statement)


NOTHING = Nothing()


@dataclass(frozen=True, slots=True)
class Subject:
    """A guarded import, and where it stands: `site` is None for one of another module."""

    guarded: GuardedImport
    site: Site | None
    brought: Brought = NOTHING

    @property
    def kin(self) -> frozenset[str]:
        """Names that are brought along only to tell of an import that the module tries itself."""
        return frozenset() if self.site is None else self.brought.names

    @property
    def function(self) -> Function | None:
        """The function around the guarded import."""
        return None if self.site is None else self.site.function

    def start(self, table: Table) -> State:
        """The worlds in which the module starts."""
        is_before = self.site is not None
        return frozenset(World(index, is_before=is_before) for index in table.possible)
