"""What may not be read or written is named, and the rest is linted.

Nothing is forbidden to root: where the tests run as root, the command runs as somebody else in a process that
is forked, so that it has been imported by then from wherever only root may read.
"""

import importlib
import os
import pkgutil
import shutil
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

import pytest
from command import BAD, write

import ws_fallback_lint
from ws_fallback_lint.frontends.cli import main

NOBODY = 65534
LOST = BAD + "x()\n"
DENIED = "FBK900 cannot be read: Permission denied"

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no other user to run as")


@pytest.fixture
def open_tree(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that anybody may look into: those of pytest are for one user alone."""
    folder = Path(tempfile.mkdtemp(prefix="ws-fallback-lint-"))
    folder.chmod(0o755)
    monkeypatch.chdir(folder)
    write("good.py", LOST)
    yield folder
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755)
    shutil.rmtree(folder)


def as_somebody(*arguments: str) -> tuple[int, str, str]:
    """Status, output and errors of the command, run by a user who owns nothing here."""
    _import_everything()
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        child = os.fork()
        if child == 0:
            try:
                status = _run(arguments, out, err)
            except BaseException:  # noqa: BLE001 - nothing of pytest may go on in this process
                traceback.print_exc(file=err)
                err.flush()
                status = 99
            os._exit(status)
        _, status = os.waitpid(child, 0)
        out.seek(0)
        err.seek(0)
        return os.waitstatus_to_exitcode(status), out.read(), err.read()


def _import_everything() -> None:
    for module in pkgutil.walk_packages(ws_fallback_lint.__path__, "ws_fallback_lint."):
        importlib.import_module(module.name)
    for arguments in (["check", "--diff", "--unsafe-fixes"], ["explain-finding", "good.py:1"]):
        main([*arguments, *(["good.py", "--quiet"] if arguments[0] == "check" else [])])


def _run(arguments: tuple[str, ...], out: IO[str], err: IO[str]) -> int:
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdout", out)
        patch.setattr("sys.stderr", err)
        return main(arguments)


@pytest.mark.parametrize(
    ("held", "forbidden", "mode", "said"),
    [
        (["a.py"], "a.py", 0, f"a.py:1:1: {DENIED}"),
        (["a/b.py"], "a", 0, f"a:1:1: {DENIED}"),
        # Its names can be listed, and nothing else can be asked of it.
        (["a/b.py"], "a", 0o444, f"a/b.py:1:1: {DENIED}"),
        ([".git/HEAD", ".gitignore"], ".gitignore", 0, ".gitignore cannot be read: Permission denied"),
        (
            ["a/pyproject.toml", "a/b.py"],
            "a/pyproject.toml",
            0,
            f"a/pyproject.toml:1:1: {DENIED}; no file that",
        ),
    ],
)
@pytest.mark.usefixtures("open_tree")
def test_what_may_not_be_read_is_named(held: Sequence[str], forbidden: str, mode: int, said: str) -> None:
    for path in held:
        write(path, LOST if path.endswith(".py") else "")
    os.chmod(forbidden, mode)
    Path("link.py").symlink_to(held[-1])
    status, out, err = as_somebody("check", "--no-cache")
    assert (status, err) == (2, "")
    assert said in out
    assert "good.py:4:5: FBK101" in out


@pytest.mark.usefixtures("open_tree")
def test_what_is_named_and_may_not_be_read() -> None:
    write("a/b.py", LOST)
    os.chmod("a", 0)
    for path in ("a", "a/b.py"):
        status, out, _ = as_somebody("check", path, "good.py", "--no-cache")
        assert (status, f"{path}:1:1: {DENIED}" in out, "good.py:4:5: FBK101" in out) == (2, True, True)
    write("other.toml", "[tool.ws-fallback-lint]\n")
    os.chmod("other.toml", 0)
    status, out, err = as_somebody("check", "--config", "other.toml")
    assert (status, out) == (2, "")
    assert err == f"ws-fallback-lint: {os.getcwd()}/other.toml: cannot be read: Permission denied\n"
    assert as_somebody("explain-finding", "a/b.py:1") == (2, "", f"ws-fallback-lint: a/b.py:1:1: {DENIED}\n")


@pytest.mark.usefixtures("open_tree")
def test_what_may_not_be_read_around_a_file_is_no_trouble() -> None:
    for name in ("setup.py", "setup.cfg", "requirements.txt", "neighbour.py"):
        write(name, "")
        os.chmod(name, 0)
    write("good.py", "from neighbour import y\n" + LOST)
    status, out, err = as_somebody("check", "good.py", "--no-cache")
    assert (status, err) == (1, "")
    assert "good.py:5:5: FBK101" in out


@pytest.mark.usefixtures("open_tree")
def test_what_may_not_be_written_stays_as_it_is() -> None:
    for options in (("--fix", "--unsafe-fixes"), ("--output", "report.txt")):
        status, out, err = as_somebody("check", "--no-cache", *options)
        assert status == 2
        assert "cannot be written: " in out + err
        assert Path("good.py").read_text("utf-8") == LOST


@pytest.mark.usefixtures("open_tree")
def test_a_cache_that_may_not_be_written_is_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WS_FALLBACK_LINT_CACHE_DIR", os.path.abspath("cache"))
    for number in range(20):
        write(f"m{number}.py", LOST)
    status, out, err = as_somebody("check")
    assert (status, out.count(": FBK101 ")) == (1, 21)
    assert err.startswith(f"ws-fallback-lint: the cache {os.getcwd()}/cache/")
    assert err.count("\n") == 1
