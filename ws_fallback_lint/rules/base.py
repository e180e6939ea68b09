"""What a rule is: it asks a module's facts, and says what is wrong and which remedy would help."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar

from ws_fallback_lint.analysis.guarded import Handler
from ws_fallback_lint.analysis.module import Module
from ws_fallback_lint.core.findings import Finding, Safety
from ws_fallback_lint.core.source import Source
from ws_fallback_lint.core.spans import Region
from ws_fallback_lint.project.inherited import Inherited
from ws_fallback_lint.project.judge import Judge
from ws_fallback_lint.project.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class View:
    """What a rule may look at. `inherited` are uses of what others lose, `shown` how reports name files."""

    source: Source
    module: Module
    verdicts: tuple[Verdict, ...]
    judge: Judge
    inherited: tuple[Inherited, ...] = ()
    shown: Callable[[str], str] = str

    def import_handlers(self) -> Iterator[tuple[Handler, bool]]:
        """Every handler that a failed import reaches, and whether the program can go on from it."""
        for guarded in self.module.guarded_imports:
            going_on = {handler for outcome in guarded.outcomes for handler in outcome.handlers}
            for handler in guarded.handlers:
                yield handler, handler in going_on


@dataclass(frozen=True, slots=True)
class FailFast:
    """Let the handler raise at once."""

    verdict: Verdict
    safety: Safety


@dataclass(frozen=True, slots=True)
class Narrow:
    """Let the handler catch ImportError alone."""

    handler: Handler
    safety: Safety


@dataclass(frozen=True, slots=True)
class AddCause:
    """Chain the new exception, raised at `region`, to the one that the handler caught."""

    handler: Handler
    region: Region
    safety: Safety


Remedy = FailFast | Narrow | AddCause


@dataclass(frozen=True, slots=True)
class Report:
    """A finding as a rule makes it; the engine turns the remedy into its fix when one is wanted."""

    finding: Finding
    remedy: Remedy | None = None
    inherited: Inherited | None = None


class About(Enum):
    """Which guarded imports of a module a rule can report."""

    ALL = "those that catch a failure, and those that ask first"
    CAUGHT = "those that catch a failure"
    NONE = "those of other modules, or none"


class Rule:
    """Base of all rules. The class docstring is the page; its first line is the summary."""

    code: ClassVar[str]
    name: ClassVar[str]
    on_by_default: ClassVar[bool] = True
    fix: ClassVar[str] = ""
    about: ClassVar[About] = About.ALL

    @property
    def docstring(self) -> str:
        """The page as written, indentation included."""
        return type(self).__doc__ or ""

    @property
    def summary(self) -> str:
        """The first line of the page."""
        return self.docstring.partition("\n")[0]

    def check(self, view: View) -> Iterator[Report]:
        """Every finding of this rule in one module."""
        raise NotImplementedError

    def at(self, view: View, region: Region, message: str) -> Finding:
        """A finding of this rule at a region of the module."""
        return Finding(view.source.path, view.source.place(region), self.code, message)
