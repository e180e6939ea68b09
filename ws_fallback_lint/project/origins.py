"""Where an imported module comes from (DESIGN §6), and where a project says so."""

import sys
from dataclasses import dataclass

from ws_fallback_lint.core.config import Config
from ws_fallback_lint.core.options import Origin
from ws_fallback_lint.project.distributions import candidates
from ws_fallback_lint.project.roots import Found, Project


@dataclass(frozen=True, slots=True)
class Whence:
    """An origin and, for a declared dependency, the words for where it is declared."""

    origin: Origin
    where: str = ""


def whence(module: str, attr: str | None, project: Project, config: Config) -> Whence:
    """The origin of `module` (as written, leading dots included) or of its part `attr`."""
    if not module:
        return Whence(Origin.UNKNOWN)
    top = module.partition(".")[0]
    if top in sys.stdlib_module_names:
        return Whence(Origin.STDLIB)
    found = project.find(module, attr)
    if found is Found.HERE or (found is Found.ABSENT and not top):
        return Whence(Origin.FIRST_PARTY)
    if found is Found.BUILT:
        return Whence(Origin.UNKNOWN)
    outside = Whence(Origin.FIRST_PARTY if found is Found.ABSENT else Origin.UNKNOWN)
    if project.is_build_script:
        return outside
    # A package of the project that lacks the module may share its name with one that is installed.
    pythons = project.pythons(config)
    names = candidates(module, attr, config.distributions)
    declared = project.manifest.declared(names, top, pythons)
    if declared is not None:
        return Whence(declared.origin, declared.where)
    return outside
