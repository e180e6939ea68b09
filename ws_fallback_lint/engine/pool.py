"""Work shared out to processes. One that dies costs the item it was at, never the run.

Every worker knows all items from its start: what goes to and fro are places among them, and outcomes. A
worker has one run of items at a time, so it is known what it held when it died: those are looked at again
one by one, and an item that takes down a worker which had nothing before is given up.

`concurrent.futures` would lose whatever was waiting with the one that died, and leave workers behind
when this process is killed.
"""

import multiprocessing
import os
import signal
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

# Chunks for each process: enough to share out well and to show how far it is, few enough to keep the talk
# between processes small.
_CHUNKS_PER_JOB = 16
# Windows waits for 63 things at once.
_MOST = 60 if sys.platform == "win32" else sys.maxsize
_ENDINGS = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True, slots=True)
class Work(Generic[Item, Outcome]):
    """What to do: `start` makes, once in each process, what turns an item into its outcome.

    `lost` is the outcome of an item that takes down the process that tries.
    """

    start: Callable[[], Callable[[Item], Outcome]]
    lost: Callable[[Item], Outcome]


def shared_out(
    work: Work[Item, Outcome],
    items: Sequence[Item],
    sizes: Sequence[int],
    jobs: int,
    watch: Callable[[int], None],
) -> tuple[Outcome, ...]:
    """The outcomes of all items, in their order, from at most `jobs` processes.

    `sizes` say how much work each is; `watch` is told how many are done. An exception in a worker is raised
    here. However this ends, no worker is left.
    """
    pool = _Pool(work, items, chunks(sizes, jobs), min(jobs, _MOST))
    try:
        while not pool.finished:
            pool.go_on()
            watch(len(pool.outcomes))
    finally:
        pool.end()
    return tuple(pool.outcomes[place] for place in range(len(items)))


def chunks(sizes: Sequence[int], jobs: int) -> Iterator[range]:
    """Cut a row of things into runs of about the same size each."""
    limit = sum(sizes) // (jobs * _CHUNKS_PER_JOB) + 1
    first = held = 0
    for place, size in enumerate(sizes):
        held += size
        if held >= limit:
            yield range(first, place + 1)
            first, held = place + 1, 0
    if first < len(sizes):
        yield range(first, len(sizes))


class _Worker:
    """A process, and the places it has at the moment; `fresh` until it has given back some."""

    def __init__(self, work: Work[Any, Any], items: Sequence[Any]) -> None:
        # Forking is the fastest start, and safe here: this process has one thread.
        context = multiprocessing.get_context("fork" if sys.platform == "linux" else None)
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, work, items), daemon=True)
        with _safe_path():
            self.process.start()
        theirs.close()
        self.fresh = True
        self.held: range | None = None

    def take(self, places: range | None) -> None:
        """Work on these places; None ends it."""
        self.held = places
        with suppress(OSError):  # it has died, which is seen when it is listened to
            self.pipe.send(places)


class _Pool(Generic[Item, Outcome]):
    def __init__(
        self, work: Work[Item, Outcome], items: Sequence[Item], waiting: Iterable[range], jobs: int
    ) -> None:
        self.outcomes: dict[int, Outcome] = {}
        self._work = work
        self._items = items
        self._waiting = deque(waiting)
        self._jobs = jobs
        self._workers: dict[Connection, _Worker] = {}

    @property
    def finished(self) -> bool:
        return len(self.outcomes) == len(self._items)

    def go_on(self) -> None:
        """Let everybody have something to do, and wait until somebody has something to say."""
        # New ones come first: what waits in front may be there to be tried by a fresh worker.
        while self._waiting and len(self._workers) < self._jobs:
            with _endings_held():
                worker = _Worker(self._work, self._items)
                self._workers[worker.pipe] = worker
            worker.take(self._waiting.popleft())
        for worker in self._workers.values():
            if self._waiting and worker.held is None:
                worker.take(self._waiting.popleft())
        heard = wait(list(self._workers))
        for worker in [worker for pipe, worker in self._workers.items() if pipe in heard]:
            self._hear(worker)

    def _hear(self, worker: _Worker) -> None:
        try:
            said = worker.pipe.recv()
        except (EOFError, OSError):
            self._bury(worker)
            return
        if isinstance(said, Exception):
            raise said
        self.outcomes.update(zip(worker.held or (), said, strict=True))
        worker.held = None
        worker.fresh = False

    def _bury(self, worker: _Worker) -> None:
        del self._workers[worker.pipe]
        _end(worker)
        if worker.held is None:
            return
        if len(worker.held) == 1 and worker.fresh:
            (place,) = worker.held
            self.outcomes[place] = self._work.lost(self._items[place])
        else:
            self._waiting.extendleft(range(place, place + 1) for place in reversed(worker.held))

    def end(self) -> None:
        """Leave no process behind; those that still work are not asked."""
        for worker in self._workers.values():
            if self.finished:
                worker.take(None)
            else:
                worker.process.kill()
        for worker in self._workers.values():
            _end(worker)


def _end(worker: _Worker) -> None:
    worker.process.join()
    worker.process.close()
    worker.pipe.close()


@contextmanager
def _safe_path() -> Iterator[None]:
    """Let no process that starts afresh look for its modules in the working folder, which is linted."""
    before = os.environ.get("PYTHONSAFEPATH")
    os.environ["PYTHONSAFEPATH"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONSAFEPATH"]
        else:
            os.environ["PYTHONSAFEPATH"] = before


@contextmanager
def _endings_held() -> Iterator[None]:
    """Put off being interrupted: between the birth of a process and the note of it, it would be an orphan."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDINGS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(pipe: Connection, work: Work[Item, Outcome], items: Sequence[Item]) -> None:
    """What a worker does, from its start to its end."""
    _end_when_told()
    look = work.start()
    while (places := pipe.recv()) is not None:
        try:
            said: object = tuple(look(items[place]) for place in places)
        except Exception as error:  # noqa: BLE001 - it is raised again where the run is
            error.add_note(traceback.format_exc())
            said = error
        pipe.send(said)


def _end_when_told() -> None:
    """Go at once and without a word: with the parent, and on Ctrl-C, which reaches all of a terminal."""
    for ending in _ENDINGS:
        if signal.getsignal(ending) is not signal.SIG_IGN:
            signal.signal(ending, signal.SIG_DFL)
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDINGS)
    threading.Thread(target=_follow_parent, daemon=True).start()


def _follow_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
