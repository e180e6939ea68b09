"""Which policy counts for one name: that of its origin, where a use elsewhere is possible at all."""

from ws_fallback_lint.analysis.guarded import GuardedImport, Holds, Meets, Outcome, Scope
from ws_fallback_lint.core.config import Config
from ws_fallback_lint.core.options import Origin, Policy


def policy_for(origin: Origin, config: Config, name: str, outcome: Outcome, guarded: GuardedImport) -> Policy:
    """The policy for what an outcome leaves in a name, given the origin of what failed.

    `unless-guarded` reports a name without uses because other modules may use it; it asks for uses where
    that cannot be.
    """
    policy = config.policy_for(origin)
    if policy is not Policy.UNLESS_GUARDED:
        return policy
    # Nothing failed and nothing is hidden: only a use without the question can hurt.
    is_choice = any(handler.meets is Meets.BRANCH for handler in outcome.handlers)
    # Nobody else sees a name that a function leaves unbound, and whether a package is there may be all that
    # it asks. A module of the project may be imported for its effects.
    is_asked = (
        origin is not Origin.FIRST_PARTY
        and guarded.scope is Scope.FUNCTION
        and outcome.of(name).holds is Holds.UNBOUND
    )
    return Policy.IF_UNGUARDED if is_choice or is_asked else policy
