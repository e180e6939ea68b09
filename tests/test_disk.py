"""Reading files."""

import os
import stat
from collections.abc import Sequence
from pathlib import Path

import pytest

from ws_fallback_lint.core.errors import NotAnalyzed
from ws_fallback_lint.engine import disk

pytestmark = pytest.mark.usefixtures("tree")


def test_reading_what_is_no_file_leaves_nothing_open(tree: Path) -> None:
    os.mkfifo("pipe")
    held = len(os.listdir("/proc/self/fd"))
    for path in (str(tree), "pipe", "/dev/null", "missing"):
        with pytest.raises(NotAnalyzed):
            disk.read(path)
    assert len(os.listdir("/proc/self/fd")) == held


def test_read_takes_regular_files_only(odd: Sequence[tuple[str, str]]) -> None:
    Path("good.py").write_bytes(b"\xff\x00\r\n")
    assert disk.read("good.py") == b"\xff\x00\r\n"
    for name, reason in odd:
        if name != "door.py":
            with pytest.raises(NotAnalyzed) as caught:
                disk.read(name)
            assert caught.value.reason == reason
    with pytest.raises(NotAnalyzed, match="it is a device"):
        disk.read("/dev/zero")
    with pytest.raises(NotAnalyzed, match=r"it is a folder|Is a directory"):
        disk.read(".")


def test_an_error_without_words_still_says_something() -> None:
    assert disk.why(OSError("plain")) == "plain"
    assert disk.not_a_file(stat.S_IFREG) == "cannot be read: it is something else, not a file"
