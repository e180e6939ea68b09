"""Where a module comes from, in whole projects; and what that makes of a fallback."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ws_fallback_lint import fix_source, lint_source
from ws_fallback_lint.core.config import Config
from ws_fallback_lint.core.options import Origin, Policy
from ws_fallback_lint.engine import disk
from ws_fallback_lint.engine.settings import Finder
from ws_fallback_lint.engine.workspace import Workspace
from ws_fallback_lint.project import distributions
from ws_fallback_lint.project.declared import normalised
from ws_fallback_lint.project.distributions import candidates
from ws_fallback_lint.project.origins import Whence, whence

Write = Callable[[str, str], None]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(name: str, text: str) -> None:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    return write


def origin(
    folder: Path,
    module: str,
    attr: str | None = None,
    file: str = "shop/page.py",
    config: Config | None = None,
) -> tuple[Origin, str]:
    """The origin of a module for a file of a project, and where it is declared."""
    path = str(folder / file)
    settings = Finder().find(path)
    chosen = config or settings.config
    project = Workspace().project(path, settings.root, chosen.src)
    found: Whence = whence(module, attr, project, chosen)
    return found.origin, found.where


REQUIRED, OPTIONAL, UNKNOWN = Origin.REQUIRED, Origin.OPTIONAL, Origin.UNKNOWN
FIRST = Origin.FIRST_PARTY


def test_declared_in_pyproject(write: Write, tmp_path: Path) -> None:
    write(
        "pyproject.toml",
        "[project]\nname='shop'\nrequires-python='>=3.10'\n"
        "dependencies=['numpy', 'PyYAML', 'google-cloud-storage', 'shop[gui]',"
        " \"tomli;python_version<'3.11'\"]\n"
        "[project.optional-dependencies]\ngui=['pillow', 'shop[extra]']\n",
    )
    where = "[project] dependencies"
    assert origin(tmp_path, "numpy") == (REQUIRED, where)
    assert origin(tmp_path, "numpy.linalg", "inv") == (REQUIRED, where)
    assert origin(tmp_path, "yaml", "CLoader") == (REQUIRED, where)
    assert origin(tmp_path, "google.cloud", "storage") == (REQUIRED, where)
    assert origin(tmp_path, "google.cloud.bigquery") == (UNKNOWN, "")
    assert origin(tmp_path, "PIL.Image") == (OPTIONAL, "[project.optional-dependencies]")
    assert origin(tmp_path, "tomli") == (OPTIONAL, where)
    assert origin(tmp_path, "pandas") == (UNKNOWN, "")
    assert origin(tmp_path, "json") == (Origin.STDLIB, "")
    assert origin(tmp_path, "shop.missing") == (UNKNOWN, "")  # no such package here: nothing to be part of


@pytest.mark.parametrize(
    ("python", "expected"), [(">=3.9,<3.11", REQUIRED), (">=3.9", OPTIONAL), (">=3.12", OPTIONAL)]
)
def test_required_is_what_every_supported_python_needs(
    write: Write, tmp_path: Path, python: str, expected: Origin
) -> None:
    write("setup.cfg", f"[options]\npython_requires={python}\ninstall_requires=\n a;python_version<'3.11'\n")
    assert origin(tmp_path, "a") == (expected, "install_requires of setup.cfg")


def test_entries_may_share_the_pythons_out(write: Write, tmp_path: Path) -> None:
    write(
        "pyproject.toml",
        "[tool.poetry.dependencies]\npython='^3.9'\n"
        "a=[{version='1', python='<3.11'}, {version='2', python='>=3.11'}]\n"
        "b=[{version='1', python='<3.11'}, {version='2', python='>=3.12'}]\n",
    )
    assert origin(tmp_path, "a") == (REQUIRED, "[tool.poetry.dependencies]")
    assert origin(tmp_path, "b") == (OPTIONAL, "[tool.poetry.dependencies]")


def test_requirements_files_say_what_an_application_needs(write: Write, tmp_path: Path) -> None:
    write("pyproject.toml", "[tool.black]\n")
    write("requirements.txt", "-r requirements/base.txt\n-r requirements.txt\n-r gone.txt\nredis\n")
    write("requirements/base.txt", "httpx\n-r ../inner.txt\n")
    write("inner.txt", "rich\n")
    write("requirements-dev.txt", "-r requirements.txt\npytest\n")
    assert origin(tmp_path, "redis") == (REQUIRED, "requirements.txt")
    assert origin(tmp_path, "httpx") == (REQUIRED, "requirements/base.txt")
    assert origin(tmp_path, "rich") == (REQUIRED, "inner.txt")
    assert origin(tmp_path, "pytest") == (OPTIONAL, "requirements-dev.txt")


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("pyproject.toml", "[project]\nname='x'\n"),
        ("pyproject.toml", "[tool.poetry.dependencies]\npython='*'\n"),
        ("setup.cfg", "[options]\ninstall_requires=a\n"),
        ("setup.py", "setup(name='x')"),
        ("setup.py", "setup(install_requires=compute())"),
    ],
)
def test_beside_declared_dependencies_a_requirements_file_is_an_environment(
    write: Write, tmp_path: Path, file: str, text: str
) -> None:
    write(file, text)
    write("requirements.txt", "redis\n")
    assert origin(tmp_path, "redis") == (OPTIONAL, "requirements.txt")


DYNAMIC = (
    "[project]\nname='x'\ndynamic=['dependencies']\n"
    "[tool.setuptools.dynamic]\ndependencies={file=['requirements.txt']}\n"
)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("pyproject.toml", DYNAMIC),
        ("setup.cfg", "[options]\ninstall_requires=file: requirements.txt\n"),
        ("setup.py", "setup(install_requires=open('requirements.txt').read())"),
        ("setup.py", "import subprocess"),
        ("setup.cfg", "[flake8]"),
    ],
)
def test_a_requirements_file_that_is_named_or_alone_counts(
    write: Write, tmp_path: Path, file: str, text: str
) -> None:
    write(file, text)
    write("requirements.txt", "redis\n")
    assert origin(tmp_path, "redis") == (REQUIRED, "requirements.txt")


def test_without_a_project_file_requirements_make_the_root(write: Write, tmp_path: Path) -> None:
    write("requirements.txt", "redis\n")
    write("app/inner/page.py", "")
    write("lib/__init__.py", "")
    assert origin(tmp_path, "redis", file="app/inner/page.py") == (REQUIRED, "requirements.txt")
    assert origin(tmp_path, "lib", file="app/inner/page.py") == (FIRST, "")
    write("setup.cfg", "")
    write("app/requirements.txt", "httpx\n")
    assert origin(tmp_path, "httpx", file="app/inner/page.py") == (UNKNOWN, "")


def test_files_that_cannot_be_read_declare_nothing(write: Write, tmp_path: Path) -> None:
    write("setup.cfg", "no section")
    write("setup.py", "setup(install_requires=[")
    (tmp_path / "requirements.txt").mkdir()
    (tmp_path / "requirements-dev.txt").write_bytes(b"\xff\xfe" + "pytest\n".encode("utf-16-le"))
    (tmp_path / "requirements-x.txt").write_bytes(b"\xff\x00-r \x00\nfine\n")
    assert origin(tmp_path, "redis") == (UNKNOWN, "")
    assert origin(tmp_path, "pytest") == (OPTIONAL, "requirements-dev.txt")
    assert origin(tmp_path, "fine") == (OPTIONAL, "requirements-x.txt")


def test_a_map_in_the_configuration_goes_first(write: Write, tmp_path: Path) -> None:
    write(
        "pyproject.toml",
        "[project]\nname='x'\ndependencies=['odd-name', 'yaml']\n"
        "[tool.ws-fallback-lint]\ndistributions={odd='Odd_Name', yaml='other', 'a.b'='odd.name'}\n",
    )
    assert origin(tmp_path, "odd.part")[0] is REQUIRED
    assert origin(tmp_path, "a.b", "c")[0] is REQUIRED
    assert origin(tmp_path, "a.c")[0] is UNKNOWN
    assert origin(tmp_path, "yaml")[0] is UNKNOWN


@pytest.mark.parametrize(
    ("module", "attr", "name"),
    [
        ("yaml", None, "pyyaml"),
        ("PIL", "Image", "pillow"),
        ("sklearn.svm", "SVC", "scikit-learn"),
        ("bs4", None, "beautifulsoup4"),
        ("dateutil.parser", None, "python-dateutil"),
        ("cv2", None, "opencv-python-headless"),
        ("google.protobuf", "message", "protobuf"),
        ("google", "protobuf", "protobuf"),
        ("zmq", None, "pyzmq"),
        ("attr", None, "attrs"),
        ("dotenv", None, "python-dotenv"),
        ("jwt", None, "pyjwt"),
        ("Crypto.Cipher", None, "pycryptodome"),
        ("pkg_resources", None, "setuptools"),
        ("flask_login", None, "flask-login"),
        ("ruamel.yaml", None, "ruamel-yaml"),
        ("google.cloud.storage", None, "google-cloud-storage"),
    ],
)
def test_the_well_known_names(module: str, attr: str | None, name: str) -> None:
    assert name in list(candidates(module, attr))


def test_the_table_of_names_says_what_names_do_not() -> None:
    for module, known in distributions._TABLE.items():
        assert known == tuple(normalised(name) for name in known)
        assert set(known) != {normalised(module)}


def test_a_star_names_nothing() -> None:
    assert list(candidates("a.b", "*")) == ["a-b", "a"]


def installed(site: Path, distribution: str, *files: str) -> None:
    folder = site / f"{distribution}-1.0.dist-info"
    folder.mkdir(parents=True)
    (folder / "RECORD").write_text("".join(f"{file},sha256=x,1\n" for file in files), "utf-8")


def test_what_is_installed_is_asked_last(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    installed(site, "Odd_Dist", "strange/__init__.py", "strange/x.py", "single.py", "_x.cpython-311.so")
    installed(site, "shared_dist", "space/mine/__init__.py")
    installed(site, "undeclared", "other/__init__.py")
    installed(site, "extra_dist", "surplus/__init__.py")
    monkeypatch.setattr(sys, "path", [str(site), str(tmp_path / "gone"), ""])
    write(
        "lib/pyproject.toml",
        "[project]\nname='x'\ndependencies=['odd-dist', 'shared-dist', 'absent']\n"
        "optional-dependencies={a=['extra-dist']}\n",
    )
    expected = {
        "strange.x": REQUIRED,
        "single": REQUIRED,
        "_x": REQUIRED,
        "space.mine": UNKNOWN,
        "other": UNKNOWN,
        "surplus": UNKNOWN,
    }
    for module, wanted in expected.items():
        assert origin(tmp_path / "lib", module)[0] is wanted, module


LAYOUTS = {
    "flat": ("pyproject.toml", "shop/__init__.py", "shop/page.py", "lib/__init__.py", "tests/test_x.py"),
    "src": ("pyproject.toml", "src/shop/__init__.py", "src/shop/page.py", "src/lib/__init__.py"),
    "namespace": (
        "pyproject.toml",
        "src/org/shop/page.py",
        "src/org/shop/web/__init__.py",
        "src/org/redis/x.py",
    ),
    "monorepo": (
        "pyproject.toml",
        "packages/a/pyproject.toml",
        "packages/a/src/a/__init__.py",
        "packages/b/pyproject.toml",
        "packages/b/src/b/__init__.py",
        "packages/c/c/__init__.py",
        "packages/c/setup.py",
    ),
}


@pytest.mark.parametrize(
    ("layout", "file", "module", "expected"),
    [
        ("flat", "shop/page.py", "lib", FIRST),
        ("flat", "shop/page.py", "shop.gone", FIRST),
        ("flat", "shop/page.py", ".gone", FIRST),
        ("flat", "tests/test_x.py", "shop.page", FIRST),
        ("flat", "shop/page.py", "libs", UNKNOWN),
        ("src", "src/shop/page.py", "lib", FIRST),
        ("src", "src/shop/page.py", "lib.gone", FIRST),
        ("src", "tests/test_x.py", "shop.page", FIRST),
        ("src", "tests/test_x.py", "org", UNKNOWN),
        ("namespace", "src/org/shop/page.py", "org.shop.web", FIRST),
        ("namespace", "src/org/shop/page.py", "org.shop.gone", FIRST),
        ("namespace", "src/org/shop/page.py", "org.shop.web.gone", FIRST),
        ("namespace", "src/org/shop/page.py", "org.other", UNKNOWN),
        ("namespace", "src/org/shop/page.py", "redis", UNKNOWN),
        ("namespace", "src/org/shop/page.py", "redis.x", UNKNOWN),
        ("namespace", "src/org/shop/page.py", "org.redis.x", FIRST),
        ("monorepo", "packages/a/src/a/x.py", "a.gone", FIRST),
        ("monorepo", "packages/a/src/a/x.py", "b", UNKNOWN),
        ("monorepo", "packages/a/tests/x.py", "a", FIRST),
        ("monorepo", "packages/c/c/x.py", "c", FIRST),
        ("monorepo", "packages/c/c/x.py", "a", UNKNOWN),
        ("monorepo", "tool.py", "a", UNKNOWN),
    ],
)
def test_layouts(write: Write, tmp_path: Path, layout: str, file: str, module: str, expected: Origin) -> None:
    for name in LAYOUTS[layout]:
        write(name, "")
    assert origin(tmp_path, module, file=file) == (expected, "")


def test_the_folder_of_a_sibling_can_be_configured(write: Write, tmp_path: Path) -> None:
    for name in LAYOUTS["monorepo"]:
        write(name, "")
    config = Config(src=("src", "../b/src"))
    assert origin(tmp_path, "b.gone", None, "packages/a/src/a/x.py", config) == (FIRST, "")


def test_a_sibling_that_is_declared_is_a_dependency(write: Write, tmp_path: Path) -> None:
    for name in LAYOUTS["monorepo"]:
        write(name, "")
    write("packages/a/pyproject.toml", "[project]\nname='a'\ndependencies=['b']\n")
    assert origin(tmp_path, "b", None, "packages/a/src/a/x.py") == (REQUIRED, "[project] dependencies")


def test_src_that_is_a_package_is_no_source_folder_of_its_own(write: Write, tmp_path: Path) -> None:
    for name in ("pyproject.toml", "src/__init__.py", "src/shop/__init__.py"):
        write(name, "")
    path = str(tmp_path / "src/shop/page.py")
    assert Workspace().project(path, str(tmp_path), ()).module == "src.shop.page"


def test_a_folder_that_shares_its_name_with_a_dependency(write: Write, tmp_path: Path) -> None:
    write("pyproject.toml", "[project]\nname='x'\ndependencies=['alembic', 'docker']\n")
    for name in ("alembic/__init__.py", "alembic/env.py", "docker/build.py"):
        write(name, "")
    assert origin(tmp_path, "alembic.env")[0] is FIRST
    assert origin(tmp_path, "alembic.command")[0] is REQUIRED
    assert origin(tmp_path, "docker.errors")[0] is REQUIRED
    assert origin(tmp_path, ".gone")[0] is FIRST


BUILDS = {
    "setup.py": "setup(ext_modules=[Extension('shop._made', ['x'])], cffi_modules=['tool/ffi.py:ffi'])",
    "pyproject.toml": "[tool.maturin]\nmodule-name='shop._rust'\n"
    "[tool.setuptools_scm]\nwrite_to='shop/_ver.py'\n",
    "shop/meson.build": "py.extension_module('_meson', 'x.c')",
    "tool/ffi.py": "ffi.set_source('shop._ffi', '')",
}


@pytest.mark.parametrize("name", ["_made", "_rust", "_ver", "_meson", "_ffi"])
def test_what_a_build_makes_may_be_missing(write: Write, tmp_path: Path, name: str) -> None:
    write("shop/__init__.py", "")
    write("lib/__init__.py", "")
    write("pyproject.toml", "")
    assert origin(tmp_path, f"shop.{name}", "x") == (FIRST, "")
    for file, text in BUILDS.items():
        write(file, text)
    assert origin(tmp_path, f"shop.{name}", "x") == (UNKNOWN, "")
    assert origin(tmp_path, f".{name}", "x") == (UNKNOWN, "")
    assert origin(tmp_path, "shop", name) == (UNKNOWN, "")
    assert origin(tmp_path, f"shop.{name}x", "x") == (FIRST, "")
    assert origin(tmp_path, f"lib.{name}", "x") == (FIRST, "")


@pytest.mark.parametrize(
    ("file", "expected"),
    [("setup.py", UNKNOWN), ("noxfile.py", UNKNOWN), ("shop/setup.py", REQUIRED), ("main.py", REQUIRED)],
)
def test_what_runs_before_the_dependencies_are_there(
    write: Write, tmp_path: Path, file: str, expected: Origin
) -> None:
    write("pyproject.toml", "[project]\nname='x'\ndependencies=['numpy']\n")
    assert origin(tmp_path, "numpy", file=file)[0] is expected


NONE = "try:\n    import numpy\nexcept ImportError:\n    numpy = None\n"
CALLED = NONE + "numpy.array\n"
GUARDED = NONE + "if numpy is not None:\n    numpy.array\n"
PROBE = (
    "def f():\n    try:\n        import numpy\n        return 1\n    except ImportError:\n        return 0\n"
)
SIDE = "def f():\n    try:\n        import shop.effects\n    except ImportError:\n        pass\n"
PART = "try:\n    from numpy.new import part\nexcept ImportError:\n    part = None\n"
MADE = (
    "def f():\n    try:\n        import numpy\n        app = numpy.array()\n        return app\n"
    "    except ImportError:\n        return None\n"
)
BROAD = MADE.replace("ImportError", "Exception")
FLAG = "try:\n    import numpy\n    HAS = True\nexcept ImportError:\n    HAS = False\n"


def messages(folder: Path, code: str, config: Config | None = None, file: str = "shop/page.py") -> list[str]:
    found = lint_source(code, str(folder / file), config, root=str(folder)).findings
    return [finding.message.partition("imported: ")[2] for finding in found]


REQUIRED_TOML = "[project]\nname='shop'\ndependencies=['numpy']\n"
OPTIONAL_TOML = "[project]\nname='shop'\noptional-dependencies={a=['numpy']}\n"


@pytest.mark.parametrize(
    ("toml", "code", "expected"),
    [
        (REQUIRED_TOML, NONE, ["declared in [project] dependencies"]),
        (REQUIRED_TOML, CALLED, ["declared in [project] dependencies; used at line 5"]),
        (REQUIRED_TOML, GUARDED, []),
        (REQUIRED_TOML, FLAG, ["declared in [project] dependencies"]),
        (REQUIRED_TOML, PROBE, []),
        (REQUIRED_TOML, BROAD, []),
        (REQUIRED_TOML, MADE, ["declared in [project] dependencies"]),
        (REQUIRED_TOML, PART, ["declared in [project] dependencies"]),
        (REQUIRED_TOML, "import scipy\n" + PART, ["declared in [project] dependencies"]),
        (REQUIRED_TOML, "import numpy\n" + PART, []),
        (REQUIRED_TOML, PART + "from numpy import array\n", []),
        (REQUIRED_TOML, "def f():\n    import numpy\n" + PART, ["declared in [project] dependencies"]),
        (REQUIRED_TOML, SIDE, ["first-party code"]),
        (OPTIONAL_TOML, NONE, []),
        (OPTIONAL_TOML, CALLED, ["used unguarded: used at line 5"]),
        (OPTIONAL_TOML, GUARDED, []),
        ("", NONE, []),
    ],
)
def test_the_policy_and_its_reason(
    write: Write, tmp_path: Path, toml: str, code: str, expected: list[str]
) -> None:
    write("pyproject.toml", toml)
    write("shop/__init__.py", "")
    write("shop/effects.py", "")
    assert messages(tmp_path, code) == expected


def test_a_policy_that_somebody_chose_names_the_declaration(write: Write, tmp_path: Path) -> None:
    write("pyproject.toml", OPTIONAL_TOML)
    never = Config(policy=((Origin.OPTIONAL, Policy.NEVER),))
    where = "the policy for optional code, declared in [project.optional-dependencies]"
    assert messages(tmp_path, GUARDED, never) == [where]
    unknown = Config(policy=((Origin.UNKNOWN, Policy.NEVER),))
    assert messages(tmp_path, GUARDED.replace("numpy", "scipy"), unknown) == ["the policy for unknown code"]


def test_the_fix_for_a_required_package_is_safe(write: Write, tmp_path: Path) -> None:
    write("pyproject.toml", REQUIRED_TOML)
    path = str(tmp_path / "shop/page.py")
    assert "raise ImportError" in fix_source(NONE, path, root=str(tmp_path)).source.text
    assert fix_source(NONE, path).source.text == NONE


def test_a_run_without_a_fallback_in_question_reads_no_project_file(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("requirements.txt", "numpy\n")
    read: list[str] = []
    real = disk.read

    def spy(path: str) -> bytes:
        read.append(Path(path).name)
        return real(path)

    monkeypatch.setattr("ws_fallback_lint.engine.workspace.read", spy)
    messages(tmp_path, GUARDED)
    messages(tmp_path, "try:\n    import numpy\nexcept ImportError:\n    raise\n")
    assert "requirements.txt" not in read
    messages(tmp_path, NONE)
    assert read.count("requirements.txt") == 1
