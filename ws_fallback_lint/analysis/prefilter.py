"""On bytes: could this file hold a guarded import at all?

Dropping a file here must never lose a finding, so each test asks for something that every guarded
import of its kind needs: a word that can catch a failed import, or one that asks before it imports, and
an import that stands where it can be caught or left out.
"""

import re

# `BaseException` holds the second word.
_FAILURE_WORDS = (b"ImportError", b"ModuleNotFoundError")
_BROAD = re.compile(rb"Exception|except\s*:")
_IMPORT = re.compile(rb"import\b")
_IMPORT_CALLS = (b"import_module", b"__import__")
# What stands before the word `import` in its line where the import can be caught: it is indented, or shares
# the line with `try:`, `with …:` or another statement, or goes on from the line before.
_CATCHABLE = re.compile(rb"[ \t\f]+(?:\Z|from\b)|.*[:;\\\r]\s*(?:\Z|from\b)", re.DOTALL)
# Encodings that are no superset of ASCII could spell the words in other bytes.
_ODD_CODING = re.compile(
    rb"\A(?:[^\n]*\n)?[^\n]*coding[:=]\s*(?:utf[-_]?7|hz|iso[-_]?2022|utf[-_]?16|utf[-_]?32)", re.IGNORECASE
)


# A branch that asks for the version, the platform or a type checker.
_BRANCH = re.compile(
    rb"\b(?:version_info|hexversion|TYPE_CHECKING|PY2|PY3|PY34)\b|\bplatform\b|\bos\s*\.\s*(?:name|sep|linesep|pathsep)\b"
)
_FINDERS = (b"find_spec", b"find_loader", b"find_module")
# `x = getattr(module, "x", None)`, `x = module.x if hasattr(module, "x") else None`; the first name asked.
_ATTRIBUTE = re.compile(rb"(?:=\s*\(*\s*get|\bhas)attr\(\s*(\w+)")
# What an import statement names, up to its end.
_IMPORTED = re.compile(rb"import\b\s*(\((?:[^)#]|#[^\r\n]*)*|(?:[^\r\n\\]|\\\s*)*)")
_WORD = re.compile(rb"\w+")


def may_hold_guarded_import(data: bytes) -> bool:
    """Whether a module's bytes have to be parsed; False only if no rule could report anything."""
    if _ODD_CODING.match(data):
        return True
    if _may_catch(data) or _BRANCH.search(data):
        return _may_be_caught(data) or _may_ask(data)
    return _may_ask(data)


def _may_catch(data: bytes) -> bool:
    if any(word in data for word in _FAILURE_WORDS):
        return True
    return (b"except" in data or b"suppress" in data) and bool(_BROAD.search(data))


def _may_be_caught(data: bytes) -> bool:
    """Whether some import stands where its failure can be caught, or left out."""
    if any(call in data for call in _IMPORT_CALLS):
        return True
    for found in _IMPORT.finditer(data):
        start = data.rfind(b"\n", 0, found.start()) + 1
        goes_on = data[max(start - 3, 0) : start].rstrip().endswith(b"\\")
        if goes_on or _CATCHABLE.match(data, start, found.start()):
            return True
    return False


def _may_ask(data: bytes) -> bool:
    """Whether an expression asks for a module or for an attribute of one."""
    if any(word in data for word in _FINDERS):
        return True
    if b"attr(" not in data:
        return False
    asked = set(_ATTRIBUTE.findall(data))
    if not asked or b"__import__" in asked:
        return bool(asked)
    return any(not asked.isdisjoint(_WORD.findall(names)) for names in _IMPORTED.findall(data))
