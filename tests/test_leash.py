"""libcst is shown only what it can take: handlers beyond that are reported without a fix."""

import pytest

from ws_fallback_lint.core.config import Config
from ws_fallback_lint.core.source import Source
from ws_fallback_lint.engine.lint import lint
from ws_fallback_lint.project.roots import Project

PLACE = "/nowhere/module.py"
HANDLER = "try:\n    import gone\nexcept ImportError:\n    gone = None\n    {}\ngone()\n"
# Each would take the native parser minutes, or all of the stack, at 10,000 levels (EVIDENCE §5).
CHAINS = {
    "elif": lambda n: "if a: pass\n" + "    elif a: pass\n" * n,
    "lambda": lambda n: "x = " + "lambda: " * n + "1",
    "not": lambda n: "x = " + "not " * n + "1",
    "minus": lambda n: "x = " + "-" * n + "1",
    "and": lambda n: "x = a" + " and a" * n,
    "or": lambda n: "x = a" + " or a" * n,
    "plus": lambda n: "x = a" + "+a" * n,
    "power": lambda n: "x = a" + "**a" * n,
    "attribute": lambda n: "x = a" + ".a" * n,
    "conditional": lambda n: "x = " + "a if b else " * n + "1",
    "call": lambda n: "x = a" + "()" * n,
    "subscript": lambda n: "x = a" + "[0]" * n,
}


def fixes(text: str) -> list[bool]:
    """Of each finding, whether it has a fix."""
    result = lint(
        Source(PLACE, text.encode()), Config(strict=True), Project.around(PLACE, None, ()), fixes=True
    )
    assert result.problems == ()
    return [finding.fix is not None for finding in result.findings]


@pytest.mark.parametrize("chain", list(CHAINS))
def test_a_long_chain_in_a_handler_costs_its_fix_only(chain: str) -> None:
    assert fixes(HANDLER.format(CHAINS[chain](20))) == [True]
    assert fixes(HANDLER.format(CHAINS[chain](190))) == [False]


@pytest.mark.parametrize(("pieces", "has_fix"), [(100, True), (15_000, False)])
def test_a_text_of_many_pieces_costs_its_fix_only(pieces: int, has_fix: bool) -> None:
    assert fixes(HANDLER.format("x = " + "'' " * pieces)) == [has_fix]


@pytest.mark.parametrize("opening", ["(", "[", "{", "f(", "a["])
def test_brackets_are_no_danger(opening: str) -> None:
    closing = {"(": ")", "[": "]", "{": "}"}[opening[-1]]
    deep = opening * 190 + "a" + closing * 190
    assert fixes(HANDLER.format(f"x = {deep}")) in ([True], [False])


def test_what_trips_its_own_checks_costs_the_fix_only() -> None:
    assert fixes(HANDLER.format("x = () if 0 else(lambda:())")) == [False]


def test_a_handler_of_many_lines_has_no_fix() -> None:
    assert fixes(HANDLER.format("print('no gone')\n    " * 100 + "pass")) == [True]
    assert fixes(HANDLER.format("print('no gone')\n    " * 5000 + "pass")) == [False]


def test_a_panic_of_the_native_parser_costs_the_fix_only(monkeypatch: pytest.MonkeyPatch) -> None:
    class PanicException(BaseException):  # as that of pyo3, which is no Exception
        pass

    def panics(_text: str) -> None:
        raise PanicException

    monkeypatch.setattr("libcst.parse_module", panics)
    assert fixes(HANDLER.format("pass")) == [False]

    def stopped(_text: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("libcst.parse_module", stopped)
    with pytest.raises(KeyboardInterrupt):
        fixes(HANDLER.format("pass"))
