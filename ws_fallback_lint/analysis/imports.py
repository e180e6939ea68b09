"""What the names stand for that the imports of a module bind."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any


class Imports(Mapping[str, str]):
    """Dotted origins by the names that imports bind.

    What a `from` import takes from another module may have come there from a third one. `origin` tells from
    where; it may have to read these modules, so it is asked only for names that somebody looks up.
    """

    def __init__(self, origin: Callable[[str], str]) -> None:
        self._origin = cache(origin)
        self._written: dict[str, str] = {}
        self._taken: set[str] = set()

    def bring(self, name: str, module: str) -> None:
        """Note that a name is bound to a module."""
        self._written[name] = module
        self._taken.discard(name)

    def take(self, name: str, dotted: str) -> None:
        """Note that a name is bound to what a module has under a name."""
        self._written[name] = dotted
        self._taken.add(name)

    def __getitem__(self, name: str) -> str:
        written = self._written[name]
        return self._origin(written) if name in self._taken else written

    def get(self, name: str, default: Any = None) -> Any:
        """As of any mapping, without an exception for each of the many names that no import binds."""
        return self[name] if name in self._written else default

    def __contains__(self, name: object) -> bool:
        return name in self._written

    def __iter__(self) -> Iterator[str]:
        return iter(self._written)

    def __len__(self) -> int:
        return len(self._written)
