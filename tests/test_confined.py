"""What a configuration says, and links, lead neither reading nor writing out of what was asked for."""

import os
from pathlib import Path

import pytest
from command import BAD, FIXED, ran, write

from ws_fallback_lint.engine.disk import is_ours
from ws_fallback_lint.engine.workspace import Workspace


@pytest.mark.parametrize("has_repository", [False, True])
def test_what_is_ours(tree: Path, has_repository: bool) -> None:
    (tree / "repo/app").mkdir(parents=True)
    if has_repository:
        (tree / "repo/.git").touch()
    app = str(tree / "repo/app")
    for path in ("src", ".", "a/../b", "..a"):
        assert is_ours(app, path)
    for path in ("..", "../other/src", str(tree / "repo")):
        assert is_ours(app, path) is has_repository
    for path in ("../..", "../../x", "a/../../../b", "/etc", str(tree / "repository")):
        assert not is_ours(app, path)


def test_source_roots_lie_in_the_project(shop: Path) -> None:
    write("secret/key.py", "")
    write("pyproject.toml", "[tool.ws-fallback-lint]\nsrc = ['../secret']\n")
    done = ran("check", ".")
    said = b"'src' holds '../secret', which lies neither in the project nor in its repository"
    assert (done.returncode, said in done.stdout) == (2, True)
    assert ran("check", "--config", "pyproject.toml", ".").returncode == 1
    assert (shop / "shop/b.py").read_text("utf-8") == BAD


def test_requirements_lie_in_the_project(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write("outside/requirements.txt", "gone\n")
    write("inside/pyproject.toml", "")
    write("inside/requirements.txt", "-r ../outside/requirements.txt\n-r requirements/more.txt\n")
    write("inside/requirements/more.txt", "-r ../../outside/requirements.txt\n-r ../dev.txt\nother\n")
    write("inside/dev.txt", "third\n")
    opened: list[str] = []
    read = Workspace._read

    def seen(self: Workspace, path: str) -> bytes | None:
        opened.append(os.path.relpath(os.path.normpath(path), shop))
        return read(self, path)

    monkeypatch.setattr(Workspace, "_read", seen)
    project = Workspace().project(str(shop / "inside/x.py"), str(shop / "inside"), ())
    declared = {name: project.manifest.declared([name], name, 1) for name in ("gone", "other", "third")}
    assert {name for name, where in declared.items() if where} == {"other", "third"}
    assert not [path for path in opened if path.startswith(("outside", ".."))]


def test_what_a_link_leads_to_is_looked_at_and_not_written(shop: Path) -> None:
    write("away/shop/c.py", BAD)
    write("away/shop/d.py", BAD)
    (shop / "shop/c.py").symlink_to("../away/shop/c.py")
    (shop / "shop/more").symlink_to("../away/shop")
    done = ran("check", "--fix", "--unsafe-fixes", "shop")
    lines = [line for line in done.stdout.decode().splitlines() if "not written" in line]
    assert [line.partition(":")[0] for line in lines] == ["shop/more/c.py", "shop/more/d.py"]
    assert lines[0].endswith("a link leads to it, out of what was asked for; name it to have it fixed")
    assert done.returncode == 2
    assert (shop / "shop/b.py").read_text("utf-8") == FIXED
    assert {(shop / f"away/shop/{name}.py").read_text("utf-8") for name in "cd"} == {BAD}


def test_what_is_named_is_written_through_its_link(shop: Path) -> None:
    write("away/shop/c.py", BAD)
    (shop / "shop/c.py").symlink_to("../away/shop/c.py")
    assert b"not written" not in ran("check", "--fix", "--unsafe-fixes", "shop/c.py").stdout
    assert (shop / "shop/c.py").is_symlink()
    assert (shop / "away/shop/c.py").read_text("utf-8") != BAD
    (shop / "shop/e.py").symlink_to("b.py")
    assert b"not written" not in ran("check", "--fix", "shop").stdout
