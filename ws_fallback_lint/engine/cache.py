"""A file of answers from earlier runs, each with what it rests on (SQLite).

An answer counts for as long as every file and folder that was looked at for it is as it was then. Several
runs can use the file at once. One that cannot be used is left alone, with one warning: nothing but time
depends on it.
"""

import glob
import os
import sqlite3
import time
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ws_fallback_lint.engine.states import State

# Another layout gets another number, and with it another file.
_NAME = "answers-1.sqlite"
_MOST_BYTES = 100_000_000
# How long a run waits for another that is writing, in seconds.
_PATIENCE = 5.0
# Answers that were used within this time, in seconds, need no new mark of it.
_RECENT = 24 * 60 * 60
# SQLite takes no more values in one question, older ones at least.
_AT_ONCE = 900
_TABLES = """
CREATE TABLE IF NOT EXISTS state (
    id INTEGER PRIMARY KEY, path BLOB NOT NULL, digest BLOB NOT NULL, UNIQUE (path, digest)
);
CREATE TABLE IF NOT EXISTS answer (
    key BLOB PRIMARY KEY, value BLOB NOT NULL, states BLOB NOT NULL, used INTEGER NOT NULL
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is to be found under a key for as long as all states hold."""

    key: bytes
    value: bytes
    states: tuple[State, ...]


class Cache:
    """The file in a folder, which need not exist. `warn` is told, once, why it cannot be used."""

    def __init__(self, folder: str, warn: Callable[[str], None], most_bytes: int = _MOST_BYTES) -> None:
        self._path = os.path.join(folder, _NAME)
        self._warn = warn
        self._most_bytes = most_bytes
        self._is_usable = True

    @property
    def exists(self) -> bool:
        """Whether there is anything to look up."""
        return self._is_usable and os.path.exists(self._path)

    def find(self, keys: Sequence[bytes], holds: Callable[[State], bool]) -> dict[bytes, bytes]:
        """The values of those keys whose answer counts: `holds` tells whether a state is as it was."""
        found: dict[bytes, bytes] = {}
        with self._opened() as base:
            rows = list(_all(base, "SELECT key, value, states, used FROM answer WHERE key IN", keys))
            rests = {key: _numbers(states) for key, _, states, _ in rows}
            wanted = sorted({number for numbers in rests.values() for number in numbers})
            states = _all(base, "SELECT id, path, digest FROM state WHERE id IN", wanted)
            valid = {number for number, path, digest in states if holds((os.fsdecode(path), digest))}
            found = {key: value for key, value, _, _ in rows if valid.issuperset(rests[key])}
            now = int(time.time())
            old = [(now, key) for key, _, _, used in rows if key in found and used < now - _RECENT]
            if old:
                with base:
                    base.executemany("UPDATE answer SET used = ? WHERE key = ?", old)
        return found

    def keep(self, answers: Sequence[Answer]) -> None:
        """Remember answers, in the place of others with their keys."""
        with self._opened() as base, base:
            base.execute("BEGIN IMMEDIATE")
            states = {state for answer in answers for state in answer.states}
            stored = [(os.fsencode(path), digest) for path, digest in states]
            base.executemany("INSERT OR IGNORE INTO state (path, digest) VALUES (?, ?)", stored)
            ask = "SELECT id FROM state WHERE path = ? AND digest = ?"
            numbers = {
                state: base.execute(ask, row).fetchone()[0] for state, row in zip(states, stored, strict=True)
            }
            now = int(time.time())
            rows = (
                (one.key, one.value, array("I", (numbers[state] for state in one.states)).tobytes(), now)
                for one in answers
            )
            base.executemany("INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?)", rows)
        if self.exists and os.path.getsize(self._path) > self._most_bytes:
            self._shrink()

    def _shrink(self) -> None:
        """Forget the half that was not used for longest."""
        with self._opened() as base:
            with base:
                base.execute(
                    "DELETE FROM answer WHERE key IN"
                    " (SELECT key FROM answer ORDER BY used LIMIT (SELECT (count(*) + 1) / 2 FROM answer))"
                )
                left = {
                    n for (states,) in base.execute("SELECT states FROM answer") for n in _numbers(states)
                }
                gone = [row for row in base.execute("SELECT id FROM state") if row[0] not in left]
                base.executemany("DELETE FROM state WHERE id = ?", gone)
            base.execute("VACUUM")

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """The file, for one visit: a connection must not be open while processes are started."""
        base = self._connected()
        try:
            yield base
        except sqlite3.Error as error:
            self._give_up(error)
        finally:
            base.close()

    def _connected(self) -> sqlite3.Connection:
        if self._is_usable:
            try:
                os.makedirs(os.path.dirname(self._path), exist_ok=True)
                return _with_tables(sqlite3.connect(self._path, timeout=_PATIENCE))
            except (sqlite3.Error, OSError) as error:
                self._give_up(error)
        return _with_tables(sqlite3.connect(":memory:"))

    def _give_up(self, error: Exception) -> None:
        if self._is_usable:
            self._is_usable = False
            self._warn(
                f"the cache {self._path} is not used: {error}"
                " (`ws-fallback-lint cache clear` removes it, `--no-cache` does without)"
            )


def clear(folder: str) -> int:
    """Remove the files of all caches in a folder; how many bytes that were. Raises OSError."""
    freed = 0
    for path in glob.glob(os.path.join(glob.escape(folder), "answers-*.sqlite*")):
        freed += os.path.getsize(path)
        os.unlink(path)
    return freed


def _with_tables(base: sqlite3.Connection) -> sqlite3.Connection:
    try:
        base.executescript(_TABLES)
    except sqlite3.Error:
        base.close()
        raise
    return base


def _all(base: sqlite3.Connection, question: str, values: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    """The rows for all values, asked in parts."""
    left = iter(values)
    while part := tuple(islice(left, _AT_ONCE)):
        yield from base.execute(f"{question} ({','.join('?' * len(part))})", part)


def _numbers(states: bytes) -> "array[int]":
    numbers = array("I")
    numbers.frombytes(states)
    return numbers
