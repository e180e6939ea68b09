"""What is said of a guarded import: which fallbacks are critical, why, and which uses die of them."""

from dataclasses import dataclass

from ws_fallback_lint.analysis.guarded import (
    Binding,
    GuardedImport,
    Handler,
    Imported,
    Outcome,
)
from ws_fallback_lint.core.config import CriticalGroup
from ws_fallback_lint.core.findings import Becomes, Use
from ws_fallback_lint.core.options import Origin
from ws_fallback_lint.core.spans import Region
from ws_fallback_lint.flow.uses import Seen
from ws_fallback_lint.project.hurts import Silence
from ws_fallback_lint.project.origins import Whence


@dataclass(frozen=True, slots=True)
class Why:
    """Why a fallback is critical. `reason` is the word in JSON; `group` the one it is listed in."""

    reason: str
    whence: Whence
    group: CriticalGroup | None = None

    @property
    def origin(self) -> Origin:
        """Where the module comes from."""
        return self.whence.origin


@dataclass(frozen=True, slots=True)
class Opinion:
    """What is thought of one name's fallback in one outcome; `uses` are those that die of it."""

    name: str
    outcome: Outcome
    binding: Binding
    said: Why | Silence
    uses: tuple[Seen, ...] = ()
    elsewhere: tuple[Use, ...] = ()


@dataclass(frozen=True, slots=True)
class Loss:
    """One critical name, what it becomes, and the text that makes it so (None: no text does)."""

    name: str
    becomes: Becomes
    region: Region | None
    why: Why
    uses: tuple[Seen, ...] = ()
    elsewhere: tuple[Use, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """One handler that lets critical names go. `failed` are the imports it lets go with them."""

    guarded: GuardedImport
    handler: Handler
    losses: tuple[Loss, ...]
    failed: tuple[Imported, ...]
    modules: tuple[str, ...]

    @property
    def uses(self) -> tuple[Seen, ...]:
        """The reachable uses of its names, in the order of the file."""
        unique = {(seen.region, seen.kind): seen for loss in self.losses for seen in loss.uses}
        return tuple(sorted(unique.values(), key=lambda seen: seen.region))

    @property
    def elsewhere(self) -> tuple[Use, ...]:
        """Its reachable uses in other modules."""
        return tuple(sorted({use for loss in self.losses for use in loss.elsewhere}))

    @property
    def becomes(self) -> Becomes:
        """What the finding is about: None before stand-ins before names that stay unbound."""
        kinds = {loss.becomes for loss in self.losses}
        return next(kind for kind in Becomes if kind in kinds)

    @property
    def region(self) -> Region:
        """Where it is reported: at the first name that becomes what it is about, if the handler does that."""
        region = self.leading.region
        return region if region and self.handler.region.contains(region) else self.handler.header

    @property
    def leading(self) -> Loss:
        """The first name in the text that becomes what the finding is about."""
        return next(loss for loss in self.losses if loss.becomes is self.becomes)
