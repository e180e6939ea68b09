"""On bytes: could this file hold a guarded import at all?

Dropping a file here must never lose a finding, so each test asks for something that every guarded
import of its kind needs: a word that can catch a failed import, or one that asks before it imports, and
an import that stands where it can be caught or left out.
"""

import re

# `BaseException` holds the second word.
_FAILURE_WORDS = (b"ImportError", b"ModuleNotFoundError")
_BROAD = re.compile(rb"Exception|except\s*:")
# An import that can be caught is indented, or shares a line with `try:`, `with …:` or another statement.
_CATCHABLE_IMPORT = re.compile(
    rb"(?:^|[\r\n])[ \t\f]+(?:from|import)\b|[:;\\]\s*(?:from|import)\b|import_module|__import__"
)
# Encodings that are no superset of ASCII could spell the words in other bytes.
_ODD_CODING = re.compile(
    rb"\A(?:[^\n]*\n)?[^\n]*coding[:=]\s*(?:utf[-_]?7|hz|iso[-_]?2022|utf[-_]?16|utf[-_]?32)", re.IGNORECASE
)


# A branch that asks for the version, the platform or a type checker.
_BRANCH = re.compile(
    rb"\b(?:version_info|hexversion|TYPE_CHECKING|PY2|PY3|PY34)\b|\bplatform\b|\bos\s*\.\s*(?:name|sep|linesep|pathsep)\b"
)
_FINDERS = (b"find_spec", b"find_loader", b"find_module")
# `x = getattr(module, "x", None)`, `x = module.x if hasattr(module, "x") else None`; `self` is no module.
_ATTRIBUTE = re.compile(rb"=\s*\(*\s*getattr\(\s*(?!self\b|cls\b)|\bhasattr\(\s*(?!self\b|cls\b)")


def may_hold_guarded_import(data: bytes) -> bool:
    """Whether a module's bytes have to be parsed; False only if no rule could report anything."""
    if _ODD_CODING.match(data):
        return True
    if _may_catch(data) or _BRANCH.search(data):
        return bool(_CATCHABLE_IMPORT.search(data)) or _may_ask(data)
    return _may_ask(data)


def _may_catch(data: bytes) -> bool:
    if any(word in data for word in _FAILURE_WORDS):
        return True
    return (b"except" in data or b"suppress" in data) and bool(_BROAD.search(data))


def _may_ask(data: bytes) -> bool:
    """Whether an expression asks for a module or for an attribute of one."""
    if any(word in data for word in _FINDERS):
        return True
    return b"attr(" in data and bool(_ATTRIBUTE.search(data))
