"""`rules` and `explain`."""

import json

import pytest

from ws_fallback_lint.frontends.cli import main

Capture = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch
pytestmark = pytest.mark.usefixtures("shop")


def test_rules_lists_them_all(capsys: Capture) -> None:
    assert main(["rules"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["code", "name", "default", "fix", "summary"]
    assert [line.split()[0] for line in lines[1:]] == sorted(line.split()[0] for line in lines[1:])
    assert any(line.startswith("FBK105  broad-handler") and "  off  " in line for line in lines)
    assert main(["rules", "--format", "json"]) == 0
    table = json.loads(capsys.readouterr().out)
    assert [row["code"] for row in table] == [line.split()[0] for line in lines[1:]]
    assert {row["default"] for row in table} == {True, False}
    assert table[-1] == {
        "code": "FBK900",
        "name": "not-analyzed",
        "summary": table[-1]["summary"],
        "default": True,
        "fix": None,
    }


@pytest.mark.parametrize("spelling", ["FBK101", "fbk101", "none-fallback", "None-Fallback"])
def test_explain_prints_the_page(spelling: str, capsys: Capture) -> None:
    assert main(["explain", spelling]) == 0
    out = capsys.readouterr().out
    assert out.startswith("FBK101 none-fallback\n\n")
    assert "```py bad\n" in out
    assert out.endswith("On by default: yes. Fix: fail fast.\n")


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        ("FBK109", "did you mean FBK10"),
        ("none-falback", "did you mean none-fallback?"),
        ("?", "known are FBK101, FBK102"),
    ],
)
def test_explain_names_the_nearest_rule(wrong: str, hint: str, capsys: Capture) -> None:
    assert main(["explain", wrong]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"ws-fallback-lint: no rule is called '{wrong}'; ")
    assert hint in error
