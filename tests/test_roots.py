from pathlib import Path

import pytest

from ws_fallback_lint.core.config import Config
from ws_fallback_lint.core.options import Origin
from ws_fallback_lint.project.origins import whence
from ws_fallback_lint.project.roots import Found, Project


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in (
        "shop/__init__.py",
        "shop/realtime/__init__.py",
        "shop/realtime/machine.py",
        "shop/_speed.pyx",
        "shop/_fast.cpython-311-x86_64-linux-gnu.so",
        "src/lib/__init__.py",
        "scripts/run.py",
        "scripts/helper.py",
        "docker/Dockerfile",
        "tools/inner/deep.py",
        "single.py",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path


def around(tree: Path, name: str, *src: str) -> Project:
    return Project.around(str(tree / name), str(tree), src)


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("shop/realtime/machine.py", "shop.realtime.machine"),
        ("shop/realtime/__init__.py", "shop.realtime"),
        ("scripts/run.py", "run"),
        ("src/lib/__init__.py", "lib"),
    ],
)
def test_a_file_knows_its_module(tree: Path, name: str, module: str) -> None:
    assert around(tree, name).module == module


@pytest.mark.parametrize(
    ("written", "absolute"),
    [
        ("os.path", "os.path"),
        (".machine", "shop.realtime.machine"),
        (".", "shop.realtime"),
        ("..queue", "shop.queue"),
        ("..", "shop"),
        ("...too.far", "...too.far"),
    ],
)
def test_dots_stand_for_the_package(tree: Path, written: str, absolute: str) -> None:
    assert around(tree, "shop/realtime/machine.py").absolute(written) == absolute


@pytest.mark.parametrize(
    ("module", "attr", "found"),
    [
        ("shop", None, Found.HERE),
        ("shop.realtime.machine", "Machine", Found.HERE),
        ("shop.realtime", "anything", Found.HERE),
        ("shop.realtime", "*", Found.HERE),
        ("shop.missing", "x", Found.ABSENT),
        ("shop.missing", None, Found.ABSENT),
        ("shop._speed", "fast", Found.BUILT),
        ("shop._fast", None, Found.BUILT),
        ("shop", "_speed", Found.BUILT),
        ("shop._version", "version", Found.BUILT),
        ("shop.api_pb2", None, Found.BUILT),
        ("lib", None, Found.HERE),
        ("single", None, Found.HERE),
        ("scripts.helper", None, Found.HERE),
        ("tools.inner.deep", None, Found.HERE),
        ("docker", None, Found.ELSEWHERE),
        ("docker", "from_env", Found.ELSEWHERE),
        ("docker.errors", "APIError", Found.ELSEWHERE),
        ("numpy", "array", Found.ELSEWHERE),
        ("", None, Found.ELSEWHERE),
        (".machine", "Machine", Found.HERE),
        (".gone", "x", Found.ABSENT),
        ("..realtime", "x", Found.HERE),
        ("..", "realtime", Found.HERE),
        (".", "machine", Found.HERE),
        (".", "not_a_module", Found.HERE),
    ],
)
def test_what_the_project_holds(tree: Path, module: str, attr: str | None, found: Found) -> None:
    assert around(tree, "shop/realtime/machine.py").find(module, attr) is found


def test_a_script_finds_its_neighbours(tree: Path) -> None:
    assert around(tree, "scripts/run.py").find("helper", None) is Found.HERE


def test_configured_source_folders_replace_the_usual_ones(tree: Path) -> None:
    assert around(tree, "scripts/run.py", "src").find("lib", None) is Found.HERE
    assert around(tree, "scripts/run.py", "src").find("shop", None) is Found.ELSEWHERE


def test_without_a_root_the_folder_above_the_package_is_one(tree: Path) -> None:
    project = Project.around(str(tree / "shop/realtime/machine.py"), None, ())
    assert project.roots == (str(tree),)
    assert project.find("shop", None) is Found.HERE


@pytest.mark.parametrize(
    ("module", "attr", "origin"),
    [
        ("shop.realtime", "x", Origin.FIRST_PARTY),
        ("shop.missing", "x", Origin.FIRST_PARTY),
        ("shop._speed", "x", Origin.UNKNOWN),
        ("json", None, Origin.STDLIB),
        ("numpy", None, Origin.UNKNOWN),
        ("", None, Origin.UNKNOWN),
    ],
)
def test_origins(tree: Path, module: str, attr: str | None, origin: Origin) -> None:
    assert whence(module, attr, around(tree, "single.py"), Config()).origin is origin
