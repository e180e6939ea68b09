"""The Pythons that a project runs on, as the analysis counts them."""

from functools import cache

from ws_fallback_lint.analysis.environments import MAINTAINED, VERSIONS, on

# A minor version counts when its first or one of its late releases is meant.
_MICROS = (0, 99)


@cache
def environments_for(requires_python: str) -> int:
    """The environments (see `analysis.environments`) that a version specifier admits.

    Those of the maintained Pythons where it says nothing, or nothing that is known here.
    """
    if not requires_python:
        return MAINTAINED
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # costs more than most files do

    try:
        wanted = SpecifierSet(requires_python)
    except InvalidSpecifier:
        return MAINTAINED  # a fault of [project], which its build backend reports
    found = on(v for v in VERSIONS if any(wanted.contains(f"{v[0]}.{v[1]}.{micro}") for micro in _MICROS))
    return found or MAINTAINED
