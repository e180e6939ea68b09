import ast

import pytest

from ws_fallback_lint.analysis.caught import BARE, caught_by
from ws_fallback_lint.analysis.guarded import Caught


def caught(clause: str, imports: dict[str, str] | None = None, **aliases: str) -> Caught:
    expressions = {name: ast.parse(text, mode="eval").body for name, text in aliases.items()}
    return caught_by([ast.parse(clause, mode="eval").body], imports or {}, expressions)


@pytest.mark.parametrize(
    ("clause", "missing", "broken", "everything"),
    [
        ("ImportError", True, True, False),
        ("ModuleNotFoundError", True, False, False),
        ("Exception", True, True, True),
        ("BaseException", True, True, True),
        ("ValueError", False, False, False),
        ("(ValueError, ImportError)", True, True, False),
        ("(ValueError, Exception)", True, True, True),
        ("builtins.ImportError", True, True, False),
        ("(*(ImportError,), KeyError)", True, True, False),
        ("(KeyError,) + (ModuleNotFoundError,)", True, False, False),
        ("errors.ImportError", False, False, False),
        ("pick()", False, False, False),
    ],
)
def test_what_a_clause_catches(clause: str, missing: bool, broken: bool, everything: bool) -> None:
    found = caught(clause)
    assert (found.missing, found.broken, found.everything) == (missing, broken, everything)
    assert found.failed_import is (missing or broken)


def test_aliases_are_followed() -> None:
    assert caught("ERRORS", ERRORS="(ImportError, OSError)").names == ("ImportError", "OSError")
    assert caught("A", A="B", B="ImportError").broken


def test_an_alias_of_itself_ends() -> None:
    assert not caught("A", A="B", B="A").failed_import


def test_an_alias_does_not_shadow_a_builtin_class() -> None:
    assert caught("ImportError", ImportError="ValueError").broken


def test_imports_are_followed() -> None:
    assert caught("b.ImportError", {"b": "builtins"}).broken
    assert caught("Missing", {"Missing": "builtins.ModuleNotFoundError"}).missing


def test_a_bare_except_catches_all() -> None:
    assert BARE.missing
    assert BARE.broken
    assert BARE.everything
