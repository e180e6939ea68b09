"""The Pythons that a project runs on, as the analysis counts them."""

from functools import cache

from ws_fallback_lint.analysis.environments import MAINTAINED, NOWHERE, VERSIONS, on

# A minor version counts when its first or one of its late releases is meant.
_MICROS = (0, 99)


@cache
def environments_for(requires_python: str) -> int:
    """The environments (see `analysis.environments`) that a version specifier admits.

    Those of the maintained Pythons where it says nothing, or nothing that is known here.
    """
    return admitted(requires_python) or MAINTAINED


@cache
def admitted(specifier: str) -> int:
    """The environments that a specifier admits, or several with `||` between them; none for no specifier."""
    if not specifier:
        return NOWHERE
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # costs more than most files do

    try:
        wanted = [SpecifierSet(part) for part in specifier.split("||")]
    except InvalidSpecifier:
        return NOWHERE  # a fault of [project], which its build backend reports
    return on(
        v
        for v in VERSIONS
        if any(one.contains(f"{v[0]}.{v[1]}.{micro}") for one in wanted for micro in _MICROS)
    )
