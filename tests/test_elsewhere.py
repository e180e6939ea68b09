"""What a module takes from others of its project; every case is run with `gone` missing."""

from pathlib import Path

import pytest
from test_needed import codes, ran, written

TRY = """
def f():
    try:
        import gone
    except ImportError:
        {}
    return gone.x
"""
ENDS = {
    "a name handed on": {
        "p/a.py": "from .h import skip" + TRY.format("skip()"),
        "p/h.py": "from pytest import skip",
    },
    "under another name": {
        "p/a.py": "from p.h import stop as end" + TRY.format("end(1)"),
        "p/h.py": "from sys import exit as stop",
    },
    "through two": {
        "p/a.py": "from .h import stop" + TRY.format("stop(1)"),
        "p/h.py": "from .g import halt as stop",
        "p/g.py": "from sys import exit as halt",
    },
    "through a package": {
        "p/a.py": "from .q import stop" + TRY.format("stop(1)"),
        "p/q/__init__.py": "from .h import stop",
        "p/q/h.py": "from sys import exit as stop",
    },
    "a module's name": {
        "p/a.py": "import p.h" + TRY.format("p.h.stop(1)"),
        "p/h.py": "from sys import exit as stop",
    },
    "a module in a module": {
        "p/a.py": "from .h import sys" + TRY.format("sys.exit(1)"),
        "p/h.py": "import sys",
    },
    "a function": {
        "p/a.py": "from .h import die" + TRY.format("die()"),
        "p/h.py": "def die():\n    raise RuntimeError('no gone')",
    },
    "a function of a function": {
        "p/a.py": "from .h import die" + TRY.format("die()"),
        "p/h.py": "from .g import end\ndef die():\n    print('no gone')\n    end()",
        "p/g.py": "import sys\ndef end():\n    sys.exit(1)",
    },
    "by a module's name": {
        "p/a.py": "from . import h" + TRY.format("h.die()"),
        "p/h.py": "def die():\n    raise RuntimeError('no gone')",
    },
}
GOES_ON = {
    "a function": {"p/a.py": "from .h import skip" + TRY.format("skip()"), "p/h.py": "def skip(): pass"},
    "at times": {
        "p/a.py": "from .h import die" + TRY.format("die(0)"),
        "p/h.py": "def die(hard):\n    if hard:\n        raise RuntimeError",
    },
    "bound again": {
        "p/a.py": "from .h import skip" + TRY.format("skip()"),
        "p/h.py": "from pytest import skip\nskip = print",
    },
    "bound again by a star": {
        "p/a.py": "from .h import skip" + TRY.format("skip()"),
        "p/h.py": "from pytest import skip\nfrom .g import *",
        "p/g.py": "skip = print",
    },
    "one way or the other": {
        "p/a.py": "from .h import skip" + TRY.format("skip()"),
        "p/h.py": "try:\n    from gone import skip\nexcept ImportError:\n    skip = print",
    },
    "replaced from a function": {
        "p/a.py": "from .h import skip" + TRY.format("skip()"),
        "p/h.py": "from pytest import skip\ndef quiet():\n    global skip\n    skip = print\nquiet()",
    },
    "a generator": {
        "p/a.py": "from .h import die" + TRY.format("die()"),
        "p/h.py": "def die():\n    yield\n    raise 1",
    },
    "nothing there": {"p/a.py": "from .h import skip" + TRY.format("skip()"), "p/h.py": "skip = print"},
}
SHOWN = """
try:
    import gone
    has_gone = True
except ImportError:
    has_gone = False

def f():
    if has_gone:
        show()

def show():
    return gone.x
"""
PROJECT = {"pyproject.toml": "[project]\nname = 'shop'\n"}


@pytest.mark.parametrize("case", ENDS)
def test_what_another_module_says_never_returns(case: str, tmp_path: Path) -> None:
    file = written(tmp_path, {"p/__init__.py": "", **ENDS[case]})
    assert not dies_of_the_name(tmp_path, file)
    assert codes(tmp_path, file) == []


@pytest.mark.parametrize("case", GOES_ON)
def test_what_another_module_leaves_open(case: str, tmp_path: Path) -> None:
    file = written(tmp_path, {"p/__init__.py": "", **GOES_ON[case]})
    assert dies_of_the_name(tmp_path, file)
    assert codes(tmp_path, file) == ["FBK103"]


def dies_of_the_name(folder: Path, file: Path) -> bool:
    return "cannot access local variable 'gone'" in ran(folder, file)


def test_modules_that_take_a_name_from_each_other(tmp_path: Path) -> None:
    files = {"p/a.py": "from .h import stop" + TRY.format("stop(1)"), "p/h.py": "from .g import stop"}
    file = written(tmp_path, {"p/__init__.py": "", **files, "p/g.py": "from .h import stop"})
    assert codes(tmp_path, file) == ["FBK103"]


def test_functions_that_take_each_other_from_their_modules(tmp_path: Path) -> None:
    again = "def {0}():\n    from .{1} import {0}\n    {0}()\n"
    files = {
        "p/a.py": "from .h import stop" + TRY.format("stop()"),
        "p/h.py": again.format("stop", "g"),
        "p/g.py": again.format("stop", "h"),
    }
    assert codes(tmp_path, written(tmp_path, {"p/__init__.py": "", **files})) == ["FBK103"]


def test_a_module_that_is_not_python(tmp_path: Path) -> None:
    files = {"p/a.py": "from .h import stop" + TRY.format("stop(1)"), "p/h.py": "def stop(:"}
    assert codes(tmp_path, written(tmp_path, {"p/__init__.py": "", **files})) == ["FBK103"]


def test_a_script_calls_its_functions_itself(tmp_path: Path) -> None:
    file = written(tmp_path, {**PROJECT, "demos/a.py": SHOWN, "demos/b.py": "import a\na.f()"})
    assert ran(tmp_path / "demos", file) == ""
    assert codes(tmp_path, file) == []


def test_a_script_beside_it_may_call_them_too(tmp_path: Path) -> None:
    file = written(
        tmp_path, {**PROJECT, "demos/a.py": SHOWN, "demos/b.py": "import a\ndef f():\n    a.show()"}
    )
    assert "NameError: name 'gone' is not defined" in ran(tmp_path / "demos", file, "b")
    assert codes(tmp_path, file) == ["FBK103"]


@pytest.mark.parametrize("place", ["a.py", "src/a.py", "p/a.py"])
def test_what_others_can_import_is_public(place: str, tmp_path: Path) -> None:
    file = written(tmp_path, {**PROJECT, "p/__init__.py": "", place: SHOWN})
    assert codes(tmp_path, file) == ["FBK103"]
