"""Where an imported module comes from. Declared dependencies are not read yet: they are `unknown`."""

import sys

from ws_fallback_lint.core.options import Origin
from ws_fallback_lint.project.roots import Found, Project


def origin_of(module: str, attr: str | None, project: Project) -> Origin:
    """The origin of `module` (as written, leading dots included) or of its part `attr`."""
    if not module:
        return Origin.UNKNOWN
    if not module.startswith(".") and module.partition(".")[0] in sys.stdlib_module_names:
        return Origin.STDLIB
    if project.find(module, attr) in (Found.HERE, Found.ABSENT):
        return Origin.FIRST_PARTY
    return Origin.UNKNOWN
