"""A module's code without its texts and comments: what looks like a statement there is one."""

import re

_TEXT = (
    rb"""#[^\n]*+"""
    rb"""|\"\"\"[^"\\]*+(?:(?:\\.|"(?!""))[^"\\]*+)*+\"\"\""""
    rb"""|\'\'\'[^'\\]*+(?:(?:\\.|'(?!''))[^'\\]*+)*+\'\'\'"""
    rb"""|"(?!"")[^"\\\n]*+(?:\\(?:\r\n|.)[^"\\\n]*+)*+"|'(?!'')[^'\\\n]*+(?:\\(?:\r\n|.)[^'\\\n]*+)*+'"""
)
# Texts and comments, and all that follows on a text that does not end.
_TEXTS = re.compile(rb"""(%s|".*|'.*)""" % _TEXT, re.DOTALL)
_ENDS = re.compile(_TEXT, re.DOTALL)
# The prefixes of texts with fields, which since Python 3.12 may hold texts with the same quotes.
_PREFIXES = tuple(b"f F t T fr Fr fR FR tr Tr tR TR rf rF Rf RF rt rT Rt RT".split())
# A text where no field is open at its end. Before Python 3.12, one with a backslash in a field was none.
_FIELD = rb"""\{[^{}"'\\#]*+(?:(?:'[^{}"'\\\n]*+'|"[^{}"'\\\n]*+"|\{[^{}"'\\#]*+\})[^{}"'\\#]*+)*+\}"""
_WHOLE = re.compile(rb"[^{}\\]*+(?:(?:\\[^{}]|\{\{|\}\}|%s)[^{}\\]*+)*+\Z" % _FIELD, re.DOTALL)
_GOES_ON = re.compile(rb"\\\r?\n")
_LONE_RETURN = re.compile(rb"\r(?!\n)")
# Lines whose indentation is not what stands before their first word.
_ODD_START = re.compile(rb"\n[ \t]*+(?:\\|\f[ \t\f]*+\S)")
_BOM = b"\xef\xbb\xbf"


def bare(data: bytes) -> bytes | None:
    r"""The code, each text and comment in it replaced by `()`, with no backslash at the end of a line.

    It begins with a line end. None where it is not plain to see what is code and how it is indented.
    """
    if b"\r" in data and _LONE_RETURN.search(data):
        return None
    parts = _TEXTS.split(data.removeprefix(_BOM))
    codes, texts = parts[::2], parts[1::2]
    if texts and not _ENDS.fullmatch(texts[-1]):
        return None
    for before, text in zip(codes, texts, strict=False):
        if before.endswith(_PREFIXES) and b"{" in text and not _WHOLE.match(text):
            return None
    code = b"\n" + b"()".join(codes)
    if not code.isascii() or ((b"\\" in code or b"\f" in code) and _ODD_START.search(code)):
        return None
    if b"\\" in code:
        code = _GOES_ON.sub(b" ", code)
    return None if b"\\" in code else code
