"""Whatever is wrong with files and configuration: named, status 2, and the rest is linted."""

import os
from pathlib import Path

import pytest
from command import BAD, LINE, ran, write

Capture = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch
pytestmark = pytest.mark.usefixtures("shop")


IMPORTS = b"try:\n    import x\nexcept ImportError:\n    x = None\n"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("nul.py", IMPORTS + b"\x00", "nul.py:"),
        ("coding.py", b"# coding: klingon\n" + IMPORTS, "coding.py:"),
        ("bytes.py", IMPORTS + b"y = '\xff'\n", "bytes.py:"),
        ("syntax.py", IMPORTS + b"def f(:\n", "syntax.py:5:7: FBK900 not Python: "),
        ("deep.py", IMPORTS + b"(" * 5000 + b")" * 5000, "deep.py:"),
        ("pipe.py", None, "pipe.py:1:1: FBK900 cannot be read: it is a pipe (FIFO), not a file"),
        ("loop.py", "loop.py", "loop.py:1:1: FBK900 cannot be read: Too many levels of symbolic links"),
    ],
)
def test_bad_files_are_named_and_the_others_are_linted(
    name: str, content: bytes | str | None, said: str
) -> None:
    match content:
        case bytes():
            write(name, content)
        case str():
            Path(name).symlink_to(content)
        case None:
            os.mkfifo(name)
    Path("around").symlink_to(".")
    done = ran("check")
    out = done.stdout.decode()
    assert (done.returncode, done.stderr) == (2, b"")
    (line,) = [line for line in out.splitlines() if "FBK900 " in line]
    assert line.startswith(said)
    assert f"shop/b.py:4:5: {LINE}" in out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            "[tool.ws-fallback-lint]\nselct = []\n",
            "pyproject.toml:1:1: FBK900 [tool.ws-fallback-lint]: unknown key",
        ),
        ("[tool.ws-fallback-lint]\nstrict = 1\n", "'strict' must be true or false, not a number (1)"),
        ("[tool.ws-fallback-lint]\nstrict = \n", "pyproject.toml:2:10: FBK900 is not TOML"),
    ],
)
def test_bad_configuration_is_named_and_other_projects_are_linted(content: str, said: str) -> None:
    write("other/pyproject.toml", content)
    write("other/x.py", BAD)
    done = ran("check")
    out = done.stdout.decode()
    assert (done.returncode, done.stderr) == (2, b"")
    (line,) = [line for line in out.splitlines() if "FBK900 " in line]
    assert line.startswith("other/pyproject.toml:")
    assert said in line
    assert f"shop/b.py:4:5: {LINE}" in out
