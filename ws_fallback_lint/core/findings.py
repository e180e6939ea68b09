"""What a run says: findings, fixes, and files it could not analyse."""

from dataclasses import dataclass, field
from enum import StrEnum

from ws_fallback_lint.core.spans import Place, Span


class Safety(StrEnum):
    """Whether a fix is applied by `--fix` alone or asks for `--unsafe-fixes`."""

    SAFE = "safe"
    UNSAFE = "unsafe"


class Becomes(StrEnum):
    """What a name holds after its import failed, as reports say it."""

    NONE = "None"
    STAND_IN = "stand-in"
    UNBOUND = "unbound"


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace the bytes of `span` (bytes of the file) by `text`."""

    span: Span
    text: bytes


@dataclass(frozen=True, slots=True, order=True)
class Fix:
    """Edits that belong together: all are applied, or none. `style` names how it was made."""

    edits: tuple[Edit, ...]
    safety: Safety
    style: str

    @property
    def span(self) -> Span:
        """The smallest span that holds every edit."""
        return Span(min(edit.span.start for edit in self.edits), max(edit.span.stop for edit in self.edits))


@dataclass(frozen=True, slots=True, order=True)
class Name:
    """One name of a finding and where it gets its fallback (both 1-based, in characters)."""

    name: str
    line: int
    column: int
    becomes: Becomes


@dataclass(frozen=True, slots=True, order=True)
class Use:
    """A place where the fallback hurts: `kind` of use, `when` it runs ("import" or "call")."""

    path: str
    line: int
    column: int
    kind: str
    when: str


@dataclass(frozen=True, slots=True, order=True)
class Cause:
    """Where another file loses a name (1-based, in characters)."""

    path: str
    line: int
    column: int


@dataclass(frozen=True, slots=True, order=True)
class External:
    """A use in another file that dies in some `outcomes` of a guarded import.

    The guarded import is the one with the number `ordinal`, from 0, of those in its file with the names
    `guarded`; its outcomes, from 0, are those in which it fails. `names` are what the use may die of.
    """

    guarded: tuple[str, ...]
    ordinal: int
    outcomes: tuple[int, ...]
    names: tuple[str, ...]
    use: Use


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One defect. Sorts by path, then place, then code. `cause` is where an inherited name is lost."""

    path: str
    place: Place
    code: str
    message: str
    names: tuple[Name, ...] = ()
    modules: tuple[str, ...] = ()
    origin: str | None = None
    reason: str | None = None
    uses: tuple[Use, ...] = ()
    cause: Cause | None = None
    fix: Fix | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Link:
    """A finding that another file answers for, wherever that file is looked at, too.

    There it has the code `code`, and `external` is what has to be known of it.
    """

    finding: Finding
    path: str
    code: str
    external: External
