"""What is published: its contents, and that it works with the source tree out of reach."""

import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

REPO = Path(__file__).parents[1]

pytestmark = [pytest.mark.network, pytest.mark.tools]


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An sdist of this tree and the wheel that was built from that sdist."""
    place = tmp_path_factory.mktemp("build")
    junk = shutil.ignore_patterns(".git", ".venv*", "*_cache", ".hypothesis", ".coverage*", "dist")
    tree = shutil.copytree(REPO, place / "tree", ignore=junk)
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(place / "dist"), str(tree)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    shutil.rmtree(tree)
    return place / "dist"


def test_the_wheel_holds_the_package_and_nothing_else(dist: Path) -> None:
    (wheel,) = dist.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        licences = [name for name in archive.namelist() if name.endswith("licenses/LICENSE")]
    sources = {
        path.relative_to(REPO).as_posix()
        for path in (REPO / "ws_fallback_lint").rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert names == sources
    assert {"ws_fallback_lint/py.typed", "ws_fallback_lint/engine/report/schema.json"} <= names
    assert len(licences) == 1


def test_the_sdist_holds_what_the_tests_need(dist: Path) -> None:
    (sdist,) = dist.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames()}
    wanted = {
        "pyproject.toml",
        "Makefile",
        "LICENSE",
        "CHANGELOG.md",
        "examples/pyproject.toml",
        "tests/test_wheel.py",
    }
    assert wanted <= names
    tops = {name.split("/")[0] for name in names}
    assert tops <= {path.name for path in REPO.iterdir()} | {"PKG-INFO"}
    assert not any("__pycache__" in name or name.startswith((".venv", ".git/")) for name in names)


def test_the_installed_wheel_works_alone(dist: Path, tmp_path: Path) -> None:
    (wheel,) = dist.glob("*.whl")
    venv.create(tmp_path / "venv", with_pip=True)
    programs = tmp_path / "venv" / "bin"
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("COVERAGE_", "PYTHONPATH"))
    }

    def run(program: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [str(programs / program), *arguments]
        return subprocess.run(command, cwd=shop, capture_output=True, text=True, check=False, env=kept)

    shop = Path(shutil.copytree(REPO / "examples", tmp_path / "examples"))
    installed = run("python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", str(wheel))
    assert installed.returncode == 0, installed.stderr
    where = run("python", "-Ic", "import ws_fallback_lint; print(ws_fallback_lint.__file__)").stdout
    assert where.startswith(str(tmp_path / "venv"))
    checked = run("ws-fallback-lint", "check", "--format", "concise", ".")
    linted = run("flake8", "--isolated", "--select=FBK", "shop")
    assert (checked.returncode, linted.returncode) == (1, 1), checked.stderr + linted.stderr
    # flake8 looks at each file for itself: what a file loses and another dies of stands there at the use.
    lines = linted.stdout.splitlines()
    assert "FBK201" in lines[0]
    assert checked.stdout.splitlines()[0] in lines
    fixed = run("ws-fallback-lint", "check", "--fix", ".")
    assert fixed.returncode == 0, fixed.stdout + fixed.stderr
