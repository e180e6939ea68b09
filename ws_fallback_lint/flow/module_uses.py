"""The uses of each guarded import of a module, walked when first asked for."""

from collections.abc import Callable
from functools import cached_property

from ws_fallback_lint.analysis.guarded import GuardedImport
from ws_fallback_lint.analysis.module import Module
from ws_fallback_lint.core.spans import Region
from ws_fallback_lint.flow.mentions import Mentions
from ws_fallback_lint.flow.trace import Trace
from ws_fallback_lint.flow.uses import Seen
from ws_fallback_lint.flow.walk import Walk


class ModuleUses:
    """Answers for one module; what walks have in common is gathered once.

    `is_guard` tells whether a function, by its qualified name, only passes when imports worked.
    """

    def __init__(self, module: Module, is_guard: Callable[[str], bool] = lambda _: False) -> None:
        self._module = module
        self._is_guard = is_guard
        self._walked: dict[Region, tuple[Seen, ...]] = {}

    def of(self, guarded: GuardedImport) -> tuple[Seen, ...]:
        """Where the names of one guarded import are used, in the order of the file."""
        if guarded.region not in self._walked:
            self._walked[guarded.region] = self.walk(guarded)
        return self._walked[guarded.region]

    def walk(self, guarded: GuardedImport, trace: Trace | None = None) -> tuple[Seen, ...]:
        """What one more walk sees; `trace` gets what it leaves behind."""
        walk = Walk(self._module, self._mentions, guarded, self._is_guard, trace)
        return tuple(sorted(walk.run().values(), key=lambda one: one.region))

    @cached_property
    def _mentions(self) -> Mentions:
        module = self._module
        return Mentions(module.tree, module.facts.aliases, module.never_returns)
