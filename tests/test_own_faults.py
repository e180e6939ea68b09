"""An error of the linter itself costs the file that it happens in, and is told by every face."""

import ast
from pathlib import Path
from typing import Never

import pytest
from command import BAD

from ws_fallback_lint import fix_source, lint_source
from ws_fallback_lint.core.errors import unfinished
from ws_fallback_lint.engine.files import discover
from ws_fallback_lint.engine.run import Mode, Order, run
from ws_fallback_lint.engine.settings import Finder
from ws_fallback_lint.frontends.flake8_plugin import Choices, FallbackPlugin
from ws_fallback_lint.project.judge import Judge

pytestmark = pytest.mark.own_faults
SAID = (
    "not analysed: an error of ws-fallback-lint itself, please report it: KeyError: 'x' (test_own_faults.py:"
)


@pytest.fixture(autouse=True)
def _fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_self: object, _guarded: object) -> Never:
        raise KeyError("x")

    monkeypatch.setattr(Judge, "verdicts_of", broken)


def test_the_library_tells() -> None:
    for result in (lint_source(BAD), fix_source(BAD).result):
        assert result.findings == ()
        (problem,) = result.problems
        assert problem.message.startswith(SAID)


def test_a_run_tells_and_goes_on(shop: Path) -> None:
    (shop / "bad.py").write_bytes(b"\x00 import")
    done = run(discover(["."], Finder()).targets, Order(Mode.FIX))
    told = {one.result.path: [problem.message for problem in one.result.problems] for one in done}
    assert told["shop/a.py"] == []
    assert told["shop/b.py"][0].startswith(SAID)
    assert (shop / "shop/b.py").read_text("utf-8") == BAD


@pytest.mark.usefixtures("shop")
def test_what_fails_outside_of_the_analysis_is_told_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Never:
        raise KeyError("x")

    monkeypatch.setattr("ws_fallback_lint.engine.run.may_hold_findings", broken)
    (one,) = run(discover(["shop/b.py"], Finder()).targets, Order())
    assert one.result.problems[0].message.startswith(SAID)


def test_flake8_goes_on(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FallbackPlugin, "choices", Choices(Finder()), raising=False)
    plugin = FallbackPlugin(ast.parse(BAD), str(shop / "shop/b.py"), BAD.splitlines(keepends=True))
    ((line, column, text, _),) = plugin.run()
    assert (line, column) == (1, 0)
    assert text.startswith(f"FBK900 {SAID}")


def test_what_the_machine_lacks_is_no_error_of_ours() -> None:
    assert unfinished(RecursionError()) == "nested too deeply to be analysed; split the file"
    assert unfinished(MemoryError()) == "not analysed: it takes more memory than there is"
