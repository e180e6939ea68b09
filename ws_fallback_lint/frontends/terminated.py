"""Being told to end by another program."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

# As shells count one that a signal ended.
TERMINATED = 128 + signal.SIGTERM


@contextmanager
def terminable() -> Iterator[None]:
    """SIGTERM ends what is inside as Ctrl-C does: what was begun is cleared away first."""
    before = signal.getsignal(signal.SIGTERM)
    if before is not signal.SIG_DFL:  # whoever started this has a mind of their own
        yield
        return
    with suppress(ValueError):  # in a thread, which is not ours to set up
        signal.signal(signal.SIGTERM, _end)
    try:
        yield
    finally:
        with suppress(ValueError):
            signal.signal(signal.SIGTERM, before)


def _end(_number: int, _frame: object) -> None:
    sys.exit(TERMINATED)
