"""FBK201: every package of packages/ is run with `gone` missing; what dies is told, and nothing else.

A line with `# dies` ends in an error there. Each package holds the same use guarded, too.
"""

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from ws_fallback_lint import lint_source
from ws_fallback_lint.engine.files import discover
from ws_fallback_lint.engine.run import Order, run
from ws_fallback_lint.engine.settings import Finder

FOLDER = Path(__file__).parent / "packages"
PROJECT = {"pyproject.toml": "[project]\nname = 'case'\n", "p/__init__.py": ""}
OPTIONAL = """\
try:
    import gone
    HAS = True
except ImportError:
    gone = None
    HAS = False
"""
# What stands for `gone` where it is there: it takes whatever is asked of it.
GONE = """\
class Any:
    def __call__(self, *arguments):
        return arguments[0] if arguments and callable(arguments[0]) else self
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self
class Base:
    pass
class Trouble(Exception):
    pass
class Kind(str):
    FAST = "fast"
class settings(dict):
    level = 1
settings = settings()
def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return Any()
"""
# Imports a module and calls its public functions; says in which of its lines each dies, and when.
RUN = """
import importlib, json, sys, traceback
name, path, *places = sys.argv[1:]
sys.path[:0] = places
died = []
def attempt(act):
    try:
        act()
    except (TypeError, AttributeError, NameError) as error:
        lines = [one.lineno for one in traceback.extract_tb(error.__traceback__) if one.filename == path]
        died.append(lines[-1])
    except Exception as error:
        return
attempt(lambda: importlib.import_module(name))
if name in sys.modules:
    for key, value in list(vars(sys.modules[name]).items()):
        if key in ("f", "g") and callable(value):
            attempt(value)
print(json.dumps(died))
"""


@dataclass(frozen=True, slots=True)
class Package:
    """One case: the files of a project, one of which is called `use`."""

    title: str
    files: Mapping[str, str]

    @property
    def use(self) -> str:
        """The path of the module that takes names from others."""
        return next(path for path in self.files if path.endswith("use.py"))

    @property
    def dying(self) -> list[int]:
        """The lines that say so."""
        lines = self.files[self.use].splitlines()
        return [number for number, line in enumerate(lines, 1) if "# dies" in line]

    def write(self, folder: Path) -> Path:
        """Write the project to a folder; the path of `use`."""
        given = {} if "p/a.py" in self.files or "compat.py" in self.files else {"p/a.py": OPTIONAL}
        for name, text in {**PROJECT, **given, **self.files}.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, "utf-8")
        return folder / self.use


@cache
def packages() -> dict[str, Package]:
    """Every case, by the name of its file and its title."""
    found = {}
    for path in sorted(FOLDER.glob("*.md")):
        for part in re.split(r"^### ", path.read_text("utf-8"), flags=re.MULTILINE)[1:]:
            title, _, rest = part.partition("\n")
            blocks = re.findall(r"^```py (\S+)\n(.*?)^```", rest, re.MULTILINE | re.DOTALL)
            found[f"{path.stem}: {title}"] = Package(title, dict(blocks))
    return found


def died(folder: Path, package: Package, *places: Path) -> list[int]:
    """The lines in which the module dies, one for each function that does, or its import."""
    name = package.use.removesuffix(".py").replace("/", ".")
    command = [sys.executable, "-c", RUN, name, str(folder / package.use), str(folder), *map(str, places)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return sorted(json.loads(done.stdout))


def together(folder: Path) -> set[tuple[str, int]]:
    """The uses in other files that the findings of a whole project list, and those it is told of itself."""
    targets = discover((str(folder),), Finder(None, {})).targets
    results = [checked.result for checked in run(targets, Order())]
    findings = [finding for result in results for finding in result.findings]
    assert not [problem for result in results for problem in result.problems]
    assert not [finding for finding in findings if finding.code == "FBK201"]
    return {(use.path, use.line) for one in findings for use in one.uses if use.path != one.path}


@pytest.mark.parametrize("name", packages())
def test_package(name: str, tmp_path: Path) -> None:
    package = packages()[name]
    folder, library = tmp_path / "project", tmp_path / "library"
    use = package.write(folder)
    library.mkdir()
    library.joinpath("gone.py").write_text(GONE, "utf-8")
    assert package.dying
    assert died(folder, package, library) == []
    assert died(folder, package) == package.dying
    result = lint_source(use.read_bytes(), str(use), root=str(folder))
    assert not result.problems
    alone = [finding for finding in result.findings if finding.code == "FBK201"]
    assert sorted({finding.place.line for finding in alone}) == package.dying
    assert together(folder) == {(alone[0].path, line) for line in package.dying}


def test_there_are_enough() -> None:
    assert len(packages()) >= 60
