"""What one project declares, for whoever asks: most files raise no question that it answers.

Nothing here touches the disk: the reader of files and the list of a folder come from outside. The readers of
the file formats, `declarations`, are imported with the first question.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ws_fallback_lint.project.declarations import Declarations, Declared

# Takes a path below the project's folder, with "/"; None for what cannot be read.
Read = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Sources:
    """How to look at a project: its files, the names in one of its folders, what a distribution brings.

    `document` is pyproject.toml as TOML, empty where there is none; `provides` gives the modules that an
    installed distribution brings.
    """

    read: Read
    names: Callable[[str], Iterable[str]]
    document: Callable[[], dict[str, object]]
    provides: Callable[[str], frozenset[str]]


NO_SOURCES = Sources(lambda _: None, lambda _: (), dict, lambda _: frozenset())


class Manifest:
    """Answers for one project."""

    def __init__(self, sources: Sources = NO_SOURCES) -> None:
        self._sources = sources

    @cached_property
    def _declarations(self) -> "Declarations":
        from ws_fallback_lint.project.declarations import Declarations

        return Declarations(self._sources)

    @property
    def requires_python(self) -> str:
        """The Pythons that the project runs on, as a specifier; empty where nothing says it."""
        return self._declarations.requires_python

    def makes(self, path: str) -> bool:
        """Whether a build makes the module at `path`: below its folder, without suffix, with "/"."""
        return self._declarations.makes(path)

    def declared(self, names: Iterable[str], top: str, environments: int) -> "Declared | None":
        """How the first of some distributions is declared; None where none of them is.

        `top` is the package that the import begins with: what is installed is asked for it last. A
        distribution is required where it is needed in every one of the `environments`.
        """
        return self._declarations.declared(names, top, environments)
