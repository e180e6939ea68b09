"""A guarded import of another module, and what is asked of it."""

from dataclasses import dataclass
from enum import Enum

from ws_fallback_lint.project.place import Place


@dataclass(frozen=True, slots=True)
class Fallback:
    """A guarded import of a module, by its number there (from 0)."""

    place: Place
    number: int


class Only(Enum):
    """Which names are brought along."""

    DANGERS = "those that may hold a fallback, or give one back"
    TELLING = "these, and all others that depend on the guarded import"
