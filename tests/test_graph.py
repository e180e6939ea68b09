"""`check --graph`: every place on the way of a fallback, with what is thought of it."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from command import ran

SCHEMA = json.loads(
    Path(__file__).parents[1].joinpath("ws_fallback_lint/engine/report/graph_schema.json").read_text("utf-8")
)
FILES = {
    "pyproject.toml": "[project]\nname = 'shop'\n",
    "shop/__init__.py": "from .compat import gone as lib\n",
    "shop/compat.py": (
        "try:\n    import gone\nexcept ImportError:\n    gone = None\n\ndef get():\n    return gone\n"
    ),
    "shop/uses.py": (
        "from shop import lib\n"
        "from .compat import get\n\n"
        "def f():\n    lib.x()\n\n"
        "def g():\n    if lib:\n        lib.x()\n\n"
        "def h():\n    get().x()\n"
    ),
    "shop/other.py": "import json\nprint(json)\n",
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def drawn(*arguments: str) -> dict[str, Any]:
    done = ran("check", "--graph", "json", *arguments)
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    jsonschema.validate(document, SCHEMA)
    return document


def told(document: dict[str, Any]) -> set[str]:
    """Each step as `path:line:column verdict -> path:line:column verdict`."""
    stops = [f"{s['path']}:{s['line']}:{s['column']} {s['verdict']}" for s in document["stops"]]
    return {f"{stops[one]} -> {stops[other]}" for one, other in document["steps"]}


@pytest.mark.usefixtures("project")
def test_the_way_of_a_fallback() -> None:
    assert told(drawn()) == {
        "shop/compat.py:4:5 reported -> shop/__init__.py:1:21 handed-on",
        "shop/__init__.py:1:21 handed-on -> shop/uses.py:1:18 handed-on",
        "shop/uses.py:1:18 handed-on -> shop/uses.py:5:5 dies",
        "shop/uses.py:1:18 handed-on -> shop/uses.py:9:9 guarded",
        "shop/compat.py:4:5 reported -> shop/compat.py:6:1 handed-on",
        "shop/compat.py:6:1 handed-on -> shop/uses.py:2:21 handed-on",
        "shop/uses.py:2:21 handed-on -> shop/uses.py:12:5 dies",
        "shop/uses.py:2:21 handed-on -> shop/uses.py:12:5 harmless",
    }


@pytest.mark.usefixtures("project")
def test_one_file_alone_knows_the_way_to_it() -> None:
    assert told(drawn("shop/uses.py")) == told(drawn("."))


@pytest.mark.usefixtures("project")
def test_only_what_a_name_or_a_file_is_on() -> None:
    assert {stop["name"] for stop in drawn("--graph-of", "lib")["stops"]} == {"gone", "lib"}
    assert told(drawn("--graph-of", "shop/__init__.py")) == {
        step for step in told(drawn()) if "12:5" not in step and "2:21" not in step and "6:1" not in step
    }
    assert drawn("--graph-of", "nothing") == {"version": drawn()["version"], "stops": [], "steps": []}


@pytest.mark.usefixtures("project")
def test_the_same_as_dot_and_mermaid() -> None:
    places = drawn()
    for form, node, arrow in (("dot", r"^  n\d+ \[", " -> "), ("mermaid", r"^  n\d+[\[(>]", " --> ")):
        text = ran("check", "--graph", form).stdout.decode()
        assert len(re.findall(node, text, re.MULTILINE)) == len(places["stops"])
        assert text.count(arrow) == len(places["steps"])
        for stop in places["stops"]:
            assert f"{stop['path']}:{stop['line']} {stop['verdict']}" in text


def test_what_cannot_be_read_is_said(project: Path) -> None:
    project.joinpath("shop/broken.py").write_text("import shop.compat\ndef (:\n", "utf-8")
    done = ran("check", "--graph", "json")
    assert done.returncode == 2
    assert b"shop/broken.py:2:5: FBK900 not Python" in done.stderr
    assert len(json.loads(done.stdout)["stops"]) > 5


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("option", ["--fix", "--diff", "--stdin-filename=a.py"])
def test_nothing_else_goes_with_it(option: str) -> None:
    assert b"--graph takes paths" in ran("check", "--graph", "dot", option, source=b"").stderr
