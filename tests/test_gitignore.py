"""Which files git would ignore."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from walking import make, walked

from ws_fallback_lint.engine import disk
from ws_fallback_lint.engine.files import discover
from ws_fallback_lint.engine.settings import Finder

pytestmark = pytest.mark.usefixtures("tree")


def test_gitignore_files_count_at_every_level() -> None:
    make(".gitignore", text="*.gen.py\n/top.py\nout/\n# comment\n\n")
    make("a/.gitignore", text="\ufeff!keep.gen.py\r\nlocal.py\r\n")
    make("x.gen.py", "top.py", "a/top.py", "a/keep.gen.py", "a/other.gen.py", "a/local.py", "local.py")
    make("out/keep.gen.py", "a/out/x.py", "a/b/out.py")
    assert walked() == ["a/b/out.py", "a/keep.gen.py", "a/top.py", "local.py"]


def test_gitignore_files_above_the_start_count_up_to_the_repository() -> None:
    make(".gitignore", text="b.py\n")
    make("repo/.gitignore", text="c.py\n")
    make("repo/pkg/sub/a.py", "repo/pkg/sub/b.py", "repo/pkg/sub/c.py")
    assert walked("repo/pkg/sub") == [f"repo/pkg/sub/{name}.py" for name in "abc"], "no repository"
    make("repo/.git/info/exclude", text="a.py\n")
    assert walked("repo/pkg/sub") == ["repo/pkg/sub/b.py"]
    assert walked("repo") == ["repo/pkg/sub/b.py"]


def test_a_named_folder_that_is_ignored_is_walked_all_the_same() -> None:
    make(".git/HEAD", "gen/deep/a.py")
    make(".gitignore", text="gen/\n")
    assert walked() == []
    assert walked("gen") == walked("gen/deep") == ["gen/deep/a.py"]


def test_a_repository_within_starts_afresh() -> None:
    make(".git/HEAD", "sub/.git/HEAD", "sub/a.py", "a.py")
    make(".gitignore", text="a.py\n")
    assert walked() == ["sub/a.py"]


def test_excludes_of_worktrees_and_submodules_are_found() -> None:
    make("main/.git/info/exclude", text="a.py\n")
    make("main/.git/worktrees/w/commondir", text="../..\n")
    make("w/.git", text="gitdir: ../main/.git/worktrees/w\n")
    make("main/.git/modules/m/info/exclude", text="b.py\n")
    make("m/.git", text="gitdir: ../main/.git/modules/m\n")
    make(*(f"{folder}/{name}.py" for folder in "wm" for name in "ab"))
    assert walked() == ["m/a.py", "w/b.py"]


def test_git_agrees_on_what_is_ignored(tree: Path) -> None:
    make(".gitignore", text="*.py\n!keep*.py\n/a/\n**/deep/x.py\nsp\\ ace.py\n!\nfoo[1-3].py\n!foo2.py\n")
    make("b/.gitignore", text="keep2.py\n!other.py\n[z-a].py\n")
    make("a/keep.py", "b/keep1.py", "b/keep2.py", "b/other.py", "b/x.py", "c/deep/x.py", "keep.py")
    make("sp ace.py", "foo2.py", "foo3.py", "d/foo2.py")
    git = shutil.which("git")
    assert git
    clean = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "PATH": os.environ["PATH"]}
    subprocess.run([git, "init", "-q", "."], check=True, env=clean, cwd=tree)
    listed = subprocess.run(
        [git, "ls-files", "--others", "--exclude-standard", "--", "*.py"],
        check=True,
        env=clean,
        cwd=tree,
        capture_output=True,
        text=True,
    )
    assert sorted(walked()) == sorted(listed.stdout.splitlines()) != []


def test_a_pointer_of_git_that_cannot_be_followed_is_no_trouble() -> None:
    make("w/.git", text="gitdir: /nowhere\n")
    make("w/a.py")
    assert walked("w") == ["w/a.py"]


def unreadable(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    real = os.open

    def refuse(path: str, flags: int, mode: int = 0o777) -> int:
        if os.path.basename(path) == name:
            raise PermissionError(13, "Permission denied", path)
        return real(path, flags, mode)

    monkeypatch.setattr(os, "open", refuse)


def test_an_unreadable_gitignore_is_a_problem_and_the_walk_goes_on(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(".git/HEAD", "a/b/x.py", ".gitignore")
    unreadable(monkeypatch, ".gitignore")
    for start, place in ((".", "."), ("a", "a")):
        found = discover([start], Finder())
        assert [disk.shown(target.path) for target in found.targets] == ["a/b/x.py"]
        assert [problem.path for problem in found.problems] == [place]
        assert f"{tree}/.gitignore cannot be read: Permission denied" in found.problems[0].message
