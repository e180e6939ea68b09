"""Files and folders that are go or change while a run goes on: named, and the rest is linted."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command import BAD, write

from ws_fallback_lint.engine import graph, recall, rewrite
from ws_fallback_lint.engine import walk as walking
from ws_fallback_lint.frontends import cli
from ws_fallback_lint.frontends.cli import main

Capture = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch
pytestmark = pytest.mark.usefixtures("tree")

# Reported wherever it stands.
LOST = BAD + "x()\n"
LARGE = LOST + "# filled\n" * 7_000
CANNOT = "FBK900 cannot be read: "
GONE = f"{CANNOT}No such file or directory"


def into_folder(path: str) -> None:
    os.unlink(path)
    os.mkdir(path)


def into_pipe(path: str) -> None:
    os.unlink(path)
    os.mkfifo(path)


def into_device(path: str) -> None:
    os.unlink(path)
    os.symlink("/dev/zero", path)


def into_circle(path: str) -> None:
    os.unlink(path)
    os.symlink(os.path.basename(path), path)


CHANGES: list[tuple[Callable[[str], None], str]] = [
    (os.unlink, GONE),
    (into_folder, f"{CANNOT}Is a directory"),
    (into_pipe, f"{CANNOT}it is a pipe (FIFO), not a file"),
    (into_device, f"{CANNOT}it is a device, not a file"),
    (into_circle, f"{CANNOT}Too many levels of symbolic links"),
]


def before(patch: Patch, home: Any, name: str, happens: Callable[[], object]) -> None:
    """Let something happen, once, right before a function is called."""
    go_on = getattr(home, name)
    waiting = [happens]

    def after_that(*arguments: object, **named: object) -> object:
        while waiting:
            waiting.pop()()
        return go_on(*arguments, **named)

    patch.setattr(home, name, after_that)


def checked(capsys: Capture, *arguments: str) -> list[str]:
    """The lines of a run in which something could not be done."""
    assert main(["check", *arguments]) == 2
    out, err = capsys.readouterr()
    assert err == ""
    return [line for line in out.splitlines() if ": FBK" in line]


@pytest.mark.parametrize(("change", "said"), CHANGES)
@pytest.mark.parametrize("options", [("--no-cache",), (), ("--jobs", "2"), ("--jobs", "2", "--no-cache")])
def test_a_file_that_is_another_when_it_is_read(
    change: Callable[[str], None], said: str, options: tuple[str, ...], monkeypatch: Patch, capsys: Capture
) -> None:
    for number in range(20):
        write(f"m{number:02}.py", LARGE if "--jobs" in options else LOST)
    before(monkeypatch, cli, "run", lambda: change("m07.py"))
    lines = checked(capsys, *options)
    assert [line for line in lines if "FBK900" in line] == [f"m07.py:1:1: {said}"]
    assert len(lines) == 20


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_file_that_goes_after_the_cache_was_asked(jobs: str, monkeypatch: Patch, capsys: Capture) -> None:
    for number in range(20):
        write(f"m{number:02}.py", LARGE)
    assert main(["check", "--jobs", jobs]) == 1
    for number in range(20):
        write(f"m{number:02}.py", f"{LARGE}# changed\n")
    capsys.readouterr()
    known = recall.Recall.known

    def known_and_gone(self: recall.Recall, *arguments: Any) -> object:
        answer = known(self, *arguments)
        os.unlink("m07.py")
        return answer

    monkeypatch.setattr(recall.Recall, "known", known_and_gone)
    lines = checked(capsys, "--jobs", jobs)
    assert [line for line in lines if "FBK900" in line] == [f"m07.py:1:1: {GONE}"]
    monkeypatch.undo()
    assert main(["check", str(Path.cwd()), "--jobs", jobs]) == 1, "what went wrong is not remembered"


def test_a_file_that_goes_before_its_fix_is_written(monkeypatch: Patch, capsys: Capture) -> None:
    for name in "abc":
        write(f"{name}.py", LOST)
    before(monkeypatch, rewrite, "write", lambda: os.unlink("a.py"))
    lines = checked(capsys, "--fix", "--unsafe-fixes", "--no-cache")
    assert all("a.py:1:1: FBK900 " in line or "[fixed]" in line for line in lines)
    assert f"a.py:1:1: {GONE}" in lines
    assert not Path("a.py").exists()
    assert "raise ImportError" in Path("b.py").read_text("utf-8")


def folder_into_file(path: str) -> None:
    shutil.rmtree(path)
    Path(path).touch()


def folder_into_pipe(path: str) -> None:
    shutil.rmtree(path)
    os.mkfifo(path)


def folder_into_circle(path: str) -> None:
    shutil.rmtree(path)
    os.symlink(path, path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (shutil.rmtree, GONE),
        (folder_into_file, f"{CANNOT}Not a directory"),
        (folder_into_pipe, f"{CANNOT}Not a directory"),
        (folder_into_circle, f"{CANNOT}Too many levels of symbolic links"),
    ],
)
def test_a_folder_that_is_another_when_it_is_entered(
    change: Callable[[str], object], said: str, monkeypatch: Patch, capsys: Capture
) -> None:
    for name in ("a.py", "sub/b.py", "sub/deep/c.py", "z/d.py"):
        write(name, LOST)
    scan = walking.Walk._scan
    seen: list[str] = []

    def changed_meanwhile(self: walking.Walk, folder: Any) -> None:
        scan(self, folder)
        if not seen:
            change("sub")
        seen.append(folder.path)

    monkeypatch.setattr(walking.Walk, "_scan", changed_meanwhile)
    lines = checked(capsys, "--no-cache")
    assert [line.partition(" '")[0] for line in lines] == [
        "a.py:4:5: FBK101",
        "z/d.py:4:5: FBK101",
        f"sub:1:1: {said}",
    ]


def test_a_folder_whose_files_go_when_they_are_read(monkeypatch: Patch, capsys: Capture) -> None:
    for name in ("a.py", "sub/b.py", "sub/deep/c.py"):
        write(name, LOST)
    before(monkeypatch, cli, "run", lambda: shutil.rmtree("sub"))
    lines = checked(capsys, "--no-cache")
    assert lines[1:] == [f"sub/b.py:1:1: {GONE}", f"sub/deep/c.py:1:1: {GONE}"]


def test_a_module_that_goes_while_its_importers_are_linted(monkeypatch: Patch, capsys: Capture) -> None:
    write("pyproject.toml", "")
    write("a.py", LOST)
    write("b.py", "from a import x\nx()\n")
    write("c.py", "from a import x\nx()\n")
    before(monkeypatch, cli, "run", lambda: os.unlink("a.py"))
    assert checked(capsys, "--no-cache") == [f"a.py:1:1: {GONE}"]


def test_the_graph_names_what_went(monkeypatch: Patch, capsys: Capture) -> None:
    write("a.py", LOST)
    write("b.py", LOST)
    before(monkeypatch, graph, "read", lambda: os.unlink("b.py"))
    assert main(["check", "--graph", "dot"]) == 2
    out, err = capsys.readouterr()
    assert "a.py:5 dies" in out
    assert err == f"ws-fallback-lint: b.py:1:1: {GONE}\n"
