"""A fallback in one file and its uses in another: told once, at the place that is to hear of it."""

import json
from pathlib import Path
from typing import Any

import pytest
from command import ran

FALLBACK = "try:\n    import gone\nexcept ImportError:\n    gone = None{}\n"
USES = "from .compat import gone\n\ndef f():\n    gone.x(){}\n\ndef g():\n    gone.y()\n"
AT_FALLBACK = "shop/compat.py:4 FBK101 (shop/uses.py:4, shop/uses.py:7)"
AT_USES = ["shop/uses.py:4 FBK201 (shop/uses.py:4)", "shop/uses.py:7 FBK201 (shop/uses.py:7)"]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "shop").mkdir()
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'shop'\n", "utf-8")
    (tmp_path / "shop/__init__.py").touch()
    write(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, fallback: str = "", use: str = "") -> None:
    (folder / "shop/compat.py").write_text(FALLBACK.format(fallback), "utf-8")
    (folder / "shop/uses.py").write_text(USES.format(use), "utf-8")


def told(*arguments: str) -> list[str]:
    findings = json.loads(ran("check", "--format", "json", *arguments).stdout)["findings"]
    return [f"{f['path']}:{f['line']} {f['code']} ({used(f)})" for f in findings]


def used(finding: dict[str, Any]) -> str:
    return ", ".join(f"{use['path']}:{use['line']}" for use in finding["uses"])


@pytest.mark.usefixtures("shop")
def test_it_is_told_once() -> None:
    assert told(".") == [AT_FALLBACK]
    assert told("shop/uses.py") == AT_USES
    assert told("shop/compat.py") == []
    assert told("shop/uses.py", "shop/__init__.py") == AT_USES


def test_a_comment_at_the_fallback_counts_wherever_it_is_used(shop: Path) -> None:
    write(shop, fallback="  # noqa: FBK101")
    assert told(".") == told("shop/uses.py") == []


def test_a_comment_at_a_use_counts_for_that_use(shop: Path) -> None:
    write(shop, use="  # noqa: FBK201")
    assert told(".") == ["shop/compat.py:4 FBK101 (shop/uses.py:7)"]
    assert told("shop/uses.py") == AT_USES[1:]


@pytest.mark.usefixtures("shop")
def test_what_is_not_to_be_told_at_the_fallback_is_told_at_the_use() -> None:
    assert told(".", "--ignore", "FBK101") == AT_USES
    assert told(".", "--ignore", "FBK201") == []


@pytest.mark.parametrize("name", ["gone", "shop.compat.gone"])
def test_what_is_allowed_is_allowed_everywhere(shop: Path, name: str) -> None:
    (shop / "pyproject.toml").write_text(f"[tool.ws-fallback-lint]\nallow = ['{name}']\n", "utf-8")
    assert told(".") == told("shop/uses.py") == []


def test_a_fix_ends_it_for_all(shop: Path) -> None:
    done = ran("check", "--fix", "--unsafe-fixes", ".")
    assert done.returncode == 0, done.stdout
    assert "raise ImportError(" in (shop / "shop/compat.py").read_text("utf-8")
    assert told(".") == told("shop/uses.py") == []


def test_json_names_the_cause(shop: Path) -> None:
    write(shop, use="  # noqa")
    (finding,) = json.loads(ran("check", "--format", "json", "shop/uses.py").stdout)["findings"]
    assert finding["cause"] == {"path": "shop/compat.py", "line": 4, "column": 5}
    assert finding["message"] == ("'gone' may be None: shop/compat.py:4 goes on if 'gone' cannot be imported")
    assert (finding["origin"], finding["reason"], finding["fix"]) == ("unknown", "use", None)
