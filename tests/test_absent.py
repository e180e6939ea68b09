"""FBK104; every case is run: what is called impossible fails, what is not reported works."""

import subprocess
import sys
from pathlib import Path

import pytest
from test_needed import written

from ws_fallback_lint import lint_source
from ws_fallback_lint.core.config import Config

ONLY = Config(select=("FBK104",))


def trying(*imports: str) -> str:
    body = "".join(f"    {one}\n" for one in imports)
    return f"try:\n{body}except ImportError:\n    print('lost')\n"


IMPOSSIBLE = {
    "a module": (
        trying("from p.sesion import x"),
        "the project has no module 'p.sesion' (did you mean 'p.session'?)",
    ),
    "relative": (
        trying("from .sesion import x"),
        "the project has no module 'p.sesion' (did you mean 'p.session'?)",
    ),
    "by import": (
        trying("import p.sesion"),
        "the project has no module 'p.sesion' (did you mean 'p.session'?)",
    ),
    "nothing near": (trying("import p.zzz"), "the project has no module 'p.zzz'"),
    "in a package": (trying("from p.q.zzz import x"), "the project has no module 'p.q.zzz'"),
    "below a missing one": (trying("from p.zzz.a.b import x"), "the project has no module 'p.zzz'"),
    "in a bare folder": (
        trying("from p.bare.modul import x"),
        "no module 'p.bare.modul' (did you mean 'p.bare.module'?)",
    ),
    "in a module": (trying("from p.session.part import x"), "the project has no module 'p.session.part'"),
    "from a package": (trying("from p import zzz"), "'p' has no 'zzz'"),
    "a name": (
        trying("from p.session import AuthenticationResult"),
        "'p.session' has no 'AuthenticationResult' (did you mean 'AuthResult'?)",
    ),
    "a name only said": (trying("from p.session import said"), "'p.session' has no 'said'"),
    "a name in a function": (trying("from p.session import inside"), "'p.session' has no 'inside'"),
    "a name behind a star": (trying("from p.stars import zzz"), "'p.stars' has no 'zzz'"),
    "one of two": (trying("from p.session import AuthResult", "from p.zzz import x"), "no module 'p.zzz'"),
    "suppressed": (
        "from contextlib import suppress\nwith suppress(ImportError):\n    import p.zzz\nprint('lost')",
        "no module 'p.zzz'",
    ),
    "in a function that runs": (
        "def f():\n    try:\n        import p.zzz\n    except ImportError:\n        print('lost')\nf()",
        "no module 'p.zzz'",
    ),
}
THERE = {
    "a module": "from p.session import AuthResult",
    "a module in a bare folder": "import p.bare.module",
    "a submodule as a name": "from p import session",
    "a bare folder as a name": "from p import bare",
    "a name in one branch": "from p.session import maybe",
    "a name of a loop": "from p.session import step",
    "a global": "from p.session import declared",
    "a name of a match": "from p.session import other",
    "what it imports": "from p.session import os",
    "its own attribute": "from p.session import __file__",
    "by a star": "from p.stars import AuthResult",
    "by __getattr__": "from p.lazy import anything",
    "by globals()": "from p.made import x1",
    "by a star from elsewhere": "from p.foreign import dumps",
    "set from outside": "import p.patcher\n    from p.session import patched",
    "all of them": "from p.session import *",
}
FILES = {
    "p/__init__.py": "",
    "p/q/__init__.py": "",
    "p/bare/module.py": "",
    "p/session.py": (
        "import os, sys\n# said\nclass AuthResult: pass\nif os.sep:\n    maybe = 1\nfor step in 'ab': pass\n"
        "def inner():\n    global declared\n    declared = inside = 1\n"
        "inner()\nmatch 1:\n    case other: pass\n"
    ),
    "p/stars.py": "from .session import *\nfrom p.q import *\n",
    "p/lazy.py": "def __getattr__(name):\n    return name\n",
    "p/made.py": "globals()['x1'] = 1\n",
    "p/foreign.py": "from json import *\n",
    "p/patcher.py": "from p import session\nsession.patched = 1\n",
}


def findings(folder: Path, text: str, name: str = "p/a.py", config: Config = ONLY) -> list[str]:
    written(folder, {**FILES, name: text, "z/a.py": ""})
    result = lint_source(text, str(folder / name), config, root=str(folder))
    assert not result.problems
    return [finding.message for finding in result.findings]


def printed(folder: Path) -> str:
    command = [sys.executable, "-c", "import p.a"]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder).stdout


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_what_always_fails(case: str, tmp_path: Path) -> None:
    text, message = IMPOSSIBLE[case]
    (found,) = findings(tmp_path, text)
    assert message in found
    assert printed(tmp_path) == "lost\n"


@pytest.mark.parametrize("case", THERE)
def test_what_is_there(case: str, tmp_path: Path) -> None:
    assert findings(tmp_path, trying(THERE[case])) == []
    assert printed(tmp_path) == ""


@pytest.mark.parametrize(
    "files",
    [
        {"p/fast.pyx": ""},
        {"p/fast.pyi": ""},
        {"p/fast.cpython-311-x86_64-linux-gnu.so": ""},
        {"p/fast_build.py": "ffi.set_source('p.fast', '')"},
        {"p/__init__.py": "__path__.append('/elsewhere')"},
        {"p/__init__.py": "import sys\nsys.modules['p.fast'] = sys"},
        {"setup.py": "from setuptools import *\nsetup(ext_modules=[Extension('p.fast', ['x.c'])])"},
    ],
    ids=str,
)
@pytest.mark.parametrize("statement", ["import p.fast", "from p import fast", "from .fast import x"])
def test_what_may_be_built_or_come_from_elsewhere(
    statement: str, files: dict[str, str], tmp_path: Path
) -> None:
    written(tmp_path, {**files, "z/a.py": ""})
    text = trying(statement)
    for path, data in {**FILES, **files, "p/a.py": text}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(data)
    result = lint_source(text, str(tmp_path / "p/a.py"), ONLY, root=str(tmp_path))
    assert result.findings == ()


@pytest.mark.parametrize(
    "text",
    [
        trying("import zzz"),
        "import p.zzz\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from p.zzz import x\nelse:\n    x = None\n",
        "try:\n    import json\nexcept ImportError:\n    import p.zzz\n",
    ],
)
def test_what_is_no_guarded_import_of_the_project(text: str, tmp_path: Path) -> None:
    assert findings(tmp_path, text) == []


def test_a_script_that_is_called_like_a_package_of_the_project_around(tmp_path: Path) -> None:
    text = trying("from shop.ports import free")
    files = {
        "pyproject.toml": "[project]\nname = 'shop'\n",
        "shop/__init__.py": "",
        "shop/ports.py": "free = 1\n",
        "scripts/setup.py": "print('a script, too')\n",
        "scripts/shop.py": "print('another')\n",
        "scripts/a.py": text,
    }
    file = written(tmp_path, files)
    result = lint_source(text, str(file), ONLY, root=str(tmp_path / "scripts"))
    assert result.findings == ()


def test_what_is_allowed_is_not_reported(tmp_path: Path) -> None:
    assert (
        findings(tmp_path, trying("import p.zzz"), config=Config(select=("FBK104",), allow=("p.zzz",))) == []
    )


def test_each_missing_thing_is_told_once(tmp_path: Path) -> None:
    text = trying("from p.zzz import x, y", "from p.session import one, two")
    assert [message.partition(":")[0] for message in findings(tmp_path, text)] == [
        "the project has no module 'p.zzz'",
        "'p.session' has no 'one'",
        "'p.session' has no 'two'",
    ]


def test_modules_that_star_import_each_other(tmp_path: Path) -> None:
    files = {f"p/m{i}.py": f"from .m{(i + 1) % 40} import *\n" for i in range(40)}
    written(tmp_path, {**files, "z/a.py": ""})
    assert findings(tmp_path, trying("from p.m0 import zzz")) == [
        "'p.m0' has no 'zzz': this import always fails"
    ]
