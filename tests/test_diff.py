"""The diff that --diff prints: git must be able to apply it."""

import shutil
import subprocess
from pathlib import Path

import pytest

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


def test_the_diff_names_the_file_and_a_missing_line_end() -> None:
    value = Report((Checked(Result("a\x1b.py"), change=Change(b"a\r\n", b"b")),))
    assert diff.render(value) == (
        b"--- a\\x1b.py\n+++ a\\x1b.py\n@@ -1 +1 @@\n-a\r\n+b\n\\ No newline at end of file\n"
    )
    assert diff.render(Report(())) == b""
