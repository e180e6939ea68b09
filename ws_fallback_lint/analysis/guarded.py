"""What the reader makes of a guarded import: who handles its failure, and what each outcome binds."""

import ast
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol

from ws_fallback_lint.analysis.where import ANYWHERE, Where
from ws_fallback_lint.core.spans import Region

if TYPE_CHECKING:
    from ws_fallback_lint.analysis.truth import Reader


class Holds(Enum):
    """What a name holds in an outcome."""

    IMPORT = "the import, a part of it, or another import in its place"
    DERIVED = "something made with the import, by a call for instance"
    ALTERNATE = "something that an import elsewhere in the module brought"
    NONE = "None"
    CONSTANT = "another constant"
    STAND_IN = "a stub, a builtin or any other value"
    MOCK = "a Mock"
    UNBOUND = "nothing"

    @property
    def is_fallback(self) -> bool:
        """Whether the import (or one in its place) is missing from the name."""
        return self not in (Holds.IMPORT, Holds.DERIVED, Holds.ALTERNATE)


class Scope(StrEnum):
    """Where a guarded import stands."""

    MODULE = "module"
    CLASS = "class"
    FUNCTION = "function"


class Leaves(Enum):
    """How an outcome leaves the statement."""

    FALLS = "on to the next statement"
    RETURNS = "out of the function"
    JUMPS = "to the loop around it"


class Imported(NamedTuple):
    """One name that an import binds.

    `module` is as written, leading dots included ("" for a call whose argument is no literal);
    `attr` is the name taken from it, None for the module itself, "*" for all of them.
    """

    name: str
    module: str
    attr: str | None
    region: Region

    @property
    def package(self) -> str:
        """The top package of the module; empty for a relative import."""
        return self.module.partition(".")[0]


class Known(NamedTuple):
    """What is known of a value that is no import. None where it is not known.

    `attributes` are those it has; `made` those of what calling it gives, for a class; `literal` is
    a constant's own value, as Python writes it.
    """

    truth: bool | None = None
    literal: str | None = None
    callable: bool | None = None
    attributes: frozenset[str] | None = None
    made: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """What a dict, list, tuple or set holds, in order.

    The keys of a list are its positions; a key is written as in the code, None where it is not known,
    or not known to be there. `whole` tells that nothing else is in it.
    """

    is_mapping: bool
    entries: tuple[tuple[str | None, "Binding"], ...] = ()
    whole: bool = True


class Code(Protocol):
    """A function or a class of another module, as an outcome of that module's guarded import left it."""

    def called(self, call: ast.Call, reader: "Reader") -> "tuple[Binding, ...]":
        """What a call may give; nothing where it does not come back. `reader` reads its arguments."""

    def lets_through(self) -> bool:
        """Whether what it decorates can be called."""

    def constructs(self, names: frozenset[str]) -> bool:
        """Whether the methods of these names, which run before the others of an object, come back."""


class Binding(NamedTuple):
    """What a name holds, and the text that put it there (None: no text, it stays unbound).

    `content` is that of a container which code after the import has made, `code` tells what a function or
    class from another module does.
    """

    holds: Holds
    region: Region | None = None
    imported: Imported | None = None
    known: Known = Known()
    content: Content | None = None
    code: Code | None = None

    def __hash__(self) -> int:
        # A walk hashes nothing more often: where a value was written, and what, tells nearly all apart.
        region = self.region
        return hash((region.line, region.column) if region else self.known.literal)


# From the most to the least dangerous: what a name may hold is what it holds at worst.
_WORST_FIRST = (
    Holds.NONE,
    Holds.UNBOUND,
    Holds.MOCK,
    Holds.STAND_IN,
    Holds.CONSTANT,
    Holds.DERIVED,
    Holds.ALTERNATE,
    Holds.IMPORT,
)


_NOWHERE = Region(0, 0, 0, 0)


def worst(bindings: list[Binding]) -> Binding:
    """The most dangerous of some bindings (at least one); the first of the file where several are."""
    return min(bindings, key=lambda one: (_WORST_FIRST.index(one.holds), one.region or _NOWHERE))


@dataclass(frozen=True, slots=True)
class Caught:
    """What an except clause catches. `broad`: more than the errors that a failed import raises.

    `missing` is ModuleNotFoundError, `broken` any other ImportError. `names` are the classes as
    qualified names; empty for a bare `except:`.
    """

    names: tuple[str, ...]
    missing: bool
    broken: bool
    everything: bool

    @property
    def failed_import(self) -> bool:
        """Whether some failed import is caught."""
        return self.missing or self.broken

    @property
    def more_than_imports(self) -> bool:
        """Whether anything else is caught too."""
        return self.everything or not {"ImportError", "ModuleNotFoundError"}.issuperset(self.names)


class Meets(Enum):
    """How a handler comes to meet the failure."""

    EXCEPT = "an except clause catches it"
    SUPPRESS = "contextlib.suppress catches it"
    BRANCH = "the program asked first and took another way"


@dataclass(frozen=True, slots=True)
class Handler:
    """An `except` clause, the `suppress(…)` of a `with`, or the branch taken without the import.

    `region` is the whole clause or branch (of a `with`: the statement); `header` is its `except …` without
    the colon, its `suppress(…)`, or the condition; `types` are the expressions that name the classes.
    `protects_more` tells that the body it protects does more than import; `lost_causes` are its raises of a
    new exception without `from`. `condition` tells when the program gets here, where not by a failure.
    """

    region: Region
    header: Region
    types: Region | None
    caught: Caught
    as_name: str | None
    meets: Meets
    protects_more: bool
    lost_causes: tuple[Region, ...] = ()
    condition: str = ""


def _named(refs: tuple[Imported, ...], absolute: Callable[[str], str]) -> tuple[Imported, ...]:
    return tuple(ref._replace(module=absolute(ref.module)) for ref in refs)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way in which the program goes on after the failure.

    `handlers` are the clauses that the failure went through, outermost first; `failed` the imports
    that did not come, in their order; `bindings` pairs each name with what it holds. `where` is where
    it can happen; `returned` what the function gives back, if it ends here.
    """

    handlers: tuple[Handler, ...]
    failed: tuple[Imported, ...]
    bindings: tuple[tuple[str, Binding], ...]
    leaves: Leaves
    where: Where = ANYWHERE
    returned: Binding | None = None

    def named(self, absolute: Callable[[str], str]) -> "Outcome":
        """The same, its modules named otherwise: by absolute names, for who stands in another package."""
        return replace(self, failed=_named(self.failed, absolute))

    def of(self, name: str) -> Binding:
        """What `name` holds; a name without an entry is unbound."""
        return dict(self.bindings).get(name, Binding(Holds.UNBOUND))


@dataclass(frozen=True, slots=True)
class GuardedImport:
    """A statement that tries to import and lets the program go on when that fails.

    `names` are those that the import should bind, in the order of their binding; those in `made`
    hold something made with it, those in `remote` by more than a call of it. `outcomes` are
    the failures, `successes` the ways the statement ends when its imports work. Their bindings hold
    flags and whatever else is bound on some path, too. `function` is the one around
    the statement, `globals` what it declares so; `is_given_back` tells that it returns what the import
    brought, or what took its place.
    """

    region: Region
    scope: Scope
    function: Region | None
    globals: frozenset[str]
    names: tuple[str, ...]
    made: frozenset[str]
    remote: frozenset[str]
    imported: tuple[Imported, ...]
    handlers: tuple[Handler, ...]
    outcomes: tuple[Outcome, ...]
    successes: tuple[Outcome, ...]
    is_given_back: bool = False

    def named(self, absolute: Callable[[str], str]) -> "GuardedImport":
        """The same, its modules named otherwise."""
        return replace(
            self,
            imported=_named(self.imported, absolute),
            successes=tuple(one.named(absolute) for one in self.successes),
            outcomes=tuple(one.named(absolute) for one in self.outcomes),
        )

    @property
    def reach(self) -> Region | None:
        """The function outside which nobody reads the names; None where the whole module can."""
        return self.function if self.globals.isdisjoint(self.names) else None

    def brought_in(self, handler: Handler) -> frozenset[str]:
        """Names that only imports inside a handler bind (none inside a `with`, which has no clause)."""
        if handler.meets is Meets.SUPPRESS:
            return frozenset()
        inside = {ref.name for ref in self.imported if handler.region.contains(ref.region)}
        return frozenset(
            inside.difference(ref.name for ref in self.imported if not handler.region.contains(ref.region))
        )
