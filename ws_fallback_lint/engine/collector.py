"""Python's cyclic garbage collector, and when to leave it aside."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# Until so many files have been looked at, little is known.
_FEW_FILES = 32


@contextmanager
def young_only() -> Iterator[None]:
    """Look for cyclic garbage at the end only, and among what was made inside.

    What a run knows of its project grows, lasts, and has no cycles worth the search: to go through all of it
    now and then took a fifth of the time of a whole tree.
    """
    with paused():
        yield
        gc.collect(0)


class Kept:
    """Keeps the collector of a host, where it stays on, from going through all that is known of a project.

    In flake8, that took 6 % of the time of a run over 333 files.
    """

    def __init__(self) -> None:
        self._files = 0

    def grow(self) -> None:
        """Tell that one more file has been looked at."""
        self._files += 1
        if self._files >= _FEW_FILES and self._files.bit_count() == 1:
            # Each time there are twice as many. Cycles that are garbage by now would stay for good.
            gc.collect()
            gc.freeze()


@contextmanager
def paused() -> Iterator[None]:
    """Look for no cyclic garbage inside; afterwards as before.

    While one file is analysed everything is still in use. The collector goes through all of it again and
    again all the same, and makes the time grow faster than the file: 1,000 fallbacks took 17 to 27 times
    as long as 100, and 8 to 11 times without it.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
