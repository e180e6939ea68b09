"""A source on the standard input, as editors send it."""

import io
import sys

import pytest
from command import BAD, FIXED, LINE, ran, write

from ws_fallback_lint.frontends.cli import main

Capture = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch
pytestmark = pytest.mark.usefixtures("shop")


def feed(monkeypatch: Patch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_stdin_is_checked_under_its_name(capsys: Capture, monkeypatch: Patch) -> None:
    feed(monkeypatch, BAD.encode())
    assert main(["check", "--stdin-filename", "shop/new.py"]) == 1
    assert capsys.readouterr().out.startswith(f"shop/new.py:4:5: {LINE}")
    feed(monkeypatch, BAD.encode())
    assert main(["check", "-"]) == 1
    assert capsys.readouterr().out.startswith(f"-:4:5: {LINE}")


def test_stdin_is_fixed_on_stdout(capsys: Capture, monkeypatch: Patch) -> None:
    feed(monkeypatch, BAD.encode())
    assert main(["check", "-", "--fix"]) == 0
    out, err = capsys.readouterr()
    assert out == FIXED
    assert err.startswith("-:4:5: FBK101 [fixed] ")
    for unfixed, status in (("x = 1\r\n", 0), ("try:\n import (\nexcept ImportError: x\n", 2)):
        feed(monkeypatch, unfixed.encode())
        assert main(["check", "-", "--fix"]) == status
        assert capsys.readouterr().out == unfixed.replace("\r\n", "\n") or status == 0


def test_stdin_bytes_come_out_as_they_went_in() -> None:
    source = b"# coding: latin-1\r\n# \xe9\x00\r"
    done = ran("check", "--fix", "-", source=source)
    assert done.stdout == source


def test_stdin_shows_its_diff(capsys: Capture, monkeypatch: Patch) -> None:
    feed(monkeypatch, BAD.encode())
    assert main(["check", "--diff", "--stdin-filename", "shop/new.py"]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("--- shop/new.py\n+++ shop/new.py\n")
    assert "Would fix 1 finding." in err


def test_stdin_that_is_excluded_comes_out_untouched(capsys: Capture, monkeypatch: Patch) -> None:
    write("pyproject.toml", "[tool.ws-fallback-lint]\nexclude = ['b.py']\n")
    feed(monkeypatch, BAD.encode())
    assert main(["check", "--fix", "--force-exclude", "--stdin-filename", "shop/b.py"]) == 0
    assert capsys.readouterr().out == BAD


def test_stdin_and_paths_do_not_mix(capsys: Capture) -> None:
    for arguments in (["-", "shop"], ["--stdin-filename", "x.py", "shop"]):
        assert main(["check", *arguments]) == 2
        assert "either paths or a source on stdin" in capsys.readouterr().err


def test_stdin_that_is_not_there_is_said(capsys: Capture, monkeypatch: Patch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert main(["check", "-"]) == 2
    assert "stdin" in capsys.readouterr().err

    class Broken:
        def read(self, _size: int) -> bytes:
            raise OSError(5, "Input/output error")

    class Stream:
        buffer = Broken()

    monkeypatch.setattr(sys, "stdin", Stream())
    assert main(["check", "-"]) == 2
    assert "Input/output error" in capsys.readouterr().err


def test_stdin_under_a_broken_configuration_is_an_error(capsys: Capture, monkeypatch: Patch) -> None:
    write("pyproject.toml", "[[")
    feed(monkeypatch, BAD.encode())
    assert main(["check", "-"]) == 2
    assert "pyproject.toml:1:" in capsys.readouterr().err
