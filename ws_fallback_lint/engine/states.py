"""How files and folders are, in a few bytes: for telling whether they are still the same."""

import os
from collections.abc import Iterable
from dataclasses import dataclass

from ws_fallback_lint.core.errors import NotAnalyzed
from ws_fallback_lint.engine.disk import read
from ws_fallback_lint.project.folders import listed

# A path, that of a folder with a separator at its end, and how it is or was.
State = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Basis:
    """How the file was that something is said of (its digest), and whatever else was looked at for that."""

    digest: bytes
    states: tuple[State, ...]


UNREADABLE = b""
# What was looked at twice in one run, and was not the same.
CHANGED = b"changed"


def of_data(data: bytes | None) -> bytes:
    """How a file with these bytes is; None for one that cannot be read."""
    from hashlib import blake2b  # of no use to a single file

    return UNREADABLE if data is None else blake2b(data, digest_size=16).digest()


def of_names(names: Iterable[str]) -> bytes:
    """How a folder with these names in it is; their order does not matter."""
    return of_data("\0".join(sorted(names)).encode(errors="surrogateescape"))


def now(path: str) -> bytes:
    """How a file is, or a folder, whose path ends with a separator."""
    if path.endswith(os.sep):
        return of_names(listed(path))
    try:
        return of_data(read(path))
    except (NotAnalyzed, ValueError):
        return UNREADABLE
