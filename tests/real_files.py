"""Code that nobody here wrote: the standard library of the Python that runs the tests."""

import re
import sysconfig
from functools import cache
from pathlib import Path
from random import Random

STDLIB = Path(sysconfig.get_paths()["stdlib"])
# Not everywhere there, or made by machines.
_LEFT_OUT = {
    "__pycache__",
    "idlelib",
    "lib2to3",
    "pydoc_data",
    "site-packages",
    "test",
    "tests",
    "turtledemo",
}
_FALLBACK = re.compile(rb"^[ \t]*except\b[^\n]*\b(?:ImportError|ModuleNotFoundError)\b", re.MULTILINE)
_LONGEST = 20_000


@cache
def real_files(count: int, *, guarded: bool, seed: int = 1) -> tuple[bytes, ...]:
    """The bytes of so many files with guarded imports, or without; the same ones every time."""
    chosen = [data for data in _every() if bool(_FALLBACK.search(data)) is guarded]
    return tuple(Random(seed).sample(chosen, min(count, len(chosen))))  # noqa: S311 - they are to be the same


@cache
def _every() -> tuple[bytes, ...]:
    paths = [
        path for path in sorted(STDLIB.rglob("*.py")) if not _LEFT_OUT & set(path.relative_to(STDLIB).parts)
    ]
    return tuple(path.read_bytes() for path in paths if 0 < path.stat().st_size <= _LONGEST)
