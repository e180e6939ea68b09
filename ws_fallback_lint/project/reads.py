"""What an answer rests on: the files and folders that were looked at while it was found.

Whoever remembers an answer for others remembers that, too; so an answer counts for as long as all of it
stays as it is. Runs that leave nothing for later ones keep none of it.
"""

import os
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")


class Reads:
    """Collects paths; that of a folder, of which only the names in it count, ends with a separator.

    None are collected unless they are `kept`.
    """

    def __init__(self, *, kept: bool = False) -> None:
        self.kept = kept
        self.now: set[str] = set()
        self._lasting: dict[str, set[str]] = {}

    def file(self, path: str) -> None:
        """A file has been looked at, be it there or not."""
        if self.kept:
            self.now.add(path)

    def folder(self, path: str) -> None:
        """The names in a folder have been looked at."""
        if self.kept:
            self.now.add(path + os.sep)

    def during(self, find: Callable[[], _Value]) -> tuple[_Value, set[str]]:
        """An answer, and what was looked at for it; that counts for whoever is asking, too."""
        if not self.kept:
            return find(), set()
        outer, self.now = self.now, set()
        try:
            return find(), self.now
        finally:
            outer |= self.now
            self.now = outer

    def lasting(self, path: str) -> set[str]:
        """A set for what is looked at on behalf of a module that is asked again and again.

        What it tells somebody may rest on what it was told for somebody else.
        """
        return self._lasting.setdefault(path, set())

    def complete(self, read: set[str]) -> set[str]:
        """What was looked at for an answer, with all that the modules among it have ever looked at."""
        found, waiting = set(read), read & self._lasting.keys()
        while waiting:
            more = self._lasting[waiting.pop()] - found
            found |= more
            waiting |= more & self._lasting.keys()
        return found


class Memo(Generic[_Key, _Value]):
    """Answers by their questions, each with what it rests on."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads
        self._known: dict[_Key, _Value] = {}
        self._rests: dict[_Key, frozenset[str]] = {}

    def __contains__(self, key: _Key) -> bool:
        return key in self._known

    def get(self, key: _Key, find: Callable[[], _Value]) -> _Value:
        """The answer to a question, found once."""
        if key not in self._known:
            self.put(key, *self._reads.during(find))
        elif self._reads.kept:
            self._reads.now |= self._rests[key]
        return self._known[key]

    def put(self, key: _Key, value: _Value, read: set[str]) -> None:
        """Remember an answer that was found, and what was looked at for it."""
        self._known[key] = value
        if self._reads.kept:
            self._rests[key] = frozenset(read)
