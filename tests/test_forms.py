"""Every form of DESIGN §2 at module, class and function level, and neighbours that stay silent.

The tables are in forms/; forms/handlers.md says how a case is written. Expected values are those of
module level: at the others a line stands above and everything is indented by four.
"""

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from support import Case, make_shop, page, table

from ws_fallback_lint.core.results import Result
from ws_fallback_lint.engine.lint import lint

TABLES = ("handlers", "imports", "bindings", "near_misses")
CASES = [case for name in TABLES for case in table(name)]
ABOVE = "# ----\n"
HEADS = {
    "class": "class Box:\n",
    "function": "def load():\n",
    "method": "def load(self):\n",
}
LEVELS = ["module", "class", "function"]
_FINDING = re.compile(r"(\d+):(\d+) (.+) < (.+)")
_NAME = re.compile(r"([\w.]+)=([\w-]+)@(\d+):(\d+)")
_CODE = re.compile(r"FBK\d{3}")


def at_level(code: str, level: str) -> tuple[str, int]:
    """The code put at a level, and the line above which nothing has moved."""
    above, separator, rest = code.rpartition(ABOVE)
    above += separator
    if level == "module":
        return code, 0
    indented = "".join("    " + line if line.strip() else line for line in rest.splitlines(keepends=True))
    return above + HEADS[level] + indented, above.count("\n")


def expected(case: Case, level: str, unmoved: int) -> list[tuple[object, ...]]:
    """The case's findings, its places moved to where the level has put them."""

    def moved(line: str, column: str) -> tuple[int, int]:
        if level == "module" or int(line) <= unmoved:
            return int(line), int(column)
        return int(line) + 1, int(column) + 4

    findings: list[tuple[object, ...]] = []
    for code, told in case.notes:
        if _CODE.fullmatch(code):
            match = _FINDING.fullmatch(told)
            assert match, told
            names = [(n, becomes, *moved(*place)) for n, becomes, *place in _NAME.findall(match[3])]
            assert len(names) == match[3].count("=")
            findings.append((code, *moved(match[1], match[2]), names, match[4].split(", ")))
    return findings


def found(result: Result) -> list[tuple[object, ...]]:
    """A result in the shape of `expected`."""
    assert not result.problems
    return [
        (
            finding.code,
            finding.place.line,
            finding.place.column,
            [(name.name, name.becomes.value, name.line, name.column) for name in finding.names],
            list(finding.modules),
        )
        for finding in result.findings
    ]


def levels(case: Case) -> list[str]:
    told = case.told("levels")
    return told[0].split() if told else LEVELS


@pytest.fixture(scope="module")
def check(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Case, str], None]:
    project = make_shop(tmp_path_factory.mktemp("forms"))

    def check(case: Case, level: str) -> None:
        code, unmoved = at_level(case.blocks[0], level)
        ast.parse(code)
        assert found(lint(page(code), case.config, project)) == expected(case, level, unmoved)

    return check


@pytest.mark.parametrize(
    ("case", "level"),
    [
        pytest.param(case, level, id=f"{case.table}: {case.title} [{level}]")
        for case in CASES
        for level in levels(case)
    ],
)
def test_form(case: Case, level: str, check: Callable[[Case, str], None]) -> None:
    if not case.parses:
        assert "PEP 758" in case.title
        pytest.skip("this Python has no such syntax")
    check(case, level)


def test_the_tables_are_whole() -> None:
    titles = [(case.table, case.title) for case in CASES]
    assert len(set(titles)) == len(titles)
    assert len(CASES) >= 120
    for case in CASES:
        assert len(case.blocks) == 1, case.title
        assert set(levels(case)) <= {"module", *HEADS}, case.title
        says_nothing = not any(_CODE.fullmatch(key) for key, _ in case.notes)
        assert says_nothing == (case.table == "near_misses"), case.title
        assert all(key in ("toml", "levels") or _CODE.fullmatch(key) for key, _ in case.notes), case.title
    assert sum(case.table == "near_misses" for case in CASES) >= 25


@pytest.mark.parametrize("title", ["raise", "an alternate import", "sys.exit", "another's module"])
def test_a_near_miss_that_no_longer_misses_is_noticed(title: str, check: Callable[[Case, str], None]) -> None:
    near = next(case for case in CASES if (case.table, case.title) == ("near_misses", title))
    hit = re.sub(r"(?<=:\n)    (?!from \.m|import redis).*\n\Z", "    x = None\n", near.blocks[0])
    hit = hit.replace("import redis", "from .m import x")
    assert hit != near.blocks[0]
    with pytest.raises(AssertionError):
        check(Case(near.table, near.title, near.notes, (hit,)), "module")


def test_the_page_stands_in_shop(tmp_path: Path) -> None:
    project = make_shop(tmp_path)
    assert project.module == "shop.page"
    assert project.absolute(".m") == "shop.m"
