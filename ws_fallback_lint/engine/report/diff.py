"""What fixing changes, as a unified diff that `patch -p0` and `git apply -p0` accept, byte for byte.

A terminal gets the same with escapes in the place of control characters.
"""

import difflib
import os
from collections.abc import Iterator
from itertools import islice

from ws_fallback_lint.engine.report.escape import visible
from ws_fallback_lint.engine.report.summary import Report
from ws_fallback_lint.engine.run import Change

# Bytes that a quoted name holds as themselves; the others become octal numbers.
_PLAIN = frozenset(map(chr, range(0x20, 0x7F))) - {'"', "\\"}
_NO_NEWLINE = b"\\ No newline at end of file\n"


def render(report: Report) -> bytes:
    """The diff of every file that has changes, in order; line ends and encodings stay as they are."""
    changes = ((checked.result.path, checked.change) for checked in report.checked if checked.change)
    return b"".join(part for path, change in changes for part in _file(path, change))


def render_for_terminal(report: Report) -> str:
    """The diff for somebody who looks at it: nothing in it can make the terminal do anything."""
    lines = render(report).decode("utf-8", "surrogateescape").split("\n")
    return "\n".join(map(_shown, lines))


def _shown(line: str) -> str:
    # Tabs and the line ends of Windows do no harm, and are everywhere.
    kept = line.removesuffix("\r")
    return "\t".join(map(visible, kept.split("\t"))) + line[len(kept) :]


def _file(path: str, change: Change) -> Iterator[bytes]:
    name = _name(path)
    yield b"--- " + name + b"\n+++ " + name + b"\n"
    lines = difflib.unified_diff(_lines(change.before), _lines(change.after))
    for line in islice(lines, 2, None):  # the first two would be difflib's own file names
        yield line.encode("latin-1")
        if not line.endswith("\n"):
            yield b"\n" + _NO_NEWLINE


def _name(path: str) -> bytes:
    """A path as the head of a diff has it: quoted as git does where it would not show as itself."""
    if path.isprintable() and path == path.strip() and set(path).isdisjoint('"\\'):
        # What comes behind a tab is no name: with one, the name may hold spaces.
        return path.encode() + (b"\t" if " " in path else b"")
    return b'"%s"' % "".join(map(_quoted, os.fsencode(path))).encode()


def _quoted(byte: int) -> str:
    return character if (character := chr(byte)) in _PLAIN else f"\\{byte:03o}"


def _lines(data: bytes) -> list[str]:
    # Latin-1 has one character for each byte, so the bytes come back as they were.
    *whole, rest = data.decode("latin-1").split("\n")
    return [*(line + "\n" for line in whole), *([rest] if rest else [])]
