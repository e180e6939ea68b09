"""The only reader of files, and how reports name them; `engine.rewrite` writes what was fixed."""

import os
import stat
import sys
from functools import partial

from ws_fallback_lint.core.errors import NotAnalyzed, TooLarge
from ws_fallback_lint.core.limits import MOST_BYTES

STDIN = "-"
_NOT_REGULAR = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe (FIFO)"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
# A pipe without a writer must not hang us, and Windows must not translate line ends.
_READ_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def read(path: str, most: int = MOST_BYTES) -> bytes:
    """All bytes of a regular file that has no more than `most` of them; else raises TooLarge.

    Raises NotAnalyzed, saying why, for anything else: missing, not allowed, a folder, a pipe, a device.
    """
    try:
        with open(path, "rb", opener=_without_waiting) as file:
            mode = os.fstat(file.fileno()).st_mode
            if not stat.S_ISREG(mode):
                raise NotAnalyzed(not_a_file(mode))
            data = file.read(most + 1)
            if len(data) > most:
                raise TooLarge(max(os.fstat(file.fileno()).st_size, len(data)), most)
            return data
    except OSError as error:
        raise NotAnalyzed(f"cannot be read: {why(error)}") from error


def says(path: str, word: bytes) -> bool:
    """Whether a file, however large, holds a word. Raises NotAnalyzed where it cannot be read."""
    try:
        with open(path, "rb", opener=_without_waiting) as file:
            before = b""
            while data := file.read(1 << 20):
                if word in before + data:
                    return True
                before = data[-len(word) :]
    except OSError as error:
        raise NotAnalyzed(f"cannot be read: {why(error)}") from error
    return False


def _without_waiting(path: str, _flags: int) -> int:
    return os.open(path, _READ_FLAGS)


def size(path: str) -> int:
    """How many bytes a file has; 0 where that cannot be told."""
    try:
        return os.stat(path).st_size
    except OSError:
        return 0


def read_stdin() -> bytes:
    """All bytes of the standard input. Raises NotAnalyzed where there is none to read, and TooLarge."""
    if sys.stdin is None:
        raise NotAnalyzed("cannot be read: it is closed")
    try:
        data = sys.stdin.buffer.read(MOST_BYTES + 1)
        rest = sum(map(len, iter(partial(sys.stdin.buffer.read, 1 << 20), b"")))  # no writer is cut off
    except OSError as error:
        raise NotAnalyzed(f"cannot be read: {why(error)}") from error
    if len(data) > MOST_BYTES:
        raise TooLarge(len(data) + rest, MOST_BYTES)
    return data


def write_report(path: str, text: str) -> None:
    """Write a report as UTF-8, over whatever `path` held. Raises OSError."""
    with open(path, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        file.write(text)


def shown(path: str) -> str:
    """A path as reports show it: from the working folder, with "/", if it lies below; else as given."""
    if path == STDIN:
        return path
    here = os.path.join(os.getcwd(), "")
    full = os.path.abspath(path)
    return full[len(here) :].replace(os.sep, "/") if full.startswith(here) else path


def below(base: str, path: str) -> str | None:
    """`path` without `base` in front (both absolute); None where it does not lie below it."""
    prefix = base if base.endswith(os.sep) else base + os.sep
    return path[len(prefix) :] or None if path.startswith(prefix) else None


def not_a_file(mode: int) -> str:
    """What to say of something with this `st_mode` that is no regular file."""
    kind = next((kind for test, kind in _NOT_REGULAR if test(mode)), "something else")
    return f"cannot be read: it is {kind}, not a file"


def why(error: OSError) -> str:
    """The system's words for an error, without number and path."""
    return error.strerror or str(error)


def is_ours(folder: str, path: str) -> bool:
    """Whether what a project in a folder (absolute) calls `path` lies in it, or in the repository around it.

    Nobody's configuration is to make anything else be read. Links count as what they are called.
    """
    top = folder
    while not os.path.lexists(os.path.join(top, ".git")):
        if (above := os.path.dirname(top)) == top:
            top = folder
            break
        top = above
    full = os.path.normpath(os.path.join(folder, path))
    return full == top or below(top, full) is not None
