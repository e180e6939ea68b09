"""The diff that --diff prints: git must be able to apply it."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from command import write

from ws_fallback_lint.core.results import Result
from ws_fallback_lint.engine.report import diff
from ws_fallback_lint.engine.report.summary import Report
from ws_fallback_lint.engine.run import Change, Checked


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"a\r\nb\r\nc\r\n", b"a\r\nB\r\nc\r\n"),
        (b"a\nb", b"a\nb\nc"),
        (b"a\nb", b"a\nb\n"),
        (b"a\nb\n", b"a\nb"),
        (b"-- a\n--\nx\n", b"++ a\n++\nx\n"),
        (b"\xef\xbb\xbf\xe9\xff\x0c\na\rb\n", b"\xef\xbb\xbf\xe9\xff\x0c\na\rB\n"),
        (b"x\n" * 50 + b"a\n" + b"x\n" * 50, b"y\n" + b"x\n" * 50 + b"b\n" + b"x\n" * 50),
        (b"", b"a\n"),
        (b"a\n", b""),
    ],
)
def test_git_applies_the_diff_byte_for_byte(tmp_path: Path, before: bytes, after: bytes) -> None:
    (tmp_path / "sub").mkdir()
    file = tmp_path / "sub" / "a.py"
    file.write_bytes(before)
    value = Report((Checked(Result("sub/a.py"), change=Change(before, after)), Checked(Result("b.py"))))
    git = shutil.which("git")
    assert git
    subprocess.run([git, "apply", "-p0", "-"], input=diff.render(value), check=True, cwd=tmp_path)
    assert file.read_bytes() == after


@pytest.mark.parametrize(
    "name",
    [
        b"a b.py",
        b" a.py ",
        b'q".py',
        b"b\\.py",
        b"'a'.py",
        b"-a.py",
        b"--- a.py",
        b"d \n\xfe/x\t\r\xff\x1b[31m.py",
        "é.py".encode(),
        "\u202e\x9b.py".encode(),
        b"\a\b\v\f\x7f.py",
    ],
)
@pytest.mark.parametrize("command", [("git", "apply", "-p0", "-"), ("patch", "-p0", "-s")], ids=" ".join)
def test_a_file_of_any_name_is_found(tree: Path, name: bytes, command: Sequence[str]) -> None:
    path = os.fsdecode(name)
    write(path, "a\n")
    changed = diff.render(Report((Checked(Result(path), change=Change(b"a\n", b"b\n")),)))
    subprocess.run(command, input=changed, check=True, cwd=tree)
    assert Path(path).read_bytes() == b"b\n"
    assert b"\x1b" not in changed


def test_a_terminal_gets_escapes_for_what_would_steer_it() -> None:
    before = "a\tb\x1b[31m\r\nc\rd\u202e\x9b\n".encode() + b"\xff\n"
    value = Report((Checked(Result("a.py"), change=Change(before, before + b"x\n")),))
    assert diff.render_for_terminal(value) == (
        "--- a.py\n+++ a.py\n@@ -1,3 +1,4 @@\n a\tb\\x1b[31m\r\n c\\rd\\u202e\\x9b\n \\xff\n+x\n"
    )


def test_the_diff_names_the_file_and_a_missing_line_end() -> None:
    value = Report((Checked(Result("a\x1b.py"), change=Change(b"a\r\n", b"b")),))
    assert diff.render(value) == (
        b'--- "a\\033.py"\n+++ "a\\033.py"\n@@ -1 +1 @@\n-a\r\n+b\n\\ No newline at end of file\n'
    )
    assert diff.render(Report(())) == b""
