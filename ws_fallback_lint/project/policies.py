"""Which policy counts for one name: that of its origin, where a use elsewhere is possible at all."""

from ws_fallback_lint.analysis.guarded import GuardedImport, Holds, Meets, Outcome, Scope
from ws_fallback_lint.core.config import Config
from ws_fallback_lint.core.options import Origin, Policy


def policy_for(
    origin: Origin, config: Config, name: str, outcome: Outcome, guarded: GuardedImport, *, is_part: bool
) -> Policy:
    """The policy for what an outcome leaves in a name, given the origin of what failed.

    `is_part` tells that the module cannot do without the package: then only a part of it can be missing, for
    instance from an older version, and no declaration says anything of parts.

    `unless-guarded` reports a name without uses because other modules may use it; it asks for uses where
    that cannot be.
    """
    policy = config.policy_for(origin)
    if policy is not Policy.UNLESS_GUARDED:
        return policy
    # Nothing failed and nothing is hidden: only a use without the question can hurt.
    is_choice = any(handler.meets is Meets.BRANCH for handler in outcome.handlers)
    if origin is not Origin.FIRST_PARTY:
        is_choice = is_choice or is_part or _only_asks(name, outcome, guarded)
    return Policy.IF_UNGUARDED if is_choice else policy


def _only_asks(name: str, outcome: Outcome, guarded: GuardedImport) -> bool:
    """Whether a function may just ask whether a package is there, or does much more than import it.

    Nobody else sees a name that it leaves unbound. (A module of the project may be imported for its effects.)
    And a handler of everything around other code is there for the errors of that code as well.
    """
    if guarded.scope is not Scope.FUNCTION:
        return False
    catches_all = any(handler.caught.everything and handler.protects_more for handler in outcome.handlers)
    return catches_all or outcome.of(name).holds is Holds.UNBOUND
