"""On bytes: could this file hold a guarded import at all?

Dropping a file here must never lose a finding, so each test asks for something that every
guarded import needs: a word that can catch a failed import, and an import that stands where it
can be caught.
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


def may_hold_guarded_import(data: bytes) -> bool:
    """Whether a module's bytes have to be parsed; False only if no rule could report anything."""
    if _ODD_CODING.match(data):
        return True
    named = any(word in data for word in _FAILURE_WORDS)
    catches = b"except" in data or b"suppress" in data
    if not named and not (catches and _BROAD.search(data)):
        return False
    return bool(_CATCHABLE_IMPORT.search(data))
