"""The hooks, run by real pre-commit out of a git repository that holds this very tree."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

REPO = Path(__file__).parents[1]
FALLBACK = "try:\n    from shop.core import start\nexcept ImportError:\n    start = None\n"
FIXED = """\
try:
    from shop.core import start
except ImportError as error:
    raise ImportError(
        f"cannot import start from shop.core: {error}"
    ) from error
"""
PYPROJECT = '[project]\nname = "shop"\nversion = "1"\n'

pytestmark = [pytest.mark.network, pytest.mark.tools]


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=tester", "-c", "user.email=tester@example.invalid"]
    command = ["git", *identity, "-c", "commit.gpgsign=false", "-c", "core.hooksPath=/dev/null", *arguments]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=True, env=environment()
    ).stdout


def environment(home: Path | None = None) -> dict[str, str]:
    # A GIT_DIR from outside would send git to another repository.
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "COVERAGE_"))}
    return kept | ({"PRE_COMMIT_HOME": str(home)} if home else {})


def commit(folder: Path) -> str:
    """Make a repository of a folder; what comes out is the commit."""
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "all of it")
    return git(folder, "rev-parse", "HEAD").strip()


@dataclass(frozen=True)
class Hooks:
    """A repository with our hooks, and the folder where pre-commit keeps the environments it builds."""

    repo: Path
    revision: str
    home: Path

    def pre_commit(self, folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "pre_commit", *arguments]
        return subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=False, env=environment(self.home)
        )

    def run(self, folder: Path, hook: str, *files: str) -> "subprocess.CompletedProcess[str]":
        return self.pre_commit(folder, "run", hook, "--verbose", "--files", *files)


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Hooks:
    home = tmp_path_factory.mktemp("pre-commit")
    junk = shutil.ignore_patterns(
        ".git", ".venv*", "*_cache", "__pycache__", ".hypothesis", ".coverage*", "dist"
    )
    repo = Path(shutil.copytree(REPO, home / "repo", ignore=junk))
    return Hooks(repo, commit(repo), home / "store")


@pytest.fixture
def project(tmp_path: Path, hooks: Hooks) -> Path:
    """A repository that uses our hooks and whose `shop/app.py` has one fallback."""
    ids = "".join(f"      - id: {name}\n" for name in ("ws-fallback-lint", "ws-fallback-lint-fix"))
    config = f"repos:\n  - repo: {hooks.repo}\n    rev: {hooks.revision}\n    hooks:\n{ids}"
    (tmp_path / ".pre-commit-config.yaml").write_text(config, "utf-8")
    (tmp_path / "pyproject.toml").write_text(PYPROJECT, "utf-8")
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__init__.py").touch()
    (tmp_path / "shop" / "core.py").write_text("def start():\n    return 1\n", "utf-8")
    (tmp_path / "shop" / "app.py").write_text(FALLBACK, "utf-8")
    commit(tmp_path)
    return tmp_path


def test_try_repo_finds_the_fallback(hooks: Hooks, project: Path) -> None:
    done = hooks.pre_commit(project, "try-repo", str(hooks.repo), "ws-fallback-lint", "--all-files")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "shop/app.py:4:5: FBK101 'start' " in done.stdout
    assert "Failed" in done.stdout
    assert (project / "shop" / "app.py").read_text("utf-8") == FALLBACK


def test_the_check_passes_clean_files(hooks: Hooks, project: Path) -> None:
    done = hooks.run(project, "ws-fallback-lint", "shop/core.py")
    assert (done.returncode, "Passed" in done.stdout) == (0, True), done.stdout + done.stderr


def test_the_fix_hook_fails_when_it_changed_something_and_then_passes(hooks: Hooks, project: Path) -> None:
    done = hooks.run(project, "ws-fallback-lint-fix", "shop/app.py", "shop/core.py")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "files were modified by this hook" in done.stdout
    assert (project / "shop" / "app.py").read_text("utf-8") == FIXED
    again = hooks.run(project, "ws-fallback-lint-fix", "shop/app.py", "shop/core.py")
    assert (again.returncode, "Passed" in again.stdout) == (0, True), again.stdout + again.stderr


@pytest.mark.parametrize("hook", ["ws-fallback-lint", "ws-fallback-lint-fix"])
def test_an_excluded_file_stays_out_although_it_is_named(hooks: Hooks, project: Path, hook: str) -> None:
    table = '\n[tool.ws-fallback-lint]\nexclude = ["shop/app.py"]\n'
    (project / "pyproject.toml").write_text(PYPROJECT + table, "utf-8")
    done = hooks.run(project, hook, "shop/app.py")
    assert (done.returncode, "Passed" in done.stdout) == (0, True), done.stdout + done.stderr
    assert (project / "shop" / "app.py").read_text("utf-8") == FALLBACK


def test_only_python_is_looked_at(hooks: Hooks, project: Path) -> None:
    (project / "notes.txt").write_text(FALLBACK, "utf-8")
    assert "Skipped" in hooks.run(project, "ws-fallback-lint", "notes.txt").stdout
    (project / "shop" / "stub.pyi").write_text(FALLBACK, "utf-8")
    git(project, "add", "--all")
    done = hooks.run(project, "ws-fallback-lint", "shop/stub.pyi")
    assert "shop/stub.pyi:4:5: FBK101" in done.stdout, done.stdout + done.stderr
