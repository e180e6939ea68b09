"""What a walk finds, leaves out and complains of."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import pytest
from walking import make, walked

from ws_fallback_lint.engine import disk
from ws_fallback_lint.engine.files import BUILT, SKIPPED, discover, left_out
from ws_fallback_lint.engine.settings import Finder
from ws_fallback_lint.engine.walk import _is_folder

pytestmark = pytest.mark.usefixtures("tree")


def problems(*paths: str) -> list[tuple[str, str]]:
    return [(problem.path, problem.message) for problem in discover(paths or (".",), Finder()).problems]


def test_folders_give_py_and_pyi_by_name() -> None:
    make("b.py", "a/z.pyi", "a/b/c.py", "a-b.py", "a/x.txt", "a/x.pyc", "script")
    assert walked() == ["a/b/c.py", "a/z.pyi", "a-b.py", "b.py"]


def test_named_files_count_whatever_their_suffix_in_the_order_given() -> None:
    make("script", "a.py", "b.py")
    assert walked("script", "b.py", "a.py", "./b.py") == ["script", "b.py", "a.py"]


def test_overlapping_paths_give_each_file_once() -> None:
    make("pkg/a.py", "pkg/sub/b.py")
    assert walked("pkg/sub", ".", "pkg/a.py") == ["pkg/sub/b.py", "pkg/a.py"]


def test_paths_outside_the_working_folder_show_as_given(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make("lib/a.py", "work/b.py")
    monkeypatch.chdir(tree / "work")
    assert walked("../lib", ".", str(tree / "lib" / ".." / "work")) == ["../lib/a.py", "b.py"]
    assert disk.shown("-") == "-"
    assert disk.shown(str(tree / "work" / "b.py")) == "b.py"


@pytest.mark.parametrize("name", sorted(SKIPPED))
def test_some_folders_are_skipped_by_name(name: str) -> None:
    make(f"a/{name}/x.py", "a/kept.py")
    assert walked() == ["a/kept.py"]
    assert walked(f"a/{name}") == [f"a/{name}/x.py"], "but not where they are named"


@pytest.mark.parametrize("name", sorted(BUILT))
def test_what_a_build_leaves_is_skipped_unless_it_is_a_package(name: str) -> None:
    make(f"{name}/x.py", f"src/{name}/__init__.py")
    assert walked() == [f"src/{name}/__init__.py"]


def test_virtual_environments_are_known_by_their_marker() -> None:
    make("venv/a.py", ".venv/pyvenv.cfg", ".venv/b.py", "env/pyvenv.cfg", "env/lib/c.py")
    assert walked() == ["venv/a.py"]


def test_config_excludes_prune_and_force_exclude_counts_for_named_paths() -> None:
    make("pyproject.toml", text="[tool.ws-fallback-lint]\nexclude = ['old', 'x_*.py']\n")
    make(
        "old/a.py",
        "new/a.py",
        "new/x_a.py",
        "node_modules/m/a.py",
        "build/a.py",
        "env/pyvenv.cfg",
        "env/a.py",
    )
    assert walked() == ["new/a.py"]
    named = ["old/a.py", "new/x_a.py", "new/a.py", "node_modules/m/a.py", "build/a.py", "env/a.py"]
    assert walked(*named, "old", "build") == named
    assert walked(*named, "old", "build", force_exclude=True) == ["new/a.py"]


def test_force_exclude_looks_below_the_configuration_only() -> None:
    make("build/repo/pyproject.toml", "build/repo/a.py", "dist/a.py")
    assert walked("build/repo/a.py", force_exclude=True) == ["build/repo/a.py"]
    assert left_out("dist/a.py", Finder())
    assert not left_out("/elsewhere/dist.py", Finder())


def test_each_file_brings_its_configuration_and_root(tree: Path) -> None:
    make("pyproject.toml", text="[tool.ws-fallback-lint.per-file-ignores]\n't.py' = ['FBK101']\n")
    make("t.py", "sub/setup.py", "sub/t.py")
    found = discover(["t.py", "sub/t.py"], Finder()).targets
    assert [target.config.ignore for target in found] == [("FBK101",), ("FBK101",)]
    assert [target.root for target in found] == [str(tree), str(tree / "sub")]


def test_a_broken_configuration_is_one_problem_and_costs_only_its_own_files() -> None:
    make("pyproject.toml", text="[tool.ws-fallback-lint]\nselct = []\n")
    make("a.py", "b/c.py", "no_python/readme.txt", "good/pyproject.toml", "good/d.py", "good/inner/e.py")
    found = discover([".", "a.py"], Finder())
    assert [disk.shown(target.path) for target in found.targets] == ["good/d.py", "good/inner/e.py"]
    (problem,) = found.problems
    assert (problem.path, problem.line, problem.code) == ("pyproject.toml", 1, "FBK900")
    assert "did you mean 'select'?" in problem.message
    assert "no file that it counts for was checked" in problem.message


def test_a_broken_configuration_without_files_of_its_own_is_no_problem() -> None:
    make("pyproject.toml", text="[[")
    make("good/pyproject.toml", "good/d.py")
    assert walked() == ["good/d.py"]
    assert discover(["good/d.py"], Finder(), force_exclude=True).problems == ()
    assert len(discover(["x.py"], Finder(), force_exclude=True).problems) == 1


def test_links_are_followed_once_and_real_names_win(tree: Path) -> None:
    make("real/a.py", "real/deep/b.py", "outside/c.py")
    make("tree/own.py")
    Path("tree/loop").symlink_to(tree / "tree")
    Path("tree/aaa").symlink_to(tree / "tree" / "zzz")
    make("tree/zzz/real.py")
    Path("tree/zzz/up").symlink_to("..")
    Path("tree/far").symlink_to(tree / "outside")
    Path("tree/alias.py").symlink_to("own.py")
    Path("tree/other.py").symlink_to(tree / "real" / "a.py")
    Path("tree/self").symlink_to("self")
    assert walked("tree") == ["tree/far/c.py", "tree/other.py", "tree/own.py", "tree/zzz/real.py"]
    assert walked("tree/alias.py", "tree/own.py") == ["tree/alias.py"]


def test_a_named_link_to_a_folder_is_walked() -> None:
    make("real/a.py")
    Path("link").symlink_to("real")
    assert walked("link") == ["link/a.py"]
    assert walked("link", "real") == ["link/a.py"]


def test_hard_links_are_files_of_their_own() -> None:
    make("a.py")
    os.link("a.py", "b.py")
    assert walked() == ["a.py", "b.py"]


def test_a_folder_called_x_py_is_walked() -> None:
    make("x.py/y.py")
    assert walked() == walked("x.py") == ["x.py/y.py"]


def test_what_looks_like_a_file_and_is_none_is_named(odd: Sequence[tuple[str, str]]) -> None:
    make("good.py")
    assert problems() == list(odd)
    assert problems(*(name for name, _ in odd)) == list(odd)
    assert [target.path for target in discover(["."], Finder()).targets] == ["./good.py"]


def test_missing_paths_and_devices_are_named_and_the_others_go_on() -> None:
    make("good.py")
    found = discover(["missing.py", "/dev/null", "good.py"], Finder())
    assert [target.path for target in found.targets] == ["good.py"]
    assert [(problem.path, problem.message) for problem in found.problems] == [
        ("/dev/null", "cannot be read: it is a device, not a file"),
        ("missing.py", "cannot be read: No such file or directory"),
    ]


def test_an_unreadable_folder_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    make("a/x.py", "b/x.py")
    scan = os.scandir

    def refuse(path: str) -> object:
        if path.endswith("a"):
            raise PermissionError(13, "Permission denied", path)
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert problems() == [("a", "cannot be read: Permission denied")]


def test_an_entry_that_cannot_be_asked_is_not_taken_for_a_folder() -> None:
    class Entry:
        def is_dir(self) -> bool:
            raise PermissionError(13, "Permission denied")

    assert not _is_folder(cast("os.DirEntry[str]", Entry()))


def test_names_that_are_no_text_are_found() -> None:
    Path(os.fsdecode(b"\xff.py")).write_bytes(b"")
    assert walked() == ["\udcff.py"]
