"""Terminals, pipes, signals: what only a real process shows."""

import importlib
import os
import pty
import signal
import subprocess
import sys
import time

import pytest
from command import BAD, ran, read, write

from ws_fallback_lint.frontends import cli, output
from ws_fallback_lint.frontends.cli import main

Capture = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch
pytestmark = pytest.mark.usefixtures("shop")


def test_ctrl_c_ends_with_130(monkeypatch: Patch) -> None:
    def interrupt(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "discover", interrupt)
    assert main(["check"]) == 130


def test_ctrl_c_ends_a_real_run_without_a_traceback() -> None:
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", "ws_fallback_lint", "check", "-"]
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # it may be ignored, and that inherited
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as waiting:
        signal.signal(signal.SIGINT, before)
        time.sleep(1)
        waiting.send_signal(signal.SIGINT)
        assert waiting.wait(20) == 130
        assert waiting.communicate() == (b"", b"\n")


def test_a_reader_that_goes_away_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "ws_fallback_lint", "check"],
            stdout=writing,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
        )
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (1, b"")


def test_a_full_disk_is_an_error() -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "ws_fallback_lint", "check"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
        )
    assert done.returncode == 2
    assert done.stderr == b"ws-fallback-lint: cannot go on: No space left on device\n"


def test_streams_that_are_closed_are_left_alone() -> None:
    command = f'"{sys.executable}" -m ws_fallback_lint check >&- 2>&-'
    assert subprocess.run(["sh", "-c", command], check=False, timeout=60).returncode == 1


def test_a_stream_that_cannot_encode_gets_escapes() -> None:
    write("shop/b.py", BAD.replace("import x", "import \xe9\u65e5").replace(" x =", " \xe9\u65e5 ="))
    done = ran("check", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 1
    assert b"'\\xe9\\u65e5' becomes None" in done.stdout


def on_a_terminal(**environment: str) -> str:
    parent, child = pty.openpty()
    # A pty buffers a few kilobytes, so what a short report writes can be read once it is done.
    process = subprocess.run(
        [sys.executable, "-m", "ws_fallback_lint", "check"],
        stdout=child,
        stderr=child,
        check=False,
        timeout=60,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100", **environment},
    )
    os.close(child)
    shown = os.read(parent, 65536).decode()
    os.close(parent)
    assert process.returncode == 1
    return shown.replace("\r\n", "\n")


def test_a_terminal_gets_colours_and_source() -> None:
    shown = on_a_terminal()
    assert "\x1b[1;31mFBK101\x1b[0m" in shown
    assert "    x = None\n" in shown
    assert "^" in shown


@pytest.mark.parametrize(
    "environment", [{"NO_COLOR": "1"}, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, {"TERM": "dumb"}]
)
def test_a_terminal_without_colours_still_gets_the_source(environment: dict[str, str]) -> None:
    shown = on_a_terminal(**environment)
    assert "\x1b" not in shown
    assert "4 |     x = None\n  |     ^\n" in shown


def test_force_color_makes_a_terminal_of_a_pipe() -> None:
    assert b"\x1b[1;31mFBK101\x1b[0m" in ran("check", FORCE_COLOR="1").stdout
    assert b"\x1b" not in ran("check", FORCE_COLOR="").stdout
    assert b"\x1b" not in ran("check", "--output", "out.txt", FORCE_COLOR="1").stdout
    assert "\x1b" not in read("out.txt")


def test_put_hushes_a_stream_whose_reader_is_gone() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "w", encoding="utf-8") as stream:
        output.put(stream, "first")
        output.put(stream, "second")
    with open("/dev/full", "w", encoding="utf-8") as stream, pytest.raises(OSError, match="No space left"):
        output.put(stream, "first")


def test_importing_the_module_behind_python_m_runs_nothing(capsys: Capture) -> None:
    # Processes that are spawned, not forked, import it again.
    assert importlib.import_module("ws_fallback_lint.__main__").main is not main
    assert capsys.readouterr() == ("", "")
