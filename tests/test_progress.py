"""The bar of long runs, as a terminal shows it: when it comes, what it says, what is left of it."""

import io
import os
import pty
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from command import BAD, write
from planted import looks, start

from ws_fallback_lint.frontends.progress import progress

Patch = pytest.MonkeyPatch
SLOW = "time.sleep(0.1)"
SOON = "from ws_fallback_lint.frontends import progress\nprogress.PATIENCE = 0.2"
LOADED = "import atexit\natexit.register(lambda: print('rich' in sys.modules))"
_PARTS = re.compile(r"\x1b\[([?\d;]*)([A-Za-z])|([\r\n])|([^\x1b\r\n]+)")


@dataclass(slots=True)
class Screen:
    """What a terminal shows after it was sent something."""

    lines: dict[int, str] = field(default_factory=dict)
    row: int = 0
    column: int = 0
    cursor: bool = True

    def send(self, text: str) -> None:
        for argument, verb, move, letters in _PARTS.findall(text):
            match verb or move or letters:
                case "\r":
                    self.column = 0
                case "\n":
                    self.row += 1
                case "A":
                    self.row -= int(argument or 1)
                case "K":
                    assert argument == "2"
                    self.lines[self.row] = ""
                case "h" | "l" as switch:
                    assert argument == "?25"
                    self.cursor = switch == "h"
                case "m":
                    pass
                case word:
                    assert word == letters, f"what is {verb}?"
                    before = self.lines.get(self.row, "").ljust(self.column)
                    after = before[self.column + len(word) :]
                    self.lines[self.row] = before[: self.column] + word + after
                    self.column += len(word)

    @property
    def blank(self) -> bool:
        """Whether it looks as if nothing had been sent."""
        return self.cursor and (self.row, self.column) == (0, 0) and not any(self.lines.values())


@pytest.fixture(autouse=True)
def many(tree: Path, monkeypatch: Patch) -> Path:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    write("pyproject.toml", "")
    write("shop/a.py", "")
    for n in range(7):
        write(f"shop/m{n}.py", BAD)
    return tree


@contextmanager
def terminal() -> Iterator[tuple[int, int]]:
    """A terminal: what was sent to it can be read from the first, programs get the second."""
    ours, theirs = pty.openpty()
    try:
        yield ours, theirs
    finally:
        os.close(ours)


def sent(ours: int) -> str:
    """Everything that comes until the program ends."""
    parts = []
    try:
        while part := os.read(ours, 4096):
            parts.append(part)
    except OSError:
        pass  # nobody has the other end any more
    return b"".join(parts).decode()


def shown(plant: str, *arguments: str, first: str = SOON) -> tuple[str, bytes, int]:
    """What a run sends to the terminal behind the standard error stream, its output, its status."""
    with terminal() as (ours, theirs):
        with start(plant, "check", *arguments, first=first, stderr=theirs) as process:
            os.close(theirs)
            text = sent(ours)
            out, _ = process.communicate(timeout=20)
        return text, out, process.returncode


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_long_run_shows_how_far_it_is_and_leaves_nothing(jobs: str) -> None:
    text, out, status = shown(f"time.sleep(0.25 * {jobs})", "--jobs", jobs, first="")
    assert status == 1
    counts = [int(count) for count in re.findall(r"(\d)/8.*? files", text)]
    assert counts == sorted(counts)
    assert len(set(counts)) > 2
    assert "\x1b[" in text.partition("files")[0]
    screen = Screen()
    screen.send(text)
    assert screen.blank
    assert out.count(b"FBK101") == 7
    assert b"\x1b" not in out


class Watched(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_it_comes_after_a_second_and_moves_as_often_as_eyes_can_follow(monkeypatch: Patch) -> None:
    clock = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    stream = Watched()
    seen = []
    with progress(stream, quiet=False) as watch:
        for clock[0], done in ((1000.99, 3), (1001.01, 4), (1001.05, 5), (1001.12, 6)):
            watch(done, 9)
            seen.append(re.findall(r"(\d)/9", stream.getvalue())[-1:])
    assert seen == [[], ["4"], ["4"], ["6"]]


def test_the_bar_is_one_line() -> None:
    text, _, _ = shown(SLOW)
    screen = Screen()
    screen.send(text.partition("\n")[0])
    (line,) = screen.lines.values()
    assert re.fullmatch("Checking (\u2501+ 8|[\u2501\u2578\u257a]+ 7)/8 files", line)
    assert not screen.cursor


def test_it_is_there_for_the_graph_too() -> None:
    text, out, status = shown(
        SLOW, "--graph", "json", first=f"{SOON}\nfrom ws_fallback_lint.engine import graph\n{GRAPH}"
    )
    assert "/8" in text
    assert out.startswith(b"{")
    assert status == 0


GRAPH = "steps = graph._steps\ngraph._steps = lambda *rest: (time.sleep(0.1), steps(*rest))[1]"


def test_a_short_run_shows_nothing_and_loads_nothing() -> None:
    text, out, status = shown("pass", first=LOADED)
    assert (text, status) == ("", 1)
    assert out.endswith(b"False\n")


@pytest.mark.parametrize(
    ("environment", "arguments"), [({"TERM": "dumb"}, []), ({"TERM": "unknown"}, []), ({}, ["--quiet"])]
)
def test_it_is_kept_from_those_who_cannot_or_will_not_see_it(
    environment: dict[str, str], arguments: list[str], monkeypatch: Patch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    text, out, _ = shown(SLOW, *arguments, first=f"{SOON}\n{LOADED}")
    assert text == ""
    assert out.endswith(b"False\n")


def test_a_pipe_gets_no_bar_whatever_the_colours(monkeypatch: Patch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    with start(SLOW, "check", "--format", "json", first=f"{SOON}\n{LOADED}") as process:
        out, error = process.communicate(timeout=20)
    assert error == b""
    assert out.endswith(b"False\n")


def test_no_color_takes_the_colours_only(monkeypatch: Patch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    text, _, _ = shown(SLOW)
    assert re.search("[78]/8 files", text)
    assert not re.search(r"\x1b\[[\d;]*m", text)


def test_a_terminal_of_few_letters_gets_what_it_has(monkeypatch: Patch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    monkeypatch.setenv("NO_COLOR", "1")
    text, _, status = shown(SLOW)
    assert status == 1
    assert text.isascii()
    assert re.search("[78]/8 files", text)


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interruption_leaves_the_terminal_as_it_was(number: int, status: int, jobs: str) -> None:
    with terminal() as (ours, theirs):
        plant = f"{SLOW}\n    while 'm4' in path: pass"
        with start(plant, "check", "--jobs", jobs, first=SOON, stderr=theirs) as process:
            os.close(theirs)
            while not any("m4" in path for _, path in looks()):
                time.sleep(0.01)
            time.sleep(0.2)
            os.killpg(process.pid, number)
            text = sent(ours)
            assert process.communicate(timeout=20)[0] == b""
        assert process.returncode == status
    assert "files" in text
    screen = Screen()
    # click ends the line in which a terminal shows ^C.
    screen.send(text.removesuffix("\r\n") if number == signal.SIGINT else text)
    assert screen.blank
