"""Lists of patterns as .gitignore files hold them, for excludes and per-file ignores alike."""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from ws_fallback_lint.engine.disk import below

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


@dataclass(frozen=True, slots=True, eq=False)
class Patterns:
    """Patterns and the folder they count from; `refused` holds the lines that are no pattern."""

    base: str
    spec: "GitIgnoreSpec"
    refused: tuple[str, ...]

    @classmethod
    def of(cls, base: str, lines: Iterable[str]) -> Self:
        """Compile lines for the absolute folder `base`; a line that is refused matches nothing, as in git."""
        # Costs a third of the start-up; most single files need none.
        from pathspec import GitIgnoreSpec

        from ws_fallback_lint.engine.globs import swift

        good: list[str] = []
        refused: list[str] = []
        for line in lines:
            try:
                patterns = GitIgnoreSpec.from_lines([line]).patterns
            except (ValueError, re.error):
                refused.append(line)
            else:
                good += [line for pattern in patterns if pattern.include is not None]
        spec = GitIgnoreSpec.from_lines(good)
        for pattern in spec.patterns:
            pattern.regex = pattern.regex and swift(pattern.regex)
        return cls(base, spec, tuple(refused))

    def verdict(self, path: str, folder: bool = False) -> bool | None:
        """What the last matching line says of an absolute path: True out, False kept, None nothing."""
        inside = below(self.base, path)
        return None if inside is None else self._check(inside, folder)

    def covers(self, path: str, folder: bool = False) -> bool:
        """Whether an absolute path is out, be it through a folder above it: no line can bring that back."""
        inside = below(self.base, path)
        if inside is None:
            return False
        parts = inside.split(os.sep)
        above = (os.sep.join(parts[:count]) for count in range(1, len(parts)))
        return any(self._check(part, True) for part in above) or bool(self._check(inside, folder))

    def _check(self, inside: str, folder: bool) -> bool | None:
        return self.spec.check_file(inside + "/" if folder else inside).include
