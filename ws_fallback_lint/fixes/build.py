"""The remedy that a rule asks for -> the fix, or None where there is none for this text."""

import libcst as cst

from ws_fallback_lint.analysis.module import Module
from ws_fallback_lint.core.config import Config
from ws_fallback_lint.core.findings import Fix
from ws_fallback_lint.core.options import FixStyle
from ws_fallback_lint.core.source import Source
from ws_fallback_lint.fixes.cause import chained, narrowed
from ws_fallback_lint.fixes.clause import NoFix
from ws_fallback_lint.fixes.fail_fast import fail_fast
from ws_fallback_lint.fixes.unwrap import unwrap
from ws_fallback_lint.rules.base import AddCause, FailFast, Narrow, Remedy


def build(remedy: Remedy, source: Source, module: Module, config: Config) -> Fix | None:
    """The edits of one remedy, none of them applied yet."""
    try:
        match remedy:
            case Narrow(handler=handler, safety=safety):
                return Fix(narrowed(source, handler), safety, "narrow")
            case AddCause(handler=handler, region=region, safety=safety):
                return Fix(chained(source, module, handler, region), safety, "from")
            case FailFast():
                return _fail_fast(remedy, source, module, config)
    except (NoFix, UnicodeEncodeError, cst.CSTValidationError):
        return None


def _fail_fast(remedy: FailFast, source: Source, module: Module, config: Config) -> Fix:
    if config.fix_style is FixStyle.UNWRAP:
        try:
            edit = unwrap(source, module, remedy.verdict)
            return Fix((edit,), remedy.safety, FixStyle.UNWRAP.value)
        except NoFix:
            pass  # there is more in the statement than its import: let it raise instead
    edit = fail_fast(source, module, remedy.verdict, config)
    return Fix((edit,), remedy.safety, FixStyle.RAISE.value)
