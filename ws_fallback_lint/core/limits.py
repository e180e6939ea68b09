"""How much of one file is looked at.

A syntax tree takes 50 to 100 times the memory of its text, and what is gathered of it as much again. A text
made to be dear takes ten times that: two bytes are enough for a statement. These limits keep a file below
about 1.5 GB and half a minute; the largest modules that people generate have 4 MB in 100,000 lines.
"""

from ws_fallback_lint.core.errors import TooLarge

MOST_BYTES = 5_000_000
# Of what says how to lint (pyproject.toml, requirements, .gitignore), so many bytes are read.
MOST_BYTES_OF_SETTINGS = 1_000_000
_MOST_LINES = 400_000
_MOST_SIGNS = 1_200_000
_SIGNS = bytes(sign for sign in range(33, 127) if not chr(sign).isalnum() and sign != ord("_"))


def allow(data: bytes) -> None:
    """Raise TooLarge for the text of a module that is more than what is analysed."""
    _allow(len(data), MOST_BYTES, "bytes")
    if len(data) > _MOST_LINES:
        _allow(data.count(b"\n") + data.count(b";"), _MOST_LINES, "lines and statements")
        _allow(len(data) - len(data.translate(None, _SIGNS)), _MOST_SIGNS, "signs besides words")


def _allow(count: int, most: int, what: str) -> None:
    if count > most:
        raise TooLarge(count, most, what)
