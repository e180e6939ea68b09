"""A linter or a fixer that breaks a promise is noticed."""

import dataclasses
from itertools import count

import promises
import pytest
from promises import assert_sound, linted, with_everything, without_handlers

from ws_fallback_lint.core.config import Config
from ws_fallback_lint.core.results import Result
from ws_fallback_lint.core.source import Source
from ws_fallback_lint.engine.fix import Fixed, fix
from ws_fallback_lint.engine.lint import lint
from ws_fallback_lint.project.roots import Project

BAD = b"a = 1\ntry:\n    import x\nexcept ImportError:\n    x = None\nx()\n"
CONFIG = with_everything()


def test_what_holds_is_let_pass() -> None:
    assert assert_sound(BAD, CONFIG, unsafe=True).applied
    assert not assert_sound(BAD, CONFIG, unsafe=False).applied


@pytest.mark.parametrize(
    ("right", "wrong"),
    [(b"a = 1", b"a = 2"), (b"a = 1", b"a  = 1"), (b"import x", b"import y"), (b"x()\n", b"x()\r\n")],
)
def test_a_fix_that_touches_anything_else_is_noticed(
    right: bytes, wrong: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sabotaged(source: Source, config: Config, project: Project, *, unsafe: bool) -> Fixed:
        fixed = fix(source, config, project, unsafe=unsafe)
        data = fixed.source.data.replace(right, wrong)
        return dataclasses.replace(fixed, source=Source(source.path, data))

    monkeypatch.setattr(promises, "fix", sabotaged)
    with pytest.raises(AssertionError):
        assert_sound(BAD, CONFIG, unsafe=True)


def test_a_linter_that_changes_its_mind_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = count()

    def moody(source: Source, config: Config, project: Project, *, fixes: bool) -> Result:
        result = lint(source, config, project, fixes=fixes)
        return dataclasses.replace(result, findings=result.findings[next(calls) % 2 :])

    monkeypatch.setattr(promises, "lint", moody)
    with pytest.raises(AssertionError):
        linted(BAD, CONFIG)


def test_only_handlers_may_differ() -> None:
    same = without_handlers(BAD)
    for right, wrong in ((b"x = None", b"raise"), (b"ImportError", b"ImportError as e")):
        assert without_handlers(BAD.replace(right, wrong)) == same
    for right, wrong in ((b"a = 1", b"a = 2"), (b"import x", b"import y"), (b"x()", b"x")):
        assert without_handlers(BAD.replace(right, wrong)) != same


def test_a_suppress_and_a_handler_are_alike() -> None:
    head = b"from contextlib import suppress as quiet\n"
    suppressed = head + b"with quiet(ImportError):\n    import x\n"
    assert without_handlers(suppressed) == without_handlers(head + b"import x\n")
    assert without_handlers(suppressed.replace(b"quiet(", b"open(")) != without_handlers(head + b"import x\n")
