"""The readers of files that declare dependencies: text in, values out."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ws_fallback_lint.analysis.environments import EVERYWHERE, MAINTAINED, versions
from ws_fallback_lint.project import poetry, pyproject, requirements_txt, setup_files
from ws_fallback_lint.project.declared import Dependency, Listed, Stated, dependency
from ws_fallback_lint.project.markers import holding
from ws_fallback_lint.project.pythons import admitted, environments_for


def named(stated: Stated) -> dict[str, bool]:
    """What is declared, and whether it is needed."""
    return {found.name: found.needed for found in stated.dependencies}


@pytest.mark.parametrize(
    ("text", "name", "marker"),
    [
        ("numpy", "numpy", ""),
        ("  PyYAML >=5 ", "pyyaml", ""),
        ("zope.interface[test]", "zope-interface", ""),
        ("ruamel_yaml (>=1.0)", "ruamel-yaml", ""),
        ("tomli>=1.1; python_version < '3.11'", "tomli", "python_version < '3.11'"),
        ("uvloop ;sys_platform!='win32'", "uvloop", "sys_platform!='win32'"),
        ("x @ https://h/x;y.whl", "x", ""),
        ("x[a] @ https://h/x;y.whl ; os_name == 'nt'", "x", "os_name == 'nt'"),
        ("x~=1.0", "x", ""),
        ("x!=1.0", "x", ""),
    ],
)
def test_a_dependency_is_a_name_and_a_marker(text: str, name: str, marker: str) -> None:
    assert dependency(text, "here", needed=True) == Dependency(name, "here", True, marker)


@pytest.mark.parametrize("text", ["", "# x", "-r x.txt", "two words", "./x", "x/y", "é", "-", "[x]"])
def test_anything_else_is_no_dependency(text: str) -> None:
    assert dependency(text, "here", needed=True) is None


def test_requirements_files_are_read_as_pip_reads_them() -> None:
    text = """\
# a comment
Django>=4 # another
requests[security]==2.31.0 \\
    --hash=sha256:0123456789 \\
    --hash=sha256:abcdef
--index-url https://example.org/simple
-c constraints.txt
--constraint=other.txt
-r base.txt
-rdeep/more.txt
--requirement third.txt
--requirement="fourth file.txt"
-e .
-e git+https://example.org/editable.git#egg=Editable_One&subdirectory=x
--editable ./local
git+https://example.org/plain.git
https://example.org/x-1.0.zip#egg=by-egg
./wheels/thing-1.0-py3-none-any.whl
pinned @ https://example.org/pinned.zip
tomli; python_version < "3.11"
two words
"""
    said = requirements_txt.read(text, "requirements.txt", needed=True)
    assert [found.name for found in said.dependencies] == [
        "django",
        "requests",
        "editable-one",
        "by-egg",
        "pinned",
        "tomli",
    ]
    assert [found.marker for found in said.dependencies][-1] == 'python_version < "3.11"'
    names = ("base.txt", "deep/more.txt", "third.txt", "fourth file.txt")
    assert said.files == tuple(Listed(name, needed=True) for name in names)


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    requirements_txt.read(text, "x", needed=True)
    setup_files.read_cfg(text)
    setup_files.read_py(text)
    setup_files.meson_makes(text, text)
    poetry.specifier(text)
    holding(text, MAINTAINED)
    admitted(text)


_LINES = st.sampled_from(
    [
        "a",
        "-r ",
        "-e ",
        "#egg=",
        "\\\n",
        "\n",
        " #",
        ";",
        "@",
        "://",
        "--hash=",
        "[",
        "]",
        ">=1",
        "x.txt",
        " ",
    ]
)


@given(st.lists(_LINES).map("".join))
def test_what_looks_like_requirements_is_read(text: str) -> None:
    for found in requirements_txt.read(text, "x", needed=False).dependencies:
        assert found.name
        assert not found.needed


@pytest.mark.parametrize(
    ("folder", "name", "is_one", "is_main"),
    [
        ("", "requirements.txt", True, True),
        ("", "requirements.in", True, True),
        ("", "requirements-dev.txt", True, False),
        ("", "requirements_test.txt", True, False),
        ("", "dev-requirements.txt", True, False),
        ("", "requirements-prod.txt", True, True),
        ("", "my_requirements_list.py", False, False),
        ("", "notes.txt", False, False),
        ("", "requirementsx.txt", False, False),
        ("requirements", "base.txt", True, True),
        ("requirements", "docs.txt", True, False),
        ("docs", "base.txt", False, True),
    ],
)
def test_names_of_requirements_files(folder: str, name: str, is_one: bool, is_main: bool) -> None:
    assert requirements_txt.is_one(folder, name) is is_one
    if is_one:
        assert requirements_txt.is_main(f"{folder}/{name}" if folder else name) is is_main


PROJECT = """
[project]
name = "Shop"
requires-python = ">=3.11"
dependencies = ["numpy>=1", 3, "not one"]
[project.optional-dependencies]
gui = ["PyQt6"]
[dependency-groups]
test = ["pytest", {include-group = "cov"}]
cov = ["coverage"]
[tool.uv]
dev-dependencies = ["ruff"]
[tool.pdm.dev-dependencies]
lint = ["flake8"]
"""


def test_pyproject_declares_in_many_tables() -> None:
    said = pyproject.read(tomllib.loads(PROJECT))
    assert named(said) == {
        "numpy": True,
        "pyqt6": False,
        "pytest": False,
        "coverage": False,
        "ruff": False,
        "flake8": False,
    }
    assert [found.where for found in said.dependencies] == [
        "[project] dependencies",
        "[project.optional-dependencies]",
        "[tool.uv] dev-dependencies",
        "[tool.pdm] dev-dependencies",
        "[dependency-groups]",
        "[dependency-groups]",
    ]
    assert (said.name, said.requires_python, said.is_answer) == ("Shop", ">=3.11", True)


@pytest.mark.parametrize(
    ("toml", "is_answer"),
    [
        ("[project]\nname='x'", True),
        ("[project]\nname='x'\ndynamic=['dependencies']", False),
        ("[project]\nname='x'\ndynamic=['version']", True),
        ("[tool.poetry.dependencies]\npython='^3.9'", True),
        ("[tool.black]\nline-length=1", False),
        ("[project]\ndynamic=['dependencies']\n[tool.setuptools.dynamic]\ndependencies={file='r.txt'}", True),
        ("", False),
    ],
)
def test_who_says_what_is_needed(toml: str, is_answer: bool) -> None:
    assert pyproject.read(tomllib.loads(toml)).is_answer is is_answer


def test_dynamic_dependencies_name_files() -> None:
    said = pyproject.read(
        tomllib.loads(
            "[tool.setuptools.dynamic]\ndependencies = {file = ['a.txt', 'b.txt']}\n"
            "optional-dependencies = {dev = {file = 'dev.txt'}}\n"
            "[tool.hatch.metadata.hooks.requirements_txt]\nfiles = ['c.txt']\n"
        )
    )
    assert said.files == (
        Listed("a.txt", needed=True),
        Listed("b.txt", needed=True),
        Listed("dev.txt", needed=False),
        Listed("c.txt", needed=True),
    )


_WRONG: tuple[Any, ...] = (1, "x", [], {}, [1], {"x": 1}, {"x": [1]}, [{}], True)


@pytest.mark.parametrize("wrong", _WRONG)
def test_tables_of_wrong_shapes_say_nothing(wrong: object) -> None:
    setuptools: Any = {"dynamic": wrong, "ext-modules": wrong}
    documents: tuple[dict[str, Any], ...] = (
        {"project": wrong, "tool": wrong, "dependency-groups": wrong},
        {"project": {"dependencies": wrong, "optional-dependencies": wrong, "dynamic": wrong, "name": wrong}},
        {"tool": {"poetry": wrong, "uv": wrong, "pdm": wrong, "setuptools": setuptools, "maturin": wrong}},
        {"tool": {"poetry": {"dependencies": wrong, "group": wrong, "dev-dependencies": wrong}}},
        {"tool": {"uv": {"dev-dependencies": wrong}, "hatch": {"metadata": wrong}}},
    )
    for document in documents:
        for found in pyproject.read(document).dependencies:
            assert found.name == "x"  # one of them is a poetry table or a list with an x in it


POETRY = """
[tool.poetry]
name = "shop"
[tool.poetry.dependencies]
python = "^3.9"
requests = "^2.0"
gui = {version = "*", optional = true}
old = {version = "*", python = "<3.10"}
marked = {version = "*", markers = "sys_platform == 'win32'", platform = "win32"}
both = [{version = "1", python = "<3.11"}, {version = "2", python = ">=3.11"}]
[tool.poetry.dev-dependencies]
black = "*"
[tool.poetry.group.test.dependencies]
pytest = "*"
[tool.poetry.extras]
gui = ["gui"]
"""


def test_poetry_has_tables_of_its_own() -> None:
    said = pyproject.read(tomllib.loads(POETRY))
    assert named(said) == {
        "requests": True,
        "gui": False,
        "old": True,
        "marked": True,
        "both": True,
        "black": False,
        "pytest": False,
    }
    limits = {(found.name, found.marker, found.pythons) for found in said.dependencies}
    assert {("old", "", "<3.10"), ("both", "", "<3.11"), ("both", "", ">=3.11")} < limits
    assert ("marked", "(sys_platform == 'win32') and sys_platform == 'win32'", "") in limits
    assert (said.name, said.requires_python) == ("shop", ">=3.9,<4")
    assert said.dependencies[-1].where == "[tool.poetry.group.test.dependencies]"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("^3.9", ">=3.9,<4"),
        ("^0.2.3", ">=0.2.3,<0.3"),
        ("^0.0", ">=0.0,<0.1"),
        ("~3.9", ">=3.9,<3.10"),
        ("~3", ">=3,<4"),
        ("~3.9.1", ">=3.9.1,<3.10"),
        ("~=3.9", "~=3.9"),
        (">=3.9,<4.0", ">=3.9,<4.0"),
        (">=3.9 <4.0", ">=3.9,<4.0"),
        ("3.9", "==3.9.*"),
        ("3.9.*", "==3.9.*"),
        ("==3.9.1", "==3.9.1"),
        ("!=3.9.1", "!=3.9.1"),
        ("^2.7 || ^3.8", ">=2.7,<3 || >=3.8,<4"),
        ("*", ""),
        ("^2.7 || *", ""),
        ("", ""),
        ("nonsense", ""),
    ],
)
def test_versions_as_poetry_writes_them(written: str, meant: str) -> None:
    assert poetry.specifier(written) == meant


def test_alternatives_admit_what_either_admits() -> None:
    assert versions(environments_for(">=2.7,<3 || >=3.14")) == {(2, 7), (3, 14), (3, 15)}
    assert admitted("") == admitted("nonsense") == 0
    assert environments_for("nonsense || >=3.8") == MAINTAINED


CFG = """
[metadata]
name = Shop
[options]
python_requires = >=3.8
install_requires =
    numpy>=1
    # a comment
    tomli; python_version < "3.11"  # another
[options.extras_require]
gui = PyQt6; PySide6
test =
    pytest
    100%
"""


def test_setup_cfg_declares() -> None:
    said = setup_files.read_cfg(CFG)
    assert named(said) == {"numpy": True, "tomli": True, "pyqt6": False, "pytest": False}
    assert said.dependencies[0].where == "install_requires of setup.cfg"
    assert (said.name, said.requires_python, said.is_answer) == ("Shop", ">=3.8", True)


def test_setup_cfg_can_name_files_or_say_nothing() -> None:
    said = setup_files.read_cfg("[options]\ninstall_requires = file: a.txt, b.txt\n")
    assert said.files == (Listed("a.txt", needed=True), Listed("b.txt", needed=True))
    extra = setup_files.read_cfg("[options.extras_require]\ndev = file: dev.txt\n")
    assert extra.files == (Listed("dev.txt", needed=False),)
    assert not extra.is_answer
    assert not setup_files.read_cfg("[flake8]\nmax-line-length = 100\n").is_answer
    assert setup_files.read_cfg("no section\n") == Stated()


SETUP = """
from setuptools import Extension, setup
NEEDS = ["numpy>=1", f"llvm>{1}"]
EXTRA = {"gui": ["PyQt6"], "text": "one\\ntwo"}
setup(
    name="shop",
    python_requires=">=3.9",
    install_requires=NEEDS + ["attrs"],
    extras_require=EXTRA,
    ext_modules=[Extension("shop._fast", ["a.c"]), Extension(name="shop.deep._slow", sources=[])],
)
"""


def test_literals_of_setup_py_are_read() -> None:
    said = setup_files.read_py(SETUP)
    assert named(said) == {"numpy": True, "attrs": True, "pyqt6": False, "one": False, "two": False}
    assert (said.name, said.requires_python, said.is_answer) == ("shop", ">=3.9", True)
    assert said.built == {"shop/_fast", "shop/deep/_slow"}


def test_keywords_of_setup_may_be_collected_before() -> None:
    said = setup_files.read_py("kw = dict(install_requires='a\\nb')\nsetup(**kw)")
    assert named(said) == {"a": True, "b": True}


@pytest.mark.parametrize(
    ("code", "files"),
    [
        ("setup(install_requires=open('requirements.txt').read())", ["requirements.txt"]),
        ("R = 'requirements/base.txt'\nsetup(install_requires=parse(R))", ["requirements/base.txt"]),
        ("setup(install_requires=read('requirements-dev.txt'))", []),
        ("setup(install_requires=['a'], extras_require=read('requirements.txt'))", []),
        ("setup(install_requires=read('default.txt'))", []),
    ],
)
def test_computed_dependencies_are_sought_in_the_files_that_setup_py_names(
    code: str, files: list[str]
) -> None:
    assert [listed.path for listed in setup_files.read_py(code).files] == files


@pytest.mark.parametrize(
    "code",
    [
        "N = N\nsetup(install_requires=N)",
        "A = ['x']\nA = ['y']\nsetup(install_requires=A)",
        "setup(install_requires=[1, None, x()])",
        "setup(",
        "\0",
        "(" * 1000,
    ],
)
def test_setup_py_that_says_nothing(code: str) -> None:
    assert setup_files.read_py(code).dependencies == ()


def test_what_is_no_setup_leaves_the_question_open() -> None:
    assert not setup_files.read_py("import subprocess\nsubprocess.run(['make'])").is_answer


def test_modules_that_a_build_makes() -> None:
    said = pyproject.read(
        tomllib.loads(
            "[tool.maturin]\nmodule-name = 'shop._rust'\n"
            "[[tool.setuptools.ext-modules]]\nname = 'shop._c'\n"
            "[[tool.setuptools-rust.ext-modules]]\ntarget = 'shop._r'\n"
            "[tool.setuptools_scm]\nversion_file = './src/shop/_v.py'\nwrite_to = 'shop/vv.py'\n"
            "[tool.hatch.build.hooks.vcs]\nversion-file = 'shop/hv.py'\n"
        )
    )
    names = {"shop/_rust", "shop/_c", "shop/_r", "src/shop/_v", "shop/vv", "shop/hv"}
    assert said.built == names
    code = "setup(cffi_modules=['shop/build_ffi.py:ffi', 'b.py:f'])"
    assert setup_files.cffi_scripts(code) == ("shop/build_ffi.py", "b.py")
    assert setup_files.cffi_scripts("setup(cffi_modules=(") == setup_files.cffi_scripts("setup()") == ()
    assert setup_files.cffi_modules("ffi.set_source(\n  'shop._ffi', '')") == {"shop/_ffi"}
    meson = "py.extension_module(\n  '_kernel',\n  'k.c')\n"
    assert setup_files.meson_makes(meson, "_kernel")
    assert not setup_files.meson_makes(meson, "kernel")


@pytest.mark.parametrize(
    ("marker", "python", "always"),
    [
        ("python_version < '3.11'", ">=3.12", False),
        ("python_version < '3.11'", ">=3.10", False),
        ("python_version < '3.11'", ">=3.9,<3.11", True),
        ("python_version >= '3.8'", ">=3.9", True),
        ("python_full_version < '3.11.4'", ">=3.11,<3.12", False),
        ("sys_platform != 'win32'", ">=3.9", False),
        ("sys_platform != 'emscripten' and sys_platform != 'ios'", ">=3.9", True),
        ("os_name == 'nt' or os_name == 'posix'", ">=3.9", True),
        ("platform_system == 'Windows' or platform_system != 'Windows'", ">=3.9", True),
        ("platform_python_implementation == 'CPython'", ">=3.9", False),
        ("platform_machine == 'x86_64'", ">=3.9", False),
        ("extra == 'gui'", ">=3.9", False),
        ("nonsense", ">=3.9", False),
    ],
)
def test_a_marker_holds_everywhere_or_does_not(marker: str, python: str, always: bool) -> None:
    wanted = environments_for(python)
    assert (holding(marker, wanted) == wanted) is always


def test_a_marker_holds_where_it_does() -> None:
    assert versions(holding("python_version < '3.9'", EVERYWHERE)) == {
        (2, 7),
        *((3, minor) for minor in range(9)),
    }
