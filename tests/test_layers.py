"""The contract of the layers, and that it would notice a breach."""

import ast
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

REPO = Path(__file__).parents[1]
PACKAGE = REPO / "ws_fallback_lint"
CONTRACTS = {
    contract["id"]: contract
    for contract in tomllib.loads((REPO / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
}
TOP = {
    f"ws_fallback_lint.{path.stem}"
    for path in PACKAGE.iterdir()
    if (path / "__init__.py").exists() or path.suffix == ".py"
} - {"ws_fallback_lint.__init__"}


def lint_imports(folder: Path) -> "subprocess.CompletedProcess[str]":
    program = "from importlinter.cli import lint_imports_command; lint_imports_command(['--no-cache'])"
    return subprocess.run(
        [sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(PACKAGE, tmp_path / "ws_fallback_lint", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPO / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.tools
def test_the_contracts_hold(copy: Path) -> None:
    done = lint_imports(copy)
    assert done.returncode == 0, done.stdout
    assert f"{len(CONTRACTS)} kept, 0 broken" in done.stdout


@pytest.mark.tools
@pytest.mark.parametrize(
    ("path", "text", "broken"),
    [
        ("core/stray.py", "import ws_fallback_lint.rules", "Imports only point down BROKEN"),
        (
            "analysis/stray.py",
            "def f():\n    from ws_fallback_lint import engine",
            "Imports only point down BROKEN",
        ),
        ("engine/stray.py", "import libcst", "Only fixes import libcst BROKEN"),
        ("rules/stray.py", "import ast", "Rules know no syntax tree BROKEN"),
        ("engine/stray.py", "from flake8 import checker", "Only front ends import click and flake8 BROKEN"),
        ("core/stray.py", "import click", "Only front ends import click and flake8 BROKEN"),
        ("stray/__init__.py", "", "stray"),
        ("stray.py", "", "stray"),
    ],
)
def test_a_breach_is_noticed(copy: Path, path: str, text: str, broken: str) -> None:
    place = copy / "ws_fallback_lint" / path
    place.parent.mkdir(exist_ok=True)
    place.write_text(text + "\n", "utf-8")
    done = lint_imports(copy)
    assert done.returncode == 1, done.stdout
    assert broken in done.stdout


@pytest.mark.parametrize(
    ("contract", "exempt"),
    [
        ("libcst", {"ws_fallback_lint.fixes"}),
        ("frontends", {"ws_fallback_lint.frontends", "ws_fallback_lint.__main__"}),
    ],
)
def test_each_ban_covers_every_layer_but_its_exemptions(contract: str, exempt: set[str]) -> None:
    assert set(CONTRACTS[contract]["source_modules"]) == TOP - exempt


def test_no_file_has_more_than_300_lines() -> None:
    lengths = {str(path): len(path.read_bytes().splitlines()) for path in PACKAGE.rglob("*.py")}
    assert {path: length for path, length in lengths.items() if length > 300} == {}


def test_no_function_has_more_than_60_lines() -> None:
    long = [
        f"{path.name}:{node.lineno} {node.name}"
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno >= 60
    ]
    assert long == []


def test_no_type_is_ignored() -> None:
    ignored = [path.name for path in PACKAGE.rglob("*.py") if "# type: ignore\n" in path.read_text("utf-8")]
    assert ignored == []


def test_nothing_is_caught_broadly_but_where_a_file_ends() -> None:
    """What goes wrong in one file may cost that file, and is told; what is not ours to judge is raised again.

    `test_processes` holds that nothing gets lost in a worker, `test_own_faults` that each face tells.
    """
    broad = {"None", "Exception", "BaseException"}
    found = [
        (path.name, ast.unparse(handler.body[-1]))
        for path in PACKAGE.rglob("*.py")
        for handler in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(handler, ast.ExceptHandler)
        and (handler.type is None or not broad.isdisjoint(ast.unparse(handler.type).strip("()").split(", ")))
    ]
    assert sorted(found) == [
        ("clause.py", "raise"),
        ("flake8_plugin.py", "yield self._report(1, 1, 'FBK900', unfinished(error))"),
        ("lint.py", "return Result(source.path, problems=(Problem(source.path, 1, 1, unfinished(error)),))"),
        ("pool.py", "said = error"),
        ("run.py", "return _failed(source.path, unfinished(error))"),
    ]
