"""One file, one rule, whose docstring is its page and its test."""

import importlib
import pkgutil
from functools import cache

from ws_fallback_lint.rules.base import Rule


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, in the order of the codes: one from each module here that is named after a code."""
    found = []
    for module in pkgutil.iter_modules(__path__):
        if module.name.startswith("fbk"):
            loaded = importlib.import_module(f"{__name__}.{module.name}")
            found.append(loaded.RULE)
    return tuple(sorted(found, key=lambda rule: rule.code))
