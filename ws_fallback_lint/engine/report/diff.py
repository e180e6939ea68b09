"""What fixing changes, as a unified diff that `patch -p0` and `git apply -p0` accept, byte for byte."""

import difflib
from collections.abc import Iterator
from itertools import islice

from ws_fallback_lint.engine.report.escape import visible
from ws_fallback_lint.engine.report.summary import Report
from ws_fallback_lint.engine.run import Change

_NO_NEWLINE = b"\\ No newline at end of file\n"


def render(report: Report) -> bytes:
    """The diff of every file that has changes, in order; line ends and encodings stay as they are."""
    changes = ((checked.result.path, checked.change) for checked in report.checked if checked.change)
    return b"".join(part for path, change in changes for part in _file(path, change))


def _file(path: str, change: Change) -> Iterator[bytes]:
    name = visible(path).encode()
    yield b"--- " + name + b"\n+++ " + name + b"\n"
    lines = difflib.unified_diff(_lines(change.before), _lines(change.after))
    for line in islice(lines, 2, None):  # the first two would be difflib's own file names
        yield line.encode("latin-1")
        if not line.endswith("\n"):
            yield b"\n" + _NO_NEWLINE


def _lines(data: bytes) -> list[str]:
    # Latin-1 has one character for each byte, so the bytes come back as they were.
    *whole, rest = data.decode("latin-1").split("\n")
    return [*(line + "\n" for line in whole), *([rest] if rest else [])]
