"""All there is to know of one guarded import: its outcomes, its uses, and what decided each of them."""

from dataclasses import dataclass

from ws_fallback_lint.analysis.guarded import GuardedImport, Imported, Outcome
from ws_fallback_lint.core.options import Origin, Policy
from ws_fallback_lint.core.spans import Region
from ws_fallback_lint.flow.causes import Causes
from ws_fallback_lint.flow.trace import Guard
from ws_fallback_lint.flow.uses import Seen, UseKind, When
from ws_fallback_lint.project.judge import Judge
from ws_fallback_lint.project.needed import Needs
from ws_fallback_lint.project.verdicts import Opinion


@dataclass(frozen=True, slots=True)
class Provenance:
    """An imported module, where it comes from, the policy for such modules, and where it is declared."""

    module: str
    origin: Origin
    policy: Policy
    where: str = ""


@dataclass(frozen=True, slots=True)
class Absence:
    """Why a use does not meet what a failure left.

    `guards` keep the outcome from the use; but where `elsewise`, it gets there, and the name then holds
    something else, which `guards` gave it (none, where a function has the name for itself).
    `redundant`: each of them is enough, so that they would have to go together.
    """

    outcome: int
    guards: tuple[Guard, ...]
    elsewise: bool
    redundant: bool


@dataclass(frozen=True, slots=True)
class UseFacts:
    """One use. `met`, `fails` and `masked` are outcomes, by their number from 0, in ascending order.

    `name` is empty for a use of what a call gave.
    """

    name: str
    region: Region
    kind: UseKind
    when: When
    met: tuple[int, ...]
    fails: tuple[int, ...]
    masked: tuple[int, ...]
    absences: tuple[Absence, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """One guarded import. Outcomes are numbered from 0: the successes, then the failures.

    `columns` are the names that an outcome says something of: those of the import first, then flags.
    Some may be `ruled_out`: with them goes another import of the same, which nothing guards.
    """

    guarded: GuardedImport
    provenance: tuple[Provenance, ...]
    outcomes: tuple[Outcome, ...]
    columns: tuple[str, ...]
    uses: tuple[UseFacts, ...]
    opinions: tuple[tuple[int, Opinion], ...]
    ruled_out: tuple[tuple[int, Needs], ...] = ()


class Explainer:
    """Explains the guarded imports of one module."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._walked = judge.walked

    def uses(self, guarded: GuardedImport) -> tuple[Seen, ...]:
        """Every use of what the import brings, or of what was made of it; flags are none."""
        return tuple(seen for seen in self._walked.of(guarded) if _is_telling(seen, guarded))

    def explain(self, guarded: GuardedImport) -> Explanation:
        """All there is to know of one guarded import. Walks the module once for each of its guards."""
        outcomes = (*guarded.successes, *guarded.outcomes)
        failures = range(len(guarded.successes), len(outcomes))
        causes = Causes(lambda trace: self._walked.walk(guarded, trace))
        bound = (name for outcome in outcomes for name, _ in outcome.bindings)
        known = (self._provenance(ref) for ref in guarded.imported)
        return Explanation(
            guarded=guarded,
            provenance=tuple(dict.fromkeys(known)),
            outcomes=outcomes,
            columns=tuple(dict.fromkeys((*guarded.names, *bound))),
            uses=tuple(_facts(seen, failures, causes) for seen in self.uses(guarded)),
            opinions=tuple(
                (index, opinion)
                for index, outcome in enumerate(guarded.outcomes, len(guarded.successes))
                for opinion in self._judge.opinions(outcome, guarded)
            ),
            ruled_out=tuple(
                (index, needs)
                for index in sorted(self._walked.ruled_out(guarded))
                if (needs := self._judge.needed.elsewhere(guarded, outcomes[index]))
            ),
        )

    def _provenance(self, ref: Imported) -> Provenance:
        found = self._judge.whence(ref)
        policy = self._judge.config.policy_for(found.origin)
        return Provenance(self._judge.shown(ref), found.origin, policy, found.where)


def _is_telling(seen: Seen, guarded: GuardedImport) -> bool:
    if seen.name in guarded.names:
        return True
    flags = {name for outcome in guarded.outcomes for name, _ in outcome.bindings}
    is_made = bool(seen.roots) and seen.name not in flags
    harm = seen.fails | seen.masked
    # What fails when all is well, too, has nothing to do with the import.
    return is_made or (bool(harm) and harm.isdisjoint(range(len(guarded.successes))))


def _facts(seen: Seen, failures: range, causes: Causes) -> UseFacts:
    absences = tuple(_absence(seen, outcome, causes) for outcome in failures if outcome not in seen.met)
    met, fails, masked = (tuple(sorted(found)) for found in (seen.met, seen.fails, seen.masked))
    return UseFacts(seen.name, seen.region, seen.kind, seen.when, met, fails, masked, absences)


def _absence(seen: Seen, outcome: int, causes: Causes) -> Absence:
    if causes.traced().gets_to(seen.region, outcome):
        found = causes.rebinding(seen.region, outcome, seen.name)
        if not found.guards and seen.roots:
            found = causes.binding(seen.name)
        return Absence(outcome, found.guards, True, found.redundant)
    found = causes.keeping(seen.region, outcome)
    return Absence(outcome, found.guards, False, found.redundant)
