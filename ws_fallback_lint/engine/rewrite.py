"""Put the new text of a file in the place of the old one: at once or not at all, whatever happens meanwhile.

The text is written to a temporary file beside the old one, which it then replaces. Whoever is killed before
that leaves the temporary file behind; the next run that fixes something in the folder takes it away. A lock
on it, which ends with its process, tells a file that was left behind from one that is being written.
"""

import contextlib
import os
import stat
import sys
from collections.abc import Iterable, Iterator

from ws_fallback_lint.core.errors import NotAnalyzed
from ws_fallback_lint.engine.disk import read, why

if sys.platform == "win32":

    def _lock(handle: int, *, wait: bool) -> None:
        """Nobody can delete a file that is open there."""
else:
    import fcntl

    def _lock(handle: int, *, wait: bool) -> None:
        """Lock a file for as long as it is open. Raises OSError where that cannot be done."""
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))


_PREFIX, _SUFFIX = ".ws-fallback-lint-", ".tmp"
# How often a new file may be taken for one that was left behind, before it could be locked.
_MOST_TRIES = 10


def write(path: str, data: bytes, before: bytes) -> os.stat_result:
    """Put `data` in the place of `before`, at once or not at all; what the file was comes back.

    Mode, owner (where that is allowed), extended attributes and symbolic links stay as they are; other names
    of the file (hard links) keep the old text. Nothing is written where nothing changes. Raises NotAnalyzed
    when the file may not be written, or holds something else than `before` by now.
    """
    real = os.path.realpath(path)
    try:
        was = os.stat(real)
        if data == before:
            return was
        if not os.access(real, os.W_OK):
            raise NotAnalyzed("cannot be written: it is read-only")
        with _temporary(os.path.dirname(real)) as (handle, temporary):
            _fill(handle, data)
            _take_after(temporary, real, was)
            if read(real) != before:
                raise NotAnalyzed("not written: it changed while it was being fixed")
            os.replace(temporary, real)
    except OSError as error:
        raise NotAnalyzed(f"cannot be written: {why(error)}") from error
    return was


def tidy(folders: Iterable[str]) -> None:
    """Take away what runs that were killed have left in some folders."""
    for folder in folders:
        with contextlib.suppress(OSError), os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith(_PREFIX) and entry.name.endswith(_SUFFIX):
                    _take_away(entry.path)


def _take_away(path: str) -> None:
    with contextlib.suppress(OSError):
        handle = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        try:
            if stat.S_ISREG(os.fstat(handle).st_mode):
                _lock(handle, wait=False)
                os.unlink(path)
        finally:
            os.close(handle)


@contextlib.contextmanager
def _temporary(folder: str) -> Iterator[tuple[int, str]]:
    """A new file in a folder, open and locked, which is gone in the end if it is still there."""
    import tempfile  # most runs write nothing, and it brings in a lot

    for _ in range(_MOST_TRIES):
        handle, path = tempfile.mkstemp(_SUFFIX, _PREFIX, folder)
        try:
            with contextlib.suppress(OSError):  # some file systems know no locks
                _lock(handle, wait=True)
            if os.fstat(handle).st_nlink:
                yield handle, path
                return
        finally:
            os.close(handle)
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)
    raise NotAnalyzed("cannot be written: its temporary file is taken away again and again")


def _fill(handle: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]
    os.fsync(handle)  # or else a crash of the system might leave the name without the text


def _take_after(temporary: str, real: str, was: os.stat_result) -> None:
    """Give the new file what is not text: the owner, extended attributes, the mode."""
    now = os.stat(temporary)
    if (was.st_uid, was.st_gid) != (now.st_uid, now.st_gid):
        with contextlib.suppress(PermissionError):
            os.chown(temporary, was.st_uid, was.st_gid)
    if hasattr(os, "listxattr"):
        with contextlib.suppress(OSError):  # many file systems have none
            for name in os.listxattr(real):
                os.setxattr(temporary, name, os.getxattr(real, name))
    os.chmod(temporary, stat.S_IMODE(was.st_mode))
