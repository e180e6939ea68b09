"""Where one name's fallback hurts: the uses that can meet it, as the walk through the module saw them."""

from dataclasses import dataclass
from enum import StrEnum

from ws_fallback_lint.analysis.guarded import GuardedImport, Holds, Outcome
from ws_fallback_lint.core.findings import Use
from ws_fallback_lint.flow.module_uses import ModuleUses
from ws_fallback_lint.flow.uses import Seen, UseKind


class Silence(StrEnum):
    """Why nothing is said of a fallback, in the words of the JSON report."""

    LISTED = "allow"
    ALLOWED = "allowed"
    GUARDED = "guarded"
    MASKED = "masked"
    HARMLESS = "harmless"
    UNUSED = "unused"
    DEFAULT = "default"
    NEVER_READ = "never-read"


@dataclass(frozen=True, slots=True)
class Hurts:
    """What one outcome's fallback of a name does.

    `reachable` are the uses that die in it; `is_guarded` tells that the name is used, and that no use
    of it can be met in that outcome. `silence` is what there is to say where the policy asks for uses
    and there are none that die.
    """

    reachable: tuple[Seen, ...]
    is_guarded: bool
    silence: Silence
    elsewhere: tuple[Use, ...] = ()

    @classmethod
    def of(
        cls,
        name: str,
        outcome: Outcome,
        guarded: GuardedImport,
        walked: ModuleUses,
        elsewhere: tuple[Use, ...] = (),
    ) -> "Hurts":
        """Ask the walk; `elsewhere` are the uses that die in other modules."""
        binding = outcome.of(name)
        index = len(guarded.successes) + guarded.outcomes.index(outcome)
        uses = [seen for seen in walked.of(guarded) if _is_about(seen, name, index, guarded)]
        unbound = binding.holds is Holds.UNBOUND
        # What no outcome meets is another name, a parameter for instance, and proves nothing.
        real = [seen for seen in uses if seen.met and (unbound or seen.kind is not UseKind.READ)]
        stands_in = binding.holds in (Holds.STAND_IN, Holds.CONSTANT, Holds.MOCK)
        open_to = [seen for seen in real if index in (seen.met if stands_in else seen.fails | seen.masked)]
        reachable = tuple(seen for seen in real if index in seen.fails)
        is_guarded = bool(real) and not open_to and not elsewhere
        if is_guarded or not real:
            silence = Silence.GUARDED if is_guarded else Silence.UNUSED
        else:
            silence = Silence.MASKED if any(index in seen.masked for seen in real) else Silence.HARMLESS
        return cls(reachable, is_guarded, silence, elsewhere)


def _is_about(seen: Seen, name: str, index: int, guarded: GuardedImport) -> bool:
    """Whether a use is one of the name, or of something that holds what the name held in an outcome."""
    if seen.name == name:
        return True
    if seen.name in guarded.names:
        return False
    roots = {region for outcome, region in seen.roots if outcome == index}
    region = guarded.outcomes[index - len(guarded.successes)].of(name).region
    if region is not None and region in roots:
        return True
    imported = {success.of(name).region for success in guarded.successes}
    if roots and roots.isdisjoint(imported):
        return False
    # None that stands in the code for a missing part of the import: it fails in these outcomes alone.
    return not any(success in seen.fails for success in range(len(guarded.successes)))
