"""Whether anything could meet a name that stays unbound when its import fails."""

from ws_fallback_lint.analysis.guarded import GuardedImport, Leaves, Meets, Outcome, Scope
from ws_fallback_lint.analysis.module import Module
from ws_fallback_lint.core.spans import Region


def is_met(name: str, outcome: Outcome, guarded: GuardedImport, module: Module) -> bool:
    """Whether anything could read a name that stays unbound.

    A name that is only read where its import has worked is a stepping stone: inside the `try`
    itself, or in a function that the failure leaves. One that is never read proves nothing.
    """
    if "." in name or _is_handlers_own(name, outcome, guarded):
        return False
    reach = guarded.reach
    reads = [read for read in module.reads(name) if reach is None or reach.contains(read)]
    outside = [read for read in reads if _reaches(read, guarded)]
    if not reads:
        return any(ref.name == name for ref in guarded.imported)
    if guarded.scope is Scope.FUNCTION and outcome.leaves is Leaves.RETURNS:
        return False
    return bool(outside)


def _is_handlers_own(name: str, outcome: Outcome, guarded: GuardedImport) -> bool:
    """Whether a handler imports the name for itself, on another path than this one."""
    failed = any(ref.name == name for ref in outcome.failed)
    return not failed and any(name in guarded.brought_in(handler) for handler in guarded.handlers)


def _reaches(read: Region, guarded: GuardedImport) -> bool:
    in_handler = any(h.meets is not Meets.SUPPRESS and h.region.contains(read) for h in guarded.handlers)
    return in_handler or not guarded.region.contains(read)
