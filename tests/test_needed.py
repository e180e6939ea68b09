"""Imports that the project cannot do without; every case is run with `gone`, or a part of it, missing."""

import subprocess
import sys
from pathlib import Path

import pytest
from command import ran as command

from ws_fallback_lint import lint_source
from ws_fallback_lint.core.config import Config
from ws_fallback_lint.core.options import Origin, Policy

BY_USE = Config(policy=tuple((origin, Policy.IF_UNGUARDED) for origin in Origin))
GUARD = """
try:
    import gone
except ImportError:
    gone = None
def f():
    return gone.x
"""
NOW = GUARD.replace("def f():\n    return ", "")
ANY = GUARD.replace("ImportError", "Exception")
NAME = """
try:
    from gone import x
except ImportError:
    x = None
def f():
    return x.y
"""
PART = """
try:
    import gone.x as x
except ImportError:
    x = None
def f():
    return x.y
"""
WORK = """
try:
    import gone
    gone.start()
except Exception:
    gone = None
def f():
    return gone.x
"""
# Imports a module and calls its f().
RUN = """
import importlib, sys
sys.path[:0] = sys.argv[2:]
try:
    module = importlib.import_module(sys.argv[1])
except ImportError as error:
    sys.exit(f"never loaded: {error}")
module.f()
"""

# The files of a project; the one with the guarded import is a.py, wherever it lies.
NEVER = {
    "at once": {"a.py": f"import b{GUARD}", "b.py": "import gone"},
    "a chain": {
        "a.py": f"from p import b{GUARD}",
        "p/__init__.py": "",
        "p/b.py": "import p.c",
        "p/c.py": "import gone.y",
    },
    "relative": {
        "p/a.py": f"from .b import c{GUARD}",
        "p/__init__.py": "",
        "p/b.py": "from . import c",
        "p/c.py": "import gone",
    },
    "one up": {
        "p/q/a.py": f"from .. import b{GUARD}",
        "p/__init__.py": "",
        "p/q/__init__.py": "",
        "p/b.py": "import gone",
    },
    "in brackets": {
        "a.py": f"import b{GUARD}",
        "b.py": "from p import (\n    c,  # c\n)",
        "p/__init__.py": "",
        "p/c.py": "import gone",
    },
    "its package": {"p/a.py": GUARD, "p/__init__.py": "import gone"},
    "another package": {"a.py": f"import p.b{GUARD}", "p/__init__.py": "import gone", "p/b.py": ""},
    "a lazy package": {
        "a.py": f"from p import b{GUARD}",
        "p/__init__.py": "def __getattr__(name):\n    raise AttributeError(name)",
        "p/b.py": "import gone",
    },
    "a cycle": {"a.py": f"import b{GUARD}", "b.py": "import gone\nimport a"},
    "a cycle elsewhere": {"a.py": f"import b{GUARD}", "b.py": "import c\nimport gone", "c.py": "import b"},
    "a name": {"a.py": f"import b{NAME}", "b.py": "from gone import y, x as z"},
    "a name that is a module": {"a.py": f"import b{NAME}", "b.py": "from gone.x import y"},
    "while imported": {"a.py": f"import b{NOW}", "b.py": "import gone"},
    "all that may fail": {"a.py": f"import b{ANY}", "b.py": "import gone"},
}
MAY_BE = {
    "not at all": {"a.py": f"import b{GUARD}", "b.py": "import json"},
    "only said": {"a.py": f"import b{GUARD}", "b.py": '"""Write:\nimport gone\n"""'},
    "way only said": {"a.py": f"import b{GUARD}", "b.py": '"""\nimport c\n"""', "c.py": "import gone"},
    "for type checkers": {
        "a.py": f"import b{GUARD}",
        "b.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import gone",
    },
    "guarded": {"a.py": f"import b{GUARD}", "b.py": "try:\n    import gone\nexcept ImportError:\n    pass"},
    "way guarded": {
        "a.py": f"try:\n    import b\nexcept ImportError:\n    pass{GUARD}",
        "b.py": "import gone",
    },
    "in a function": {"a.py": f"import b{GUARD}", "b.py": "def f():\n    import gone"},
    "no submodule": {"a.py": f"from p import b{GUARD}", "p/__init__.py": "b = 1", "p/b.py": "import gone"},
    "replaced": {"a.py": f"import sys\nsys.modules['b'] = sys\nimport b{GUARD}", "b.py": "import gone"},
    "a package before a module": {"a.py": f"import b{GUARD}", "b/__init__.py": "", "b.py": "import gone"},
    "conftest of no test": {"t/a.py": GUARD, "conftest.py": "import gone"},
    "after": {"a.py": f"{NOW}import b\n", "b.py": "import gone"},
    "after, in its package": {"p/a.py": NOW, "p/__init__.py": "from . import a\nimport gone"},
    "after, in a try": {
        "p/a.py": NOW,
        "p/__init__.py": "try:\n    from . import a\nfinally:\n    pass\nimport gone",
    },
}
# `gone` is there, but empty.
LACKING = {
    "a name of it": {"a.py": f"import b{NAME}", "b.py": "import gone"},
    "another name of it": {"a.py": f"import b{NAME}", "b.py": "from gone import __name__"},
    "a part of it": {"a.py": f"import b{PART}", "b.py": "import gone"},
    "what is done with it": {"a.py": f"import b{WORK}", "b.py": "import gone"},
}


def written(folder: Path, files: dict[str, str]) -> Path:
    """Write a project; the path of its a.py."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return next(folder / path for path in files if path.endswith("a.py"))


def codes(folder: Path, file: Path) -> list[str]:
    result = lint_source(file.read_text(), str(file), BY_USE, root=str(folder))
    assert not result.problems
    return [finding.code for finding in result.findings]


def ran(folder: Path, file: Path, first: str = "", *more: Path) -> str:
    """How importing a module, by default the file, and calling its f() ends."""
    top = file.parent
    while (top / "__init__.py").exists():
        top = top.parent
    name = first or ".".join(file.relative_to(top).with_suffix("").parts)
    arguments = [sys.executable, "-c", RUN, name, str(top), str(folder), *map(str, more)]
    return subprocess.run(arguments, capture_output=True, text=True, check=False).stderr


@pytest.mark.parametrize("case", NEVER)
def test_a_module_that_never_loads_meets_no_fallback(case: str, tmp_path: Path) -> None:
    file = written(tmp_path, NEVER[case])
    assert "never loaded: No module named 'gone" in ran(tmp_path, file)
    assert codes(tmp_path, file) == []


@pytest.mark.parametrize("case", MAY_BE)
def test_what_does_not_surely_import_it_says_nothing(case: str, tmp_path: Path) -> None:
    file = written(tmp_path, MAY_BE[case])
    assert "AttributeError: 'NoneType' object has no attribute 'x'" in ran(tmp_path, file)
    assert codes(tmp_path, file) == ["FBK101"]


@pytest.mark.parametrize("case", LACKING)
def test_a_package_may_lack_a_part(case: str, tmp_path: Path) -> None:
    file = written(tmp_path / "project", LACKING[case])
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "gone.py").touch()
    said = ran(tmp_path / "project", file, "", tmp_path / "library")
    assert "AttributeError: 'NoneType' object has no attribute" in said
    assert codes(tmp_path / "project", file) == ["FBK101"]


def test_a_cycle_may_be_entered_at_its_other_end(tmp_path: Path) -> None:
    file = written(tmp_path, {"a.py": f"import b{NOW}", "b.py": "import a\nimport gone"})
    assert "AttributeError: 'NoneType'" in ran(tmp_path, file, "b")
    assert codes(tmp_path, file) == ["FBK101"]


@pytest.mark.parametrize("place", ["conftest.py", "t/conftest.py"])
def test_a_conftest_that_fails_ends_the_tests(place: str, tmp_path: Path) -> None:
    text = GUARD.replace("f()", "test_f()")
    file = written(tmp_path, {"t/test_a.py": text, place: "import gone"})
    arguments = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(file)]
    ended = subprocess.run(arguments, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert "ImportError while loading conftest" in ended.stderr
    assert codes(tmp_path, file) == []


def test_a_script_has_no_package_around_it(tmp_path: Path) -> None:
    text = f"{GUARD}\nif __name__ == '__main__':\n    f()\n"
    file = written(tmp_path, {"p/a.py": text, "p/__init__.py": "import gone"})
    ended = subprocess.run([sys.executable, str(file)], capture_output=True, text=True, check=False)
    assert "AttributeError: 'NoneType'" in ended.stderr
    assert codes(tmp_path, file) == ["FBK101"]


def test_an_import_of_the_same_name_elsewhere_in_the_project(tmp_path: Path) -> None:
    files = {"a.py": GUARD.replace("import gone", "from .c import gone"), "b.py": "from .c import gone"}
    files = {f"p/{name}": text for name, text in files.items()} | {
        "p/__init__.py": "from p import b",
        "p/c.py": "",
    }
    file = written(tmp_path, files)
    assert "never loaded: cannot import name 'gone' from 'p.c'" in ran(tmp_path, file)
    assert codes(tmp_path, file) == ["FBK104"]


def test_explaining_says_what_rules_an_outcome_out(tmp_path: Path) -> None:
    files = {**NEVER["at once"], "pyproject.toml": "[project]\nname = 'shop'\n"}
    file = written(tmp_path, files)
    page = command("explain-finding", f"{file}:3").stdout.decode()
    assert f"cannot fail here: {tmp_path / 'b.py'}:1 imports it as well" in page
    assert "Silent on 'gone' in 2: every use is guarded." in page
