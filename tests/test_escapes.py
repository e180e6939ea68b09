"""Control characters in names, source, configuration and arguments: none reaches a terminal."""

import json
import os
import pty
import re
import subprocess
import sys
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import pytest
from command import BAD, FIXED, ran, write

from ws_fallback_lint.frontends.cli import main

Capture = pytest.CaptureFixture[bytes]
pytestmark = pytest.mark.usefixtures("shop")

FILE = os.fsdecode(b"\xff\x1b[31m\nx.py")
FOLDER = os.fsdecode(b"\xfe\x9b\r%::error::" + "\u202e\x9b31m".encode())
BROKEN = os.fsdecode(b"\xfd\x1b]0;t\x07")
SHOWN_FILE = r"\xff\x1b[31m\nx.py"
SHOWN_FOLDER = r"\xfe\x9b\r%::error::\u202e\x9b31m"
SHOWN_BROKEN = r"\xfd\x1b]0;t\x07"
# In a name, a comment, an excerpt and in what a name holds; `\r` within a line ends it for Python.
ODD = """\
import importlib
try:
    m = importlib.import_module('shop.\x1b[31m\u202e\x9b\\n\\r\x7f::error::%0A')  # \x1b]0;title\x07
    y = '\x1b[1m'
except ImportError:
    m = None; z = '\x1b[2J\u2066\x9b'  # noqa: FBK000 \x1b[8m
m.x(); '\x1b[3m'
"""
WORD = "\x1b[31m\n\udcff\u202e"
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture(autouse=True)
def _odd(shop: Path) -> None:
    write(FILE, BAD)
    write(f"{FOLDER}/y.py", ODD)
    write(f"{BROKEN}/pyproject.toml", '[tool.ws-fallback-lint]\n"sel\\u001b[31m\\r\\nct" = 1\n')
    write(f"{BROKEN}/z.py", BAD)
    assert (shop / BROKEN).is_dir()


def safe(*outputs: bytes) -> str:
    """What was printed, if no character in it does anything but show or end a line."""
    text = "".join(output.decode() for output in outputs)
    steering = {one for one in text if unicodedata.category(one) in {"Cc", "Cf", "Co", "Cs"}}
    assert steering <= {"\n"}, ascii(text)
    return text


def printed(capture: Capture, *arguments: str) -> str:
    main(arguments)
    return safe(*capture.readouterr())


@pytest.mark.parametrize("form", ["text", "concise", "github", "json"])
def test_every_format(form: str, capsysbinary: Capture) -> None:
    said = printed(capsysbinary, "check", "--format", form, "--statistics", "--no-cache")
    assert said.count("FBK101") >= 3
    assert "::error::" in said.replace("%3A", ":")
    if form == "json":
        # Control characters are JSON's own matter; of bytes that are no UTF-8 it knows nothing.
        document = json.loads(said)
        file, folder = "\\xff\x1b[31m\nx.py", "\\xfe\\x9b\r%::error::\u202e\x9b31m/y.py"
        assert {finding["path"] for finding in document["findings"]} == {"shop/b.py", file, folder}
        assert document["errors"][0]["path"].startswith("\\xfd\x1b]0;t\x07/")
    elif form == "github":
        assert all(line.startswith("::error file=") for line in said.splitlines())
        assert r"file=\xff\x1b[31m%0Ax.py,line=4" in said
    else:
        for place in (f"{SHOWN_FILE}:4:5", f"{SHOWN_FOLDER}/y.py:6:5", f"{SHOWN_BROKEN}/pyproject.toml:1:1"):
            assert f"\n{place}: FBK" in f"\n{said}"


def test_source_on_a_terminal() -> None:
    done = ran("check", "--no-cache", FORCE_COLOR="1", COLUMNS="200")
    said = safe(COLOURS.sub("", done.stdout.decode()).encode(), done.stderr)
    assert r"z = '\x1b[2J\u2066\x9b'  # noqa: FBK000 \x1b[8m" in said
    assert r"  # \x1b]0;title\x07" in said


def test_a_diff_on_a_terminal() -> None:
    parent, child = pty.openpty()
    command = [sys.executable, "-m", "ws_fallback_lint", "check", "--diff", "--unsafe-fixes", FOLDER]
    quiet = {**os.environ, "TERM": "dumb", "NO_COLOR": "1"}
    subprocess.run(command, stdout=child, stderr=child, check=False, timeout=60, env=quiet)
    os.close(child)
    said = safe(os.read(parent, 65536).replace(b"\r\n", b"\n"))
    os.close(parent)
    assert '+++ "\\376\\233\\015%::error::' in said
    assert r"-    m = None; z = '\x1b[2J\u2066\x9b'  # noqa: FBK000 \x1b[8m" in said


@pytest.mark.parametrize("form", ["dot", "mermaid", "json"])
def test_graphs(form: str, capsysbinary: Capture) -> None:
    said = printed(capsysbinary, "check", "--graph", form)
    assert "dies" in said
    assert f"ws-fallback-lint: {SHOWN_BROKEN}/pyproject.toml:1:1: FBK900 " in said
    assert r"unknown key 'sel\x1b[31m\r\nct'" in said


@pytest.mark.parametrize("form", ["text", "json"])
def test_explanations(form: str, capsysbinary: Capture) -> None:
    said = printed(capsysbinary, "explain-finding", f"{FOLDER}/y.py:3", "--format", form)
    assert "31m" in said
    assert main(["explain-finding", f"{FILE}:4"]) == 0
    assert safe(capsysbinary.readouterr().out).startswith(f"{SHOWN_FILE}:1:1: guarded import of x\n")


def test_what_standard_input_is_called() -> None:
    done = ran("check", "--stdin-filename", FILE, source=BAD.encode())
    assert safe(done.stdout, done.stderr).startswith(f"{SHOWN_FILE}:4:5: FBK101 ")
    done = ran("check", "--stdin-filename", f"{BROKEN}/z.py", source=BAD.encode())
    assert f"{SHOWN_BROKEN}/pyproject.toml: " in safe(done.stderr)


@pytest.mark.parametrize(
    "arguments",
    [
        (WORD,),
        ("check", WORD),
        ("check", f"--{WORD}"),
        ("check", "--config", WORD),
        ("check", "--select", WORD),
        ("check", "--jobs", WORD),
        ("check", "--graph", WORD),
        ("check", "--output", f"{WORD}/out"),
        ("check", "shop", "--stdin-filename", WORD),
        ("explain", WORD),
        ("explain-finding", WORD),
        ("explain-finding", f"{WORD}:1"),
        ("rules", "--format", WORD),
    ],
    ids=ascii,
)
def test_error_lines(arguments: Sequence[str], capsysbinary: Capture) -> None:
    assert main(arguments) == 2
    said = safe(*capsysbinary.readouterr())
    assert said.count("\n") == 1 or "(FBK900)" in said
    assert r"\x1b[31m" in said or "not both" in said


def test_the_cache_says_where_it_is(capsysbinary: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WS_FALLBACK_LINT_CACHE_DIR", os.path.abspath(WORD))
    assert r"\x1b[31m\n\xff\u202e" in printed(capsysbinary, "cache", "clear")
    write(WORD, "no folder")
    for number in range(20):
        write(f"many/{number}.py", BAD)
    assert r"\x1b[31m\n\xff\u202e" in printed(capsysbinary, "check", "many")


def test_flake8() -> None:
    write("plain.py", ODD)
    write("broken/pyproject.toml", Path(BROKEN, "pyproject.toml").read_text("utf-8"))
    write("broken/z.py", BAD)
    command = [sys.executable, "-m", "flake8", "--isolated", "--select=FBK", "plain.py", "broken"]
    done = subprocess.run(command, capture_output=True, check=False)
    said = safe(done.stdout, done.stderr)
    assert r"plain.py:6:5: FBK101 'm' becomes None if 'shop.\x1b[31m" in said
    assert r"unknown key 'sel\x1b[31m\r\nct'" in said


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_odd_names_are_fixed_cached_and_shared_out(jobs: str, capsysbinary: Capture) -> None:
    odd = os.fsdecode(b"\xff\x1b\n-")
    for number in range(20):
        write(f"{odd}/{odd}{number}.py", BAD + "# filled\n" * 7_000)
    asked = ("check", odd, "--jobs", jobs, "--quiet")
    first = printed(capsysbinary, *asked)
    assert first.count(r"\xff\x1b\n-/\xff\x1b\n-") == 20
    assert printed(capsysbinary, *asked) == first, "from the cache"
    assert printed(capsysbinary, *asked, "--fix").count("[fixed]") == 20
    assert Path(odd, f"{odd}19.py").read_text("utf-8").startswith(FIXED)
    assert printed(capsysbinary, *asked) == ""
