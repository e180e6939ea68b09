"""How far a run is: a bar on the terminal, from the second second on, that leaves nothing behind."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from ws_fallback_lint.engine.run import Watch, unwatched
from ws_fallback_lint.frontends.output import terminal

if TYPE_CHECKING:
    from rich.progress import Progress

PATIENCE = 1.0
_BETWEEN = 0.1


@contextmanager
def progress(stream: TextIO, *, quiet: bool) -> Iterator[Watch]:
    """What to tell of a run; it shows on `stream` if a person looks at that."""
    # FORCE_COLOR makes a terminal of a pipe, but what moves is for those who look.
    looked_at = stream and stream.isatty() and os.environ.get("TERM") not in {"dumb", "unknown"}
    if quiet or not looked_at:
        yield unwatched
        return
    bar = _Bar(stream)
    try:
        yield bar.show
    finally:
        bar.end()


class _Bar:
    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._due = time.monotonic() + PATIENCE
        self._shown: Progress | None = None

    def show(self, done: int, of: int) -> None:
        """Bring the bar to where the run is, though not more often than eyes can follow."""
        now = time.monotonic()
        if now < self._due:
            return
        self._due = now + _BETWEEN
        if self._shown is None:
            self._shown = _on(self._stream)
            self._shown.add_task("Checking", total=of, completed=done)
            self._shown.start()
        (task,) = self._shown.task_ids
        self._shown.update(task, completed=done, total=of, refresh=True)

    def end(self) -> None:
        """Take the bar away, if there is one."""
        if self._shown is not None:
            self._shown.stop()


def _on(stream: TextIO) -> "Progress":
    # Most runs are over before anything of this is needed, and it takes longer than they do.
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    screen = terminal(stream)
    console = Console(
        file=stream,
        force_terminal=True,
        color_system="standard" if screen and screen.colour else None,
        legacy_windows=False,
    )
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("files"))
    # Without threads: processes may be started meanwhile.
    return Progress(
        *columns,
        console=console,
        auto_refresh=False,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
