"""Reading and writing files."""

import os
import stat
from collections.abc import Sequence
from pathlib import Path

import pytest
from walking import make

from ws_fallback_lint.core.errors import NotAnalyzed
from ws_fallback_lint.engine import disk

pytestmark = pytest.mark.usefixtures("tree")


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


def test_write_keeps_the_mode_and_leaves_nothing_behind(tree: Path) -> None:
    file = Path("a.py")
    file.write_bytes(b"old")
    file.chmod(0o750)
    disk.write("a.py", b"new\r\n", before=b"old")
    assert file.read_bytes() == b"new\r\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o750
    assert os.listdir(tree) == ["a.py"]


def test_write_goes_through_links() -> None:
    make("real/a.py", text="old")
    Path("link.py").symlink_to("real/a.py")
    disk.write("link.py", b"new", before=b"old")
    assert Path("link.py").is_symlink()
    assert Path("real/a.py").read_bytes() == b"new"
    assert os.listdir("real") == ["a.py"]


def test_write_refuses_a_file_that_has_changed(tree: Path) -> None:
    make("a.py", text="edited meanwhile")
    with pytest.raises(NotAnalyzed, match="it changed while it was being fixed"):
        disk.write("a.py", b"new", before=b"old")
    assert Path("a.py").read_text("utf-8") == "edited meanwhile"
    assert os.listdir(tree) == ["a.py"]


def test_write_refuses_a_read_only_file(monkeypatch: pytest.MonkeyPatch) -> None:
    make("a.py", text="old")
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)
    with pytest.raises(NotAnalyzed, match="it is read-only"):
        disk.write("a.py", b"new", before=b"old")
    assert Path("a.py").read_text("utf-8") == "old"


def test_a_failed_write_leaves_the_file_and_nothing_else(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make("a.py", text="old")

    def full(_from: str, _to: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(NotAnalyzed, match="cannot be written: No space left on device"):
        disk.write("a.py", b"new", before=b"old")
    assert Path("a.py").read_text("utf-8") == "old"
    assert os.listdir(tree) == ["a.py"]


def test_write_keeps_the_owner_where_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    make("a.py", text="old")
    asked: list[tuple[int, int]] = []
    real = os.stat

    def foreign(path: str) -> os.stat_result:
        values = list(real(path))
        if str(path).endswith("a.py"):
            values[stat.ST_UID] += 1
        return os.stat_result(values)

    def refuse(_path: str, uid: int, gid: int) -> None:
        asked.append((uid, gid))
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "stat", foreign)
    monkeypatch.setattr(os, "chown", refuse)
    disk.write("a.py", b"new", before=b"old")
    assert asked == [(os.getuid() + 1, real("a.py").st_gid)]
    assert Path("a.py").read_text("utf-8") == "new"


def test_an_error_without_words_still_says_something() -> None:
    assert disk.why(OSError("plain")) == "plain"
    assert disk.not_a_file(stat.S_IFREG) == "cannot be read: it is something else, not a file"
