"""On bytes: could this file hold a guarded import at all?

Dropping a file here must never lose a finding. What is looked for is an import that stands where its failure
can be caught, or where a condition can leave it out; a file in which that is not plain to see is kept. The
cheapest question comes first: most files have no import but at the top, and at the top of functions.
"""

import re
from enum import Enum

from ws_fallback_lint.core.limits import MOST_BYTES

# Encodings in which bytes below 128 stand for what they do in ASCII; any other could spell words otherwise.
_ODD_CODING = re.compile(
    rb"\A(?:[^\n]*\n)?[^\n]*coding[:=][ \t]*+"
    rb"(?!(?:utf[-_]?8|ascii|us-ascii|latin[-_]?\d|iso[-_]?8859|cp125\d|windows-125\d)\b)",
    re.IGNORECASE,
)
# The first words of imports that may stand in a block or behind something else, and calls that import. What
# is before the word in its line is looked at only where one of these is met: `import` alone is in every file.
_PLACES = rb"(?:(?<=[ \t\f\r\n:;][ \t\f]%s)|(?<=[\t\f:;]%s)|(?<=\\[\r\n]%s)|(?<=\\\r\n%s))"
_FIRST_WORDS = (
    re.compile(rb"import(?:_module\b|__|\b%s)" % _PLACES.replace(b"%s", b"import")),
    re.compile(rb"from\b" + _PLACES.replace(b"%s", b"from")),
)
_CALLS = (b"import_module", b"__import__")
_CATCHING = (b"except", b"suppress")
_IMPORT = re.compile(rb"import\b")
_EXCEPT = re.compile(rb"except\b")
# The first words of lines that open or close blocks, or import.
_LINE = re.compile(
    rb"\n([ \t]*+)(import|from|if|for|def|class|try|except|with|elif|else(?=[ \t]*:)|while|finally|match|case"
    rb"|async[ \t]+(?:def|with|for))\b"
)
# Those that open blocks inside functions.
_OPENS = re.compile(rb"\n([ \t]*+)(?:try|if|else|elif|with|for|while|match|case|except|finally|async)\b")
# Perhaps a field of a text that is no Python before 3.12: such a file is parsed, and then named.
_ODD_FIELD = re.compile(rb"\{[^{}\\\n]*+\\")
_IMPORTS = frozenset((b"import", b"from"))
_HIDING = frozenset((b"def", b"class"))
_CATCH = frozenset((b"try",))
_MAY_CATCH = frozenset((b"try", b"with"))
_ASKING = frozenset((b"if", b"elif", b"else"))
_MAY_BE_INSIDE = frozenset((b"if", b"for", b"match", b"case"))
# What is further away, and in longer lines, is left to the closer look.
_FAR = 4000


class Stands(Enum):
    """Where the imports of a module stand, as far as that matters."""

    NOWHERE = "where nothing keeps the module from ending if they fail"
    UNDER_CONDITION = "some under an `if` or `else`"
    CAUGHT = "some where their failure is caught, or nobody can tell"


def may_hold_guarded_import(data: bytes, *, asking: bool = True) -> bool:
    """Whether a module's bytes have to be parsed; False only if no rule could report anything.

    Without `asking`, what takes another way instead of catching a failure does not count.
    """
    if _ODD_CODING.match(data):
        return True
    if len(data) > MOST_BYTES:
        return b"import" in data  # it is not looked at any closer, and that has to be said
    if _may_import_in_block(data):
        if _is_tried(data):
            return True
        from ws_fallback_lint.analysis.bare import bare  # few files get here

        code = bare(data)
        if code is None:
            return True
        stands = _stands(code, _MAY_CATCH if b"suppress" in code else _CATCH)
        may_be_caught = stands is Stands.CAUGHT
        may_be_left_out = stands is Stands.UNDER_CONDITION
        if any(call in code for call in _CALLS):  # wherever it is called, and under whatever name
            may_be_caught = may_be_caught or any(word in code for word in _CATCHING)
            may_be_left_out = True
        if may_be_caught:
            return True
        if asking and may_be_left_out:
            from ws_fallback_lint.analysis.asking import asks_on_condition

            if asks_on_condition(code, data):
                return True
    if asking and b"attr" in data:
        from ws_fallback_lint.analysis.asking import asks_for_attribute

        return asks_for_attribute(data)
    return False


def may_stand_apart(text: bytes) -> bool:
    """Whether an import in a piece of a module stands where it could be guarded, or something is asked for.

    What names mean there is up to the rest of the module: any `with` could be a `suppress`, any condition one
    on the platform.
    """
    if b"attr" in text or b"find_" in text or any(call in text for call in _CALLS):
        return True
    if not _may_import_in_block(text):
        return False
    from ws_fallback_lint.analysis.bare import bare

    code = bare(text)
    return code is None or _stands(code, _MAY_CATCH) is not Stands.NOWHERE


def _may_import_in_block(data: bytes) -> bool:
    """Whether some import may stand elsewhere than at the top or right in a function, or is a call."""
    in_function = False
    for words in _FIRST_WORDS:
        for found in words.finditer(data):
            at = found.start()
            before = _line_before(data, at)
            if before is None or b"\r" in before or found.end() - at > len(b"import"):
                return True
            line = before.strip()
            if line and (line[-1:] not in b":;" or line[:1] == b"#"):
                continue
            if line or not _is_right_in_function(data, at, len(before)):
                return True
            in_function = True
    return in_function and bool(_ODD_FIELD.search(data))


def _is_right_in_function(data: bytes, at: int, indentation: int) -> bool:
    """Whether an import at a place in a line is a statement of a function, and of nothing inside that.

    So it is if no line after the `def` opens a block around it. A `def` in some text would be none; but then
    that text would end before the import, which no quote but those of a docstring could do.
    """
    start = data.rfind(b"def ", max(at - _FAR, 0), at)
    before = _line_before(data, start) if start >= 0 else None
    if before is None or before.strip() not in (b"", b"async"):
        return False
    between = data[start:at]
    if len(before) - len(before.lstrip()) >= indentation or not _is_plain(before + between):
        return False
    return all(len(indent) >= indentation for indent in _OPENS.findall(between))


def _is_plain(text: bytes) -> bool:
    """Whether there is no more to a piece of a module than lines, and a docstring at most."""
    if b"\\" in text or b"\f" in text or text.count(b"\r") != text.count(b"\r\n"):
        return False
    code, *more = text.split(b'"""')
    if more:
        docstring, *tail = more
        if len(tail) != 1 or b"'''" in docstring or b'"' in docstring or b"#" in docstring:
            return False
        code += tail[0]
    return b"'" not in code and b'"' not in code


def _is_tried(data: bytes) -> bool:
    """Whether an import seems to stand between a `try` and an `except`; few that do are not seen here."""
    for found in _EXCEPT.finditer(data):
        end = found.start()
        indent = _line_before(data, end)
        if indent is not None and not indent.strip():
            start = data.rfind(b"\n%stry" % indent, max(end - _FAR, 0), end)
            if start >= 0 and _imports(data, start, end) and data.find(b"def ", start, end) < 0:
                return True
    return False


def _imports(data: bytes, start: int, end: int) -> bool:
    at = data.find(b"import ", start, end)
    while at >= 0:
        before = (_line_before(data, at) or b"-").lstrip()
        if not before or before.startswith(b"from"):
            return True
        at = data.find(b"import ", at + 1, end)
    return False


def _line_before(data: bytes, at: int) -> bytes | None:
    """What stands before a place in its line; None for a line that is too long to look at time and again."""
    first = max(at - _FAR, 0)
    start = data.rfind(b"\n", first, at)
    return None if start < 0 < first else data[start + 1 : at]


def _stands(code: bytes, catching: frozenset[bytes]) -> Stands:
    """Where the imports of bare code stand, by the blocks around them up to the next function or class.

    All blocks begin with a line of `_LINE`. Most of its words stand in no expression, so such a line ends
    the blocks that are not around it. Others may do so inside brackets: these end nothing, but a function
    or class before them counts for nothing any more. `catching` are those that can catch a failure.
    """
    if any(map(_shares_line, (_line_before(code, one.start()) for one in _IMPORT.finditer(code)))):
        return Stands.CAUGHT
    stands = Stands.NOWHERE
    blocks: list[tuple[int, bytes]] = []
    for indent, words in _LINE.findall(code):
        here = len(indent)
        word = words.split()[-1]
        if word in _IMPORTS:
            for place, opener in reversed(blocks):
                if place < here and opener in _HIDING:
                    break
                if place < here and opener in catching:
                    return Stands.CAUGHT
                if place < here and opener in _ASKING:
                    stands = Stands.UNDER_CONDITION
            continue
        if word in _MAY_BE_INSIDE:
            blocks = [one for one in blocks if one[0] < here or one[1] not in _HIDING]
        else:
            while blocks and blocks[-1][0] >= here:
                blocks.pop()
        blocks.append((here, word))
    return stands


def _shares_line(before: bytes | None) -> bool:
    """Whether an import goes on from something in its line that a block could begin with."""
    return before is None or b":" in before or (b";" in before and before[:1].isspace())
