"""Modules that take nothing from others that a failed import could have lost are not walked."""

from pathlib import Path

import pytest

from ws_fallback_lint import lint_source
from ws_fallback_lint.flow.walk import Walk

USER = "from shop.compat import {}\n\n\ndef f(x):\n    return {}(x)\n"
GUARDED = "try:\n    import gone\nexcept ImportError:\n    {}\n"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "shop").mkdir()
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'shop'\n", "utf-8")
    (tmp_path / "shop/__init__.py").touch()
    return tmp_path


def walks(shop: Path, monkeypatch: pytest.MonkeyPatch, compat: str, user: str) -> tuple[int, bool]:
    """How many walks went through the user for the other module's import, and whether a use dies there."""
    (shop / "shop/compat.py").write_text(compat, "utf-8")
    (shop / "shop/user.py").write_text(user, "utf-8")
    count = 0
    run = Walk.run

    def counted(walk: Walk) -> object:
        nonlocal count
        count += walk.subject.site is None
        return run(walk)

    with monkeypatch.context() as patch:
        patch.setattr(Walk, "run", counted)
        found = lint_source(user, str(shop / "shop/user.py"), root=str(shop)).findings
    return count, any(one.code == "FBK201" for one in found)


def test_what_is_lost_and_called_is_found(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    count, dies = walks(shop, monkeypatch, GUARDED.format("gone = None"), USER.format("gone", "gone"))
    assert count > 0
    assert dies


def test_a_name_that_is_bound_again_before_the_end_is_not_lost(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compat = GUARDED.format("gone = None") + "import json as gone\n"
    assert walks(shop, monkeypatch, compat, USER.format("gone", "gone.dumps")) == (0, False)


def test_a_name_that_a_function_loses_later_counts_as_lost(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = GUARDED.format("gone = None").replace("\n", "\n    ")
    compat = f"def load():\n    global gone\n    {inside}\n"
    count, _ = walks(shop, monkeypatch, compat, USER.format("gone", "gone"))
    assert count > 0


def test_nothing_after_an_import_that_fails_dies_of_it(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compat = GUARDED.format("pass")
    user = USER.format("gone", "gone")
    assert walks(shop, monkeypatch, compat, user) == (0, False)
    caught = "try:\n    from shop.compat import gone\nexcept TypeError:\n    pass\nelse:\n    gone(1)\n"
    assert walks(shop, monkeypatch, compat, caught)[0] > 0


def test_another_import_in_its_place_kills_nobody(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compat = "try:\n    import gone\nexcept ImportError:\n    from json import dumps\n    gone = dumps\n"
    assert walks(shop, monkeypatch, compat, USER.format("gone", "gone")) == (0, False)
