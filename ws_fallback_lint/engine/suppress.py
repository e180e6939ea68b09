"""`# noqa` comments, with flake8's own reading of them (flake8 7: defaults, processor, violation).

A comment counts for its physical line; for all lines of a string or of a continuation by backslash
that it ends; `# flake8: noqa` on a line of its own counts for the whole file.
"""

import re
import tokenize
from functools import cached_property

from ws_fallback_lint.core.source import Source

_INLINE = re.compile(r"# noqa(?::[\s]?(?P<codes>(?:[A-Z]+[0-9]+(?:[,\s]+)?)+))?", re.IGNORECASE)
_WHOLE_FILE = re.compile(r"\s*# flake8[:=]\s*noqa", re.IGNORECASE)
_LINE_END = re.compile(r"\r\n?")
_SEPARATOR = re.compile(r"[,\s]+")


class Suppressions:
    """The noqa comments of one file."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def silence(self, line: int, code: str) -> bool:
        """Whether a finding of `code` reported on `line` (from 1) is not to be shown."""
        if not self._any:
            return False
        return self._whole_file or _covers(self._joined.get(line, self._source.line(line)), code)

    @cached_property
    def _any(self) -> bool:
        return b"noqa" in self._source.data.lower()

    @cached_property
    def _whole_file(self) -> bool:
        return any(_WHOLE_FILE.match(line) for line in self._source.lines)

    @cached_property
    def _joined(self) -> dict[int, str]:
        # As flake8 reads them: for tokenize before Python 3.12 a lone CR does not end a line.
        lines = [_LINE_END.sub("\n", line) for line in self._source.lines]
        joined: dict[int, str] = {}
        first = 0
        try:
            for token in tokenize.generate_tokens(iter(lines).__next__):
                if token.type in (tokenize.ENDMARKER, tokenize.DEDENT):
                    continue
                first = first or token.start[0]
                if token.type in (tokenize.NL, tokenize.NEWLINE):
                    last = token.end[0]
                    joined |= dict.fromkeys(range(first, last + 1), "".join(lines[first - 1 : last]))
                    first = 0
        except (tokenize.TokenError, SyntaxError):
            return {}  # what ast accepts and tokenize does not: each line stands for itself
        return joined


def _covers(text: str, code: str) -> bool:
    match = _INLINE.search(text)
    if match is None:
        return False
    # Flake8 compares with case: a code in small letters is none of ours.
    codes = match["codes"]
    return codes is None or code.startswith(tuple(part for part in _SEPARATOR.split(codes) if part))
