"""The configuration as a value (DESIGN §7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from ws_fallback_lint.core.options import FixStyle, Origin, Policy

DEFAULT_POLICY: Mapping[Origin, Policy] = {
    Origin.FIRST_PARTY: Policy.UNLESS_GUARDED,
    Origin.REQUIRED: Policy.UNLESS_GUARDED,
    Origin.OPTIONAL: Policy.IF_UNGUARDED,
    Origin.STDLIB: Policy.IF_UNGUARDED,
    Origin.UNKNOWN: Policy.IF_UNGUARDED,
}
DEFAULT_SELECT = ("FBK",)


@dataclass(frozen=True, slots=True)
class CriticalGroup:
    """One `[[tool.ws-fallback-lint.critical]]`: patterns, and what a fix says of their names."""

    names: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    label: str = ""
    consequence: str = ""
    see: str = ""
    message: str = ""

    def matches(self, names: Sequence[str], modules: Sequence[str]) -> bool:
        """Whether any of the names (plain or qualified) or modules is listed here."""
        return matches_any(self.names, names) or matches_any(self.modules, modules)


@dataclass(frozen=True, slots=True)
class Config:
    """Every choice a person can make, with its default."""

    src: tuple[str, ...] = ()
    select: tuple[str, ...] = DEFAULT_SELECT
    ignore: tuple[str, ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    exclude: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()
    requires_python: str = ""
    distributions: tuple[tuple[str, str], ...] = ()
    fix_style: FixStyle = FixStyle.RAISE
    fix_message: str = ""
    policy: tuple[tuple[Origin, Policy], ...] = ()
    strict: bool = False
    critical: tuple[CriticalGroup, ...] = ()

    def policy_for(self, origin: Origin) -> Policy:
        """What DESIGN §6 asks for an origin: strict, then configured, then the default."""
        if self.strict:
            return Policy.NEVER
        return dict(self.policy).get(origin, DEFAULT_POLICY[origin])

    @property
    def guards_excuse(self) -> bool:
        """Whether a fallback is fine wherever each use is guarded, whatever its origin."""
        return not any(self.policy_for(origin) is Policy.NEVER for origin in Origin)

    def selects(self, code: str, on_by_default: bool) -> bool:
        """Whether findings of `code` are wanted; a rule that is off asks for its full code."""
        chosen = code in self.select or (on_by_default and code.startswith(self.select))
        return chosen and not code.startswith(self.ignore)


def matches_any(patterns: Sequence[str], values: Sequence[str]) -> bool:
    """Whether any value matches any glob, case and all."""
    return any(fnmatchcase(value, pattern) for pattern in patterns for value in values)
