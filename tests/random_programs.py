"""Random modules around one guarded import: what the linter says of them against what they do.

`python tests/random_programs.py --count 5000 --seed 1` tells how often the verdict is the truth.
"""

import argparse
import ast
import contextlib
import io
import sys
import types
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

from random_maker import Maker
from truth_library import Lenient, Shelf, parts, shortages
from truth_runner import crashes_in, finish, forget, lines_of, public_functions

from ws_fallback_lint.core.config import Config
from ws_fallback_lint.core.results import Result
from ws_fallback_lint.core.source import Source
from ws_fallback_lint.engine.lint import lint
from ws_fallback_lint.project.roots import Project

PLACE = "random_program.py"
# Programs with more ways through them than this are left out.
_MOST_PATHS = 256
_LONGEST_PATH = 12


class Enough(BaseException):
    """A path that asks too often ends here."""


class TooManyPaths(Exception):  # noqa: N818 - it is no error of the program
    """A program with too many ways through it."""


@dataclass(slots=True)
class Choices:
    """Answers for `choose()`: `paths` comes round once for each way in which they can be given."""

    _path: list[bool] = field(default_factory=list)
    _given: int = 0

    def choose(self) -> bool:
        """The next answer on this path."""
        if self._given == len(self._path):
            if self._given == _LONGEST_PATH:
                raise Enough
            self._path.append(False)
        self._given += 1
        return self._path[self._given - 1]

    def paths(self) -> Iterator[None]:
        """Each path in turn; the next one begins with what the last one has not tried."""
        for _ in range(_MOST_PATHS):
            self._given = 0
            yield
            while self._path and self._path[-1]:
                self._path.pop()
            if not self._path:
                return
            self._path[-1] = True
        raise TooManyPaths


@dataclass(frozen=True, slots=True)
class Truth:
    """What a program does, on all paths: the lines that each crash passed, innermost first.

    `told` are crashes that another error took the place of. `broken`: with everything there, it dies too.
    """

    crashes: frozenset[tuple[int, ...]]
    told: frozenset[tuple[int, ...]]
    is_broken: bool


def truth(text: str, setup: str) -> Truth:
    """Run a program with everything there, and with everything missing that may be."""
    code = compile(text, PLACE, "exec")
    if any(_crashes(code, setup, frozenset())):
        return Truth(frozenset(), frozenset(), is_broken=True)
    escaped: set[tuple[int, ...]] = set()
    told: set[tuple[int, ...]] = set()
    for missing in shortages(parts(ast.parse(text))):
        for error, is_last in _crashes(code, setup, missing):
            (escaped if is_last else told).add(lines_of(error.__traceback__, PLACE))
    return Truth(frozenset(escaped), frozenset(told), is_broken=False)


def _crashes(
    code: types.CodeType, setup: str, missing: frozenset[str]
) -> Iterator[tuple[BaseException, bool]]:
    """The crashes of a module, and of each thing in a fresh one that its users may call.

    With each comes whether it was the last error, or what the last one was raised from.
    """
    with _shelf(missing):
        todo: list[str | None] = [None]
        for entry in todo:
            choices = Choices()
            for _ in choices.paths():
                scope: dict[str, Any] = {"__name__": PLACE, "choose": choices.choose}
                try:
                    exec(code, scope)  # noqa: S102 - running it is the point
                    if setup:
                        scope[setup]()
                    public = _public(scope)
                    if entry is None:
                        todo += [name for name in public if name not in todo]
                    elif entry in public:
                        finish(public[entry])
                except BaseException as error:  # noqa: BLE001 - also SystemExit and Enough
                    causes = list(_causes(error))
                    yield from ((crash, crash in causes) for crash in crashes_in(error))


@contextlib.contextmanager
def _shelf(missing: frozenset[str]) -> Iterator[None]:
    """The libraries can be imported, but for those missing; what is printed is lost."""
    finder = Shelf()
    Shelf.missing = missing
    Lenient.touch = staticmethod(_nothing)
    sys.meta_path.insert(0, finder)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            yield
    finally:
        sys.meta_path.remove(finder)
        forget()


def _nothing() -> None:
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _public(scope: Mapping[str, Any]) -> dict[str, Callable[[], object]]:
    """What a user can call in a module, the methods of new objects included."""
    found: dict[str, Callable[[], object]] = {}
    for function in public_functions(scope, PLACE):
        found[function.__name__] = function
    for name, kind in scope.items():
        if isinstance(kind, type) and kind.__module__ == PLACE:
            methods = [method for method in vars(kind) if not method.startswith("_")]
            found |= {f"{name}.{method}": partial(_call_method, kind, method) for method in methods}
    return found


def _call_method(kind: type, method: str) -> object:
    needs_object = not isinstance(vars(kind)[method], staticmethod)
    called = getattr(kind() if needs_object else kind, method)
    return called() if callable(called) else None


def verdict(text: str) -> Result:
    """What the linter says of a program; nothing is known of its libraries."""
    return lint(Source(PLACE, text.encode()), Config(), Project.around(PLACE, None, ()))


class Missed(AssertionError):  # noqa: N818 - a verdict, rather
    """The linter does not name a line that dies."""


def compare(text: str, real: Truth, result: Result) -> bool:
    """Whether a program is flagged, though nothing in it dies.

    Raises Missed where something dies and no finding says so.
    """
    assert not result.problems
    uses = [use for finding in result.findings for use in finding.uses]
    lines = {use.line for use in uses}
    handed_on = {use.line for use in uses if use.kind == "argument"}
    for crash in real.crashes:
        if crash[0] not in lines and handed_on.isdisjoint(crash[1:]):
            raise Missed(f"line {crash[0]} dies, and is not named\n{numbered(text)}")
    return bool(result.findings) and not real.crashes and not real.told


def numbered(text: str) -> str:
    """A program with the numbers of its lines."""
    return "\n".join(f"{number:3} {line}" for number, line in enumerate(text.splitlines(), 1))


@dataclass(slots=True)
class Tally:
    """What many programs came to."""

    counts: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    flagged: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """The part of the guarded programs that are flagged."""
        return self.counts["flagged guarded"] / max(self.counts["guarded"], 1)

    def add(self, seed: int, number: int) -> None:
        """Make the program of this number and compare."""
        text, setup = Maker(Random(f"{seed}:{number}")).module()  # noqa: S311 - the same ones every time
        self.counts["programs"] += 1
        try:
            real = truth(text, setup)
        except TooManyPaths:
            self.counts["left out: too many paths"] += 1
            return
        if real.is_broken:
            self.counts["left out: broken"] += 1
            return
        self.counts["dangerous" if real.crashes or real.told else "guarded"] += 1
        try:
            if compare(text, real, verdict(text)):
                self.counts["flagged guarded"] += 1
                self.flagged.append(text)
        except Missed as missed:
            self.counts["missed"] += 1
            self.missed.append(str(missed))

    def __str__(self) -> str:
        kinds = ("programs", "dangerous", "missed", "guarded", "flagged guarded")
        told = [f"{kind}: {self.counts[kind]}" for kind in kinds]
        left_out = [f"{kind}: {count}" for kind, count in sorted(self.counts.items()) if kind not in kinds]
        return ", ".join([*told, f"rate: {self.rate:.2%}", *left_out])


def main() -> int:
    """Compare as many programs as the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=0, help="show so many of the programs judged wrongly")
    asked = parser.parse_args()
    tally = Tally()
    for number in range(asked.count):
        tally.add(asked.seed, number)
    for text in tally.missed[: asked.show]:
        print(f"MISSED: {text}\n")
    for text in tally.flagged[: asked.show]:
        places = [f"{use.line}: {use.kind}" for f in verdict(text).findings for use in f.uses]
        print(f"FLAGGED: {'; '.join(places)}\n{numbered(text)}\n")
    print(tally)
    return bool(tally.missed)


if __name__ == "__main__":
    sys.exit(main())
