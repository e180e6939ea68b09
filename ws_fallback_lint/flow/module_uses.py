"""The uses of each guarded import of a module, walked when first asked for."""

from collections.abc import Callable
from copy import copy
from functools import cached_property

from ws_fallback_lint.analysis.guarded import GuardedImport, Outcome
from ws_fallback_lint.analysis.module import Module
from ws_fallback_lint.core.spans import Region
from ws_fallback_lint.flow.contact import Contact
from ws_fallback_lint.flow.mentions import Mentions
from ws_fallback_lint.flow.subject import NOTHING, Brought, Subject
from ws_fallback_lint.flow.trace import Trace
from ws_fallback_lint.flow.uses import Seen, UseKind
from ws_fallback_lint.flow.walk import Walk


def no_guard(_: str) -> bool:
    """As `is_guard` of `ModuleUses` where no function is known to be one."""
    return False


class ModuleUses:
    """Answers for one module; what walks have in common is gathered once.

    `is_guard` tells whether a function, by its qualified name, only passes when imports worked, `cannot_be`
    whether an outcome of a guarded import cannot be met, for reasons outside the module; `brought`
    what its imports bring along that tells of a guarded import.
    """

    def __init__(
        self,
        module: Module,
        is_guard: Callable[[str], bool] = no_guard,
        cannot_be: Callable[[GuardedImport, Outcome], bool] = lambda _, __: False,
        brought: Callable[[GuardedImport], Brought] = lambda _: NOTHING,
    ) -> None:
        self._module = module
        self._is_guard = is_guard
        self._cannot_be = cannot_be
        self._brought = brought
        self._alone: ModuleUses | None = None
        self._told: dict[Region, Brought] = {}
        self._ruled_out: dict[Region, frozenset[int]] = {}
        self._walked: dict[Region, tuple[Seen, ...]] = {}

    def learn(self, alone: "ModuleUses") -> None:
        """Take over what has been gathered of the same syntax tree, read without the other modules."""
        self._alone = alone

    def of(self, guarded: GuardedImport) -> tuple[Seen, ...]:
        """Where the names of one guarded import are used, in the order of the file."""
        if guarded.region not in self._walked:
            self._walked[guarded.region] = self._without_ruled_out(guarded, self._told_all(guarded))
        return self._walked[guarded.region]

    def ruled_out(self, guarded: GuardedImport) -> frozenset[int]:
        """The outcomes that some use would die in, but that cannot be met."""
        self.of(guarded)
        return self._ruled_out[guarded.region]

    def _told_all(self, guarded: GuardedImport) -> tuple[Seen, ...]:
        """The uses; with what imports bring along where one meets a failure, since that can only guard it."""
        seen = self.walk(guarded)
        if any(_is_open(one, len(guarded.successes)) for one in seen):
            brought = self._brought(guarded)
            if brought is not NOTHING:
                self._told[guarded.region] = brought
                return self.walk(guarded)
        return seen

    def _without_ruled_out(self, guarded: GuardedImport, seen: tuple[Seen, ...]) -> tuple[Seen, ...]:
        first = len(guarded.successes)
        harmful = frozenset().union(*(one.fails | one.masked for one in seen))
        self._ruled_out[guarded.region] = frozenset(
            index
            for index, outcome in enumerate(guarded.outcomes, first)
            if index in harmful and self._cannot_be(guarded, outcome)
        )
        return self.walk(guarded) if self._ruled_out[guarded.region] else seen

    def walk(self, guarded: GuardedImport, trace: Trace | None = None) -> tuple[Seen, ...]:
        """What one more walk sees; `trace` gets what it leaves behind."""
        ruled_out = self._ruled_out.get(guarded.region, frozenset())
        brought = self._told.get(guarded.region, NOTHING)
        walk = self.walker(Subject(guarded, self._module.site_of(guarded), brought), trace, ruled_out)
        seen = tuple(sorted(walk.run().values(), key=lambda one: one.region))
        walk.end()
        return seen

    def walker(
        self, subject: Subject, trace: Trace | None = None, ruled_out: frozenset[int] = frozenset()
    ) -> Walk:
        """A walk that has still to run; who asks for it has to end it."""
        return Walk(self._module, self.mentions, subject, self._is_guard, trace, ruled_out)

    def may_meet(self, subject: Subject) -> bool:
        """Whether a walk for the guarded import of another module could find a use that dies of it."""
        return self._is_guard is not no_guard or self._contact.is_possible(subject)

    @cached_property
    def _contact(self) -> Contact:
        return Contact(self._module)

    @cached_property
    def mentions(self) -> Mentions:
        """Which statements mention which names."""
        module = self._module
        if self._alone is not None:
            mentions = copy(self._alone.mentions)
            mentions.learn(module.facts.aliases, module.never_returns)
            return mentions
        return Mentions(module.tree, module.facts.aliases, module.never_returns)


def _is_open(seen: Seen, first: int) -> bool:
    """Whether a use meets a failure; outcomes from `first` on are failures."""
    asked = seen.met if seen.kind is not UseKind.READ else set()
    return any(index >= first for index in asked | seen.fails | seen.masked)
