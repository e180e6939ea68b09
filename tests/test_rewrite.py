"""Writing what was fixed: all of a file or nothing, whatever happens meanwhile."""

import errno
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest
from command import BAD, FIXED, ran
from walking import make

from ws_fallback_lint.core.errors import NotAnalyzed
from ws_fallback_lint.engine import rewrite, run
from ws_fallback_lint.engine.files import discover
from ws_fallback_lint.engine.rewrite import tidy, write
from ws_fallback_lint.engine.run import Mode, Order
from ws_fallback_lint.engine.settings import Finder

pytestmark = pytest.mark.usefixtures("tree")
LEFT = ".ws-fallback-lint-x.tmp"


def test_write_keeps_the_mode_and_leaves_nothing_behind(tree: Path) -> None:
    file = Path("a.py")
    file.write_bytes(b"old")
    file.chmod(0o750)
    write("a.py", b"new\r\n", before=b"old")
    assert file.read_bytes() == b"new\r\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o750
    assert os.listdir(tree) == ["a.py"]


def test_write_goes_through_links() -> None:
    make("real/a.py", text="old")
    Path("link.py").symlink_to("real/a.py")
    write("link.py", b"new", before=b"old")
    assert Path("link.py").is_symlink()
    assert Path("real/a.py").read_bytes() == b"new"
    assert os.listdir("real") == ["a.py"]


def test_write_refuses_a_file_that_has_changed(tree: Path) -> None:
    make("a.py", text="edited meanwhile")
    with pytest.raises(NotAnalyzed, match="it changed while it was being fixed"):
        write("a.py", b"new", before=b"old")
    assert Path("a.py").read_text("utf-8") == "edited meanwhile"
    assert os.listdir(tree) == ["a.py"]


def test_write_refuses_a_read_only_file(monkeypatch: pytest.MonkeyPatch) -> None:
    make("a.py", text="old")
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)
    with pytest.raises(NotAnalyzed, match="it is read-only"):
        write("a.py", b"new", before=b"old")
    assert Path("a.py").read_text("utf-8") == "old"


def test_a_failed_write_leaves_the_file_and_nothing_else(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make("a.py", text="old")

    def full(_from: str, _to: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(NotAnalyzed, match="cannot be written: No space left on device"):
        write("a.py", b"new", before=b"old")
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
    write("a.py", b"new", before=b"old")
    assert asked == [(os.getuid() + 1, real("a.py").st_gid)]
    assert Path("a.py").read_text("utf-8") == "new"


def test_nothing_is_written_where_nothing_changes() -> None:
    make("a.py", text="same")
    before = os.stat("a.py")
    assert write("a.py", b"same", before=b"same") == before
    assert os.stat("a.py").st_ino == before.st_ino


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="this system has no extended attributes")
def test_write_keeps_extended_attributes() -> None:
    make("a.py", text="old")
    try:
        os.setxattr("a.py", "user.origin", b"here")
    except OSError as error:
        pytest.skip(f"this file system has no extended attributes: {error}")
    write("a.py", b"new", before=b"old")
    assert os.getxattr("a.py", "user.origin") == b"here"


def test_other_names_of_a_file_are_told_of(shop: Path) -> None:
    os.link(shop / "shop/b.py", shop / "kept.txt")
    done = ran("check", "--fix", ".")
    said = b"shop/b.py:1:1: FBK900 written, but another name of the file (hard links) kept the old text\n"
    assert (done.returncode, said in done.stdout) == (2, True)
    assert (shop / "shop/b.py").read_text("utf-8") == FIXED
    assert (shop / "kept.txt").read_text("utf-8") == BAD


def test_names_that_are_all_in_the_run_are_all_written(shop: Path) -> None:
    os.link(shop / "shop/b.py", shop / "shop/c.py")
    done = ran("check", "--fix", ".")
    assert b"FBK900" not in done.stdout
    assert (shop / "shop/b.py").read_text("utf-8") == (shop / "shop/c.py").read_text("utf-8") == FIXED


def test_a_full_disk_leaves_the_files_as_they_are(shop: Path) -> None:
    limited = (
        "import resource, sys; from ws_fallback_lint.__main__ import main;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (40, 40)); sys.exit(main())"
    )
    arguments = [sys.executable, "-B", "-c", limited, "check", "--fix", "--no-cache", "."]
    done = subprocess.run(arguments, capture_output=True, check=False, timeout=60)
    assert done.returncode == 2
    assert b"shop/b.py:1:1: FBK900 cannot be written: File too large\n" in done.stdout
    assert (shop / "shop/b.py").read_text("utf-8") == BAD
    assert sorted(os.listdir(shop / "shop")) == ["__init__.py", "a.py", "b.py"]


def test_a_folder_that_may_not_be_written_is_told_of(shop: Path) -> None:
    targets = discover(["shop"], Finder()).targets
    done = run.run(targets, Order(Mode.DIFF))
    os.chmod(shop, 0o755)  # noqa: S103 - the child is another user
    os.chmod(shop / "shop", 0o555)  # noqa: S103
    reader, writer = os.pipe()
    if (child := os.fork()) == 0:  # as somebody to whom permissions mean something
        try:
            if os.getuid() == 0:
                os.chmod("shop/b.py", 0o666)  # noqa: S103
                os.setgid(65534)
                os.setuid(65534)
            for target, checked in zip(targets, done, strict=True):
                try:
                    if checked.change:
                        write(target.path, checked.change.after, checked.change.before)
                except NotAnalyzed as error:
                    os.write(writer, error.reason.encode())
        finally:
            os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    os.chmod(shop / "shop", 0o755)  # noqa: S103
    with os.fdopen(reader, "rb") as said:
        assert said.read() == b"cannot be written: Permission denied"
    assert (shop / "shop/b.py").read_text("utf-8") == BAD


def test_what_was_left_behind_is_taken_away_and_what_is_in_use_is_not() -> None:
    make(f"one/{LEFT}", "two/a.py", f"three/{LEFT}", "one/.ws-fallback-lint-x.py", text="")
    Path(f"two/{LEFT}").symlink_to("a.py")
    os.mkdir(f"one/{LEFT[:-4]}y.tmp")
    with open(f"three/{LEFT}", "rb+") as file:
        rewrite._lock(file.fileno(), wait=True)
        tidy(["one", "two", "three", "nowhere"])
        assert os.path.exists(f"three/{LEFT}")
    tidy(["three"])
    assert not os.path.exists(f"three/{LEFT}")
    assert sorted(os.listdir("one")) == [".ws-fallback-lint-x.py", ".ws-fallback-lint-xy.tmp"]
    assert os.path.islink(f"two/{LEFT}")


def test_the_next_run_that_fixes_takes_away_what_was_left(shop: Path) -> None:
    (shop / "shop" / LEFT).touch()
    assert ran("check", ".").returncode == 1
    assert (shop / "shop" / LEFT).exists()  # who only looks changes nothing
    ran("check", "--fix", "shop/b.py")
    assert not (shop / "shop" / LEFT).exists()


def test_a_new_file_that_was_taken_for_one_left_behind_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    make("a.py", text="old")
    lock = rewrite._lock
    tries = 0

    def slow(handle: int, *, wait: bool) -> None:
        nonlocal tries
        tries += wait
        if wait and tries < 3:
            tidy(["."])
        lock(handle, wait=wait)

    monkeypatch.setattr(rewrite, "_lock", slow)
    write("a.py", b"new", before=b"old")
    assert (tries, Path("a.py").read_text("utf-8"), os.listdir()) == (3, "new", ["a.py"])
    monkeypatch.setattr(rewrite, "_MOST_TRIES", 2)
    tries = 0
    with pytest.raises(NotAnalyzed, match="taken away again and again"):
        write("a.py", b"newer", before=b"new")


def test_a_file_system_without_locks_is_written_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(_handle: int, *, wait: bool) -> None:
        raise OSError(errno.ENOLCK, f"No locks available ({wait})")

    monkeypatch.setattr(rewrite, "_lock", none)
    make("a.py", LEFT, text="old")
    write("a.py", b"new", before=b"old")
    tidy(["."])
    assert sorted(os.listdir()) == [LEFT, "a.py"]


# Killed at any moment

FILES = 100
KILLS = 200


@pytest.fixture
def many(tree: Path) -> Path:
    """A project of many files with something to fix."""
    (tree / "pyproject.toml").touch()
    (tree / "shop").mkdir()
    (tree / "shop/__init__.py").touch()
    (tree / "shop/a.py").touch()
    for number in range(FILES):
        (tree / f"shop/f{number}.py").write_text(BAD, "utf-8")
    return tree


def is_whole(folder: Path) -> int:
    """How many of the files are fixed; each is either old or new."""
    texts = [(folder / f"shop/f{number}.py").read_text("utf-8") for number in range(FILES)]
    assert set(texts) <= {BAD, FIXED}
    return texts.count(FIXED)


def left(folder: Path) -> list[str]:
    return [name for name in os.listdir(folder / "shop") if name.endswith(".tmp")]


def test_killed_while_it_writes_every_file_is_old_or_new(many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The analysis is made once; what is killed, again and again, is the part that writes."""
    monkeypatch.setattr(os, "fsync", lambda _: None)  # it takes most of the time, and tells nothing here
    targets = discover(["shop"], Finder()).targets
    done = run.run(targets, Order(Mode.DIFF))
    random = Random(3)  # noqa: S311 - the same moments every time, as far as the machine goes
    began = time.monotonic()
    run._all_written(targets, done)
    whole = time.monotonic() - began
    assert is_whole(many) == FILES
    cut, found_left = 0, 0
    for _ in range(KILLS):
        for number in range(FILES):
            (many / f"shop/f{number}.py").write_text(BAD, "utf-8")
        if (child := os.fork()) == 0:
            try:
                run._all_written(targets, done)
            finally:
                os._exit(0)
        time.sleep(random.random() * whole)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        cut += 0 < is_whole(many) < FILES
        found_left += bool(left(many))
        tidy(["shop"])
        assert left(many) == []
    assert cut > KILLS // 2
    assert found_left > 0


def test_a_killed_command_can_be_run_again(many: Path) -> None:
    command = [sys.executable, "-m", "ws_fallback_lint", "check", "--fix", "--no-cache", "--quiet", "shop"]
    began = time.monotonic()
    for part in range(1, 11):
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
            time.sleep((time.monotonic() - began) / part if part == 10 else 0.25 * part)
            process.kill()
        is_whole(many)
    assert subprocess.run(command, check=False, stdout=subprocess.DEVNULL).returncode in (0, 1)
    assert (is_whole(many), left(many)) == (FILES, [])
