"""Runs small modules with what they import missing, and tells where they die.

`observe` starts this file as a program, in a fresh interpreter that runs many modules. Each runs once with
everything there, and once for each set of things that may be missing.
"""

import ast
import asyncio
import contextlib
import dis
import inspect
import io
import itertools
import json
import os
import subprocess
import sys
import tempfile
import threading
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from truth_library import LIBRARIES, Lenient, Shelf, parts, shortages
from truth_places import HERE, Place, places

CRASHES = (TypeError, AttributeError, NameError)
_UNNEEDED = (  # parts of pytest that cost time in each of its many short sessions
    "cacheprovider",
    "doctest",
    "faulthandler",
    "junitxml",
    "legacypath",
    "logging",
    "stepwise",
    "threadexception",
    "unraisableexception",
)


@dataclass(frozen=True, slots=True)
class Program:
    """A module, and what to do with it: statements to run in it, or tests to run with pytest.

    With neither, its public functions that need no argument are called in order.
    """

    code: str
    drive: str = ""
    tests: bool = False


@dataclass(frozen=True, slots=True)
class Crash:
    """An error that nothing caught: the module's lines that led to it, innermost first, 1-based.

    `when` is "import" if the module died as it was imported, else "call".
    """

    lines: tuple[int, ...]
    when: str


@dataclass(frozen=True, slots=True)
class Observed:
    """What a module did. `used` are the lines that asked a library for something when all were there."""

    crashes: frozenset[Crash]
    masked: frozenset[int]
    used: frozenset[int]
    broken: tuple[str, ...]


def observe(programs: Sequence[Program]) -> list[Observed]:
    """Run every program in one fresh interpreter."""
    text = json.dumps([asdict(program) for program in programs])
    command = [sys.executable, __file__]
    done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return [
        Observed(
            frozenset(Crash(tuple(crash["lines"]), crash["when"]) for crash in told["crashes"]),
            frozenset(told["masked"]),
            frozenset(told["used"]),
            tuple(told["broken"]),
        )
        for told in json.loads(done.stdout)
    ]


@dataclass(slots=True)
class Run:
    """One run of a program: what escaped, and everything that was raised in its lines on the way."""

    program: Program
    path: Path
    place: Place = HERE
    crashes: set[Crash] = field(default_factory=set)
    used: set[int] = field(default_factory=set)
    _raised: list[tuple[BaseException, int]] = field(default_factory=list)
    _escaped: list[BaseException] = field(default_factory=list)

    @property
    def masked(self) -> set[int]:
        """The lines whose crash something swallowed."""
        return {line for error, line in self._raised if not any(error is other for other in self._escaped)}

    def go(self) -> None:
        """Run it, watched."""
        tree = ast.parse(self.program.code)
        imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
        imported = {line for node in imports for line in range(node.lineno, (node.end_lineno or 0) + 1)}

        def touch() -> None:
            frame = sys._getframe(1)
            while frame.f_code.co_filename != str(self.path):
                if frame.f_back is None:
                    return
                frame = frame.f_back
            if frame.f_lineno not in imported:
                self.used.add(frame.f_lineno)

        Lenient.touch = staticmethod(touch)
        forget()
        before = sys.gettrace()
        threading.excepthook = lambda told: self._note(told.exc_value, "call")
        threading.settrace(self._trace)
        sys.settrace(self._trace)
        try:
            with self.place.played():
                self._with_pytest() if self.program.tests else self._alone()
        finally:
            sys.settrace(before)

    def _trace(self, frame: types.FrameType, event: str, argument: Any) -> Any:
        if frame.f_code.co_filename != str(self.path):
            return None
        if event == "exception" and isinstance(argument[1], CRASHES):
            lines = lines_of(argument[2], str(self.path))
            if not any(argument[1] is error for error, _ in self._raised):
                self._raised.append((argument[1], lines[0]))
        return self._trace

    def _note(self, escaped: BaseException | None, when: str) -> None:
        for error in crashes_in(escaped):
            self._escaped.append(error)
            if lines := lines_of(error.__traceback__, str(self.path)):  # none: a decorator ended a test
                self.crashes.add(Crash(lines, when))

    def _alone(self) -> None:
        module = types.ModuleType("case")
        sys.modules["case"] = module
        scope = module.__dict__
        if not self._attempt(lambda: _execute(self.program.code, str(self.path), scope), "import"):
            return
        for statement in ast.parse(self.program.drive).body:
            text = ast.unparse(statement)
            self._attempt(partial(_execute, text, "<drive>", scope), "call")
        if not self.program.drive:
            for function in public_functions(scope, str(self.path)):
                self._attempt(partial(finish, function), "call")

    def _attempt(self, act: Callable[[], object], when: str) -> bool:
        try:
            act()
        except BaseException as error:  # noqa: BLE001 - also SystemExit and a test that is skipped
            self._note(error, when)
            return False
        return True

    def _with_pytest(self) -> None:
        import pytest

        run = self

        class Watch:
            def pytest_exception_interact(self, call: pytest.CallInfo[object]) -> None:
                assert call.excinfo is not None
                run._note(call.excinfo.value, "import" if call.when == "collect" else "call")

        self.path.write_text(self.program.code, "utf-8")
        options = ["-q", "-c", "/dev/null", "--import-mode=importlib", "--assert=plain"]
        options += [f"-pno:{plugin}" for plugin in _UNNEEDED]
        # Nothing above its folder is looked at: there, every other program has one.
        options += [f"--{kind}={self.path.parent}" for kind in ("rootdir", "confcutdir")]
        with contextlib.redirect_stdout(io.StringIO()):
            code = pytest.main([*options, str(self.path)], plugins=[Watch()])
        assert code not in (pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR)


def _execute(code: str, name: str, scope: dict[str, object]) -> None:
    exec(compile(code, name, "exec"), scope)  # noqa: S102 - running it is the point


def forget() -> None:
    """Drop the libraries that an earlier run imported."""
    for name in [name for name in sys.modules if name.partition(".")[0] in LIBRARIES]:
        del sys.modules[name]


def lines_of(trace: types.TracebackType | None, path: str) -> tuple[int, ...]:
    """The lines of a module that an error passed, innermost first."""
    lines = []
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == path:
            lines.append(_line(trace))
        trace = trace.tb_next
    return tuple(reversed(lines))


def _line(trace: types.TracebackType) -> int:
    """The line where a frame was left.

    Python 3.11 runs a store to a local name and the load after it as one, and has the store's line for both.
    """
    code = trace.tb_frame.f_code
    if code.co_code[trace.tb_lasti] == dis.opmap["STORE_FAST"]:
        line, *_ = list(code.co_positions())[trace.tb_lasti // 2 + 1]
        return line or trace.tb_lineno
    return trace.tb_lineno


def crashes_in(escaped: BaseException | None) -> Iterator[BaseException]:
    """What a missing library explains: an error that escaped, and those that it came of."""
    while escaped is not None:
        if isinstance(escaped, CRASHES):
            yield escaped
        escaped = escaped.__cause__ or escaped.__context__


def public_functions(scope: Mapping[str, object], path: str) -> Iterator[types.FunctionType]:
    """The functions of a module that a user can call just so."""
    for name, value in list(scope.items()):
        if isinstance(value, types.FunctionType) and value.__code__.co_filename == path:
            needed = [p for p in inspect.signature(value).parameters.values() if p.default is p.empty]
            if not name.startswith("_") and all(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in needed):
                yield value


def finish(function: Callable[[], object]) -> None:
    """Call a function, and run what it gives back to its end."""
    result = function()
    if inspect.iscoroutine(result):
        asyncio.run(result)
    elif inspect.isgenerator(result):
        list(result)


def _told(program: Program, folder: Path, numbers: Iterator[int]) -> dict[str, object]:
    def ran(missing: frozenset[str], place: Place) -> Run:
        Shelf.missing = missing
        number = next(numbers)
        home = folder / str(number)
        home.mkdir()
        run = Run(program, home / f"test_case_{number}.py", place)  # pytest imports each name only once
        run.go()
        return run

    where = [HERE] if program.tests else places(program.code)
    whole = [ran(frozenset(), place) for place in where]
    runs = [ran(missing, place) for missing in shortages(parts(ast.parse(program.code))) for place in where]
    # On another platform, a module of this one is missing, too.
    runs += whole if len(whole) > 1 else []
    crashes = frozenset.intersection(*(frozenset(run.crashes) for run in whole))
    masked = frozenset.intersection(*(frozenset(run.masked) for run in whole))
    return {
        "crashes": [asdict(crash) for crash in set().union(*(run.crashes for run in runs))],
        "masked": sorted(set().union(*(run.masked for run in runs))),
        "used": sorted(set().union(*(run.used for run in whole))),
        "broken": [f"dies at {crash.lines} with nothing missing" for crash in crashes]
        + [f"line {line} fails with nothing missing" for line in masked],
    }


def main() -> None:
    """Run the programs that standard input tells of; tell on standard output what they did."""
    sys.dont_write_bytecode = True
    sys.meta_path.insert(0, Shelf())
    out, sys.stdout = sys.stdout, io.StringIO()
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    with tempfile.TemporaryDirectory() as folder:
        numbers = itertools.count()
        told = [_told(Program(**one), Path(folder), numbers) for one in json.load(sys.stdin)]
    json.dump(told, out)


if __name__ == "__main__":
    main()
