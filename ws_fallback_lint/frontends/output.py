"""Writing to the standard streams: any text, any encoding, readers that go away, terminals."""

import os
import sys
from dataclasses import dataclass
from typing import TextIO

from ws_fallback_lint.engine.report.escape import visible

PROGRAM = "ws-fallback-lint"


@dataclass(frozen=True, slots=True)
class Terminal:
    """A stream that a person looks at: its width in columns, and whether colours are welcome."""

    width: int
    colour: bool


def terminal(stream: TextIO) -> Terminal | None:
    """The terminal behind a stream, None where there is none; FORCE_COLOR makes anything one.

    NO_COLOR takes the colours away, and wins over FORCE_COLOR. Both count when they are not empty.
    """
    forced = bool(os.environ.get("FORCE_COLOR"))
    if not forced and not (stream and stream.isatty()):
        return None
    import shutil

    plain = bool(os.environ.get("NO_COLOR")) or (not forced and os.environ.get("TERM") == "dumb")
    return Terminal(shutil.get_terminal_size().columns, not plain)


def put(stream: TextIO, content: str | bytes) -> None:
    """Write all of it now; characters that the stream cannot encode come out as backslash escapes.

    A reader that has gone away is no error. Raises OSError for any other trouble, a full disk for instance.
    """
    if not stream:
        return  # closed by whoever started us
    if isinstance(content, str):
        content = content.encode(stream.encoding or "utf-8", "backslashreplace")
    try:
        stream.flush()
        stream.buffer.write(content)
        stream.buffer.flush()
    except OSError as error:
        # What is left in the buffer must not fail again when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if not isinstance(error, BrokenPipeError):
            raise


def complain(message: str) -> None:
    """One line on the standard error stream, whatever the message holds."""
    put(sys.stderr, f"{PROGRAM}: {visible(message)}\n")
