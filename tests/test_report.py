"""Every format, on plain values."""

import json as plain_json
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from ws_fallback_lint.core.findings import (
    Becomes,
    Edit,
    Finding,
    Fix,
    Name,
    Safety,
    Use,
)
from ws_fallback_lint.core.results import Problem, Result
from ws_fallback_lint.core.spans import Place, Span
from ws_fallback_lint.engine.report import concise, github, json, text
from ws_fallback_lint.engine.report.escape import speakable, visible
from ws_fallback_lint.engine.report.summary import Report
from ws_fallback_lint.engine.run import Checked

NASTY = "a\x1b[31m\n\r\u202e\udcff%:,\x00\x9b.py"


def finding(path: str = "a.py", line: int = 3, code: str = "FBK101", fix: Fix | None = None) -> Finding:
    return Finding(path, Place(line, 5, line, 6), code, f"'x' becomes {code}", fix=fix)


def fix(safety: Safety, replacement: bytes = b"raise") -> Fix:
    return Fix((Edit(Span(3, 5), replacement),), safety, "raise")


def report(*findings: Finding, problems: tuple[Problem, ...] = (), **more: Any) -> Report:
    written = more.pop("written", True)
    checked = Checked(Result("a.py", findings, problems), **more)
    return Report((checked, Checked(Result("clean.py"))), written=written)


def loaded(value: Report) -> dict[str, Any]:
    schema = plain_json.loads(
        files("ws_fallback_lint.engine.report").joinpath("schema.json").read_text("utf-8")
    )
    rendered = json.render(value)
    document: dict[str, Any] = plain_json.loads(rendered)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(document)
    assert rendered.isascii()
    assert rendered.endswith("}\n")
    return document


def test_concise_is_a_line_for_each_finding_and_problem() -> None:
    value = report(finding(), finding(line=9), problems=(Problem("a.py", 1, 2, "not Python"),))
    assert concise.render(value) == (
        "a.py:3:5: FBK101 'x' becomes FBK101\n"
        "a.py:9:5: FBK101 'x' becomes FBK101\n"
        "a.py:1:2: FBK900 not Python\n"
    )
    assert concise.render(Report(())) == ""


def test_fixed_findings_are_told_apart_and_only_told_when_written() -> None:
    assert concise.render(report(fixed=(finding(),))) == "a.py:3:5: FBK101 [fixed] 'x' becomes FBK101\n"
    assert concise.render(report(fixed=(finding(),), written=False)) == ""


def test_statistics_put_the_most_frequent_first() -> None:
    many = [finding(line=n, code=code) for n, code in enumerate(("FBK102", "FBK103", "FBK101", "FBK103"))]
    assert concise.statistics(report(*many)) == "      2  FBK103\n      1  FBK101\n      1  FBK102\n"


def test_text_is_concise_and_a_summary() -> None:
    value = report(finding(), finding(line=9))
    assert text.render(value) == (concise.render(value) + "Found 2 findings in 1 file (checked 2 files).\n")
    assert text.render(value, quiet=True) == concise.render(value)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Report(()), "No findings (checked 0 files).\n"),
        (report(fixed=(finding(),)), "Fixed 1 finding.\nNothing else found (checked 2 files).\n"),
        (
            report(finding(fix=fix(Safety.SAFE)), fixed=(finding(), finding()), written=False),
            (
                "Would fix 2 findings.\nFound 1 finding in 1 file (checked 2 files).\n"
                "1 can be fixed with --fix.\n"
            ),
        ),
        (
            report(finding(fix=fix(Safety.SAFE)), finding(fix=fix(Safety.UNSAFE))),
            (
                "Found 2 findings in 1 file (checked 2 files).\n1 can be fixed with --fix.\n"
                "1 more can be fixed with --fix --unsafe-fixes.\n"
            ),
        ),
        (
            report(finding(fix=fix(Safety.UNSAFE))),
            "Found 1 finding in 1 file (checked 2 files).\n1 can be fixed with --fix --unsafe-fixes.\n",
        ),
        (
            Report((), (Problem("b.py", 1, 1, "missing"),)),
            "No findings (checked 0 files).\n1 problem: not everything was done (FBK900).\n",
        ),
    ],
)
def test_the_summary_counts(value: Report, said: str) -> None:
    assert text.summary(value) == said


def painted(line: str, place: Place, *, width: int = 80, colour: bool = False) -> list[str]:
    found = Finding("a.py", place, "FBK101", "'x' becomes None")
    value = report(found, excerpts=((place.line, line),))
    return text.render_for_terminal(value, width=width, colour=colour, quiet=True).splitlines()


def test_a_terminal_shows_the_source_with_carets() -> None:
    assert painted("    get_x = None\n", Place(12, 5, 12, 10)) == [
        "a.py:12:5: FBK101 'x' becomes None",
        "12 |     get_x = None",
        "   |     ^^^^^",
        "",
    ]


def test_carets_stand_under_wide_characters_and_tabs() -> None:
    _, source, carets, _ = painted("\t日本 = x\r\n", Place(1, 7, 1, 8))
    assert source == "1 |     日本 = x"
    assert carets == "  | " + " " * (4 + 4 + 3) + "^"


def test_carets_go_to_the_end_of_the_line_when_the_finding_goes_on_below() -> None:
    assert painted("x = (\n", Place(1, 1, 3, 2))[2] == "  | ^^^^^"


def test_something_is_always_underlined() -> None:
    assert painted("x\n", Place(1, 2, 1, 2))[2] == "  |  ^"


def test_long_lines_lose_their_ends() -> None:
    line = "a" * 300 + "MEANT" + "z" * 300 + "\n"
    _, source, carets, _ = painted(line, Place(1, 301, 1, 306), width=60)
    assert source == "1 | …" + "a" * 20 + "MEANT" + "z" * (60 - 4 - 21 - 5 - 1) + "…"
    assert len(source) == 60
    assert carets == "  | " + " " * 21 + "^^^^^"
    _, source, carets, _ = painted("x = " + "M" * 300 + "\n", Place(1, 5, 1, 305), width=40)
    assert source == "1 | x = " + "M" * 31 + "…"
    assert len(carets) == len(source)
    _, source, _, _ = painted("b" * 40 + "\n", Place(1, 1, 1, 2), width=20)
    assert source == "1 | " + "b" * 19 + "…"
    _, source, _, _ = painted("b" * 24 + "M" * 30 + "\n", Place(1, 25, 1, 55), width=30)
    assert source.endswith("M" * 19 + "…")
    _, source, _, _ = painted("b" * 60 + "MM" + "zzz\n", Place(1, 61, 1, 63), width=60)
    assert source == "1 | …" + "b" * 20 + "MMzzz"


def test_colours_come_only_when_wanted() -> None:
    place = Place(1, 1, 1, 2)
    assert "\x1b" not in "".join(painted("x\n", place))
    coloured = "\n".join(painted("x\n", place, colour=True))
    assert "\x1b[1;31mFBK101\x1b[0m" in coloured
    assert "\x1b[1;31m^\x1b[0m" in coloured


def test_a_terminal_shows_fixed_findings_problems_and_the_summary() -> None:
    value = Report(
        (Checked(Result("a.py", (finding(),), (Problem("a.py", 1, 1, "odd"),)), fixed=(finding(line=8),)),),
        (Problem("b.py", 1, 1, "missing"),),
    )
    assert text.render_for_terminal(value, width=80, colour=False) == (
        concise.render(value) + text.summary(value)
    )
    unwritten = report(fixed=(finding(),), written=False)
    assert text.render_for_terminal(unwritten, width=80, colour=False, quiet=True) == ""


def test_rich_reads_no_markup_into_messages() -> None:
    found = Finding("[bold]a.py", Place(1, 1, 1, 2), "FBK101", "[red]x[/red] :smile:")
    out = text.render_for_terminal(report(found), width=80, colour=True, quiet=True)
    assert "[red]x[/red] :smile:" in out
    assert "[bold]a.py" in out


def test_json_holds_everything() -> None:
    found = Finding(
        "shop/a.py",
        Place(3, 5, 4, 6),
        "FBK101",
        "'x' becomes None",
        names=(Name("x", 3, 5, Becomes.NONE), Name("y", 4, 5, Becomes.UNBOUND)),
        modules=("shop.b",),
        origin="first-party",
        reason="first-party",
        uses=(Use("shop/c.py", 7, 9, "call", "import"),),
        fix=fix(Safety.SAFE, "é".encode("latin-1")),
    )
    document = loaded(
        report(found, problems=(Problem("a.py", 2, 3, "not Python"),), encoding="iso-8859-1", fixed=(found,))
    )
    assert document["findings"] == [
        {
            "code": "FBK101",
            "path": "shop/a.py",
            "line": 3,
            "column": 5,
            "end_line": 4,
            "end_column": 6,
            "message": "'x' becomes None",
            "names": [
                {"name": "x", "line": 3, "column": 5, "becomes": "None"},
                {"name": "y", "line": 4, "column": 5, "becomes": "unbound"},
            ],
            "modules": ["shop.b"],
            "origin": "first-party",
            "reason": "first-party",
            "uses": [{"path": "shop/c.py", "line": 7, "column": 9, "kind": "call", "when": "import"}],
            "cause": None,
            "fix": {"safety": "safe", "style": "raise", "edits": [{"start": 3, "end": 5, "text": "é"}]},
        }
    ]
    assert document["errors"] == [
        {"code": "FBK900", "path": "a.py", "line": 2, "column": 3, "message": "not Python"}
    ]
    assert document["summary"] == {
        "files": 2,
        "findings": 1,
        "errors": 1,
        "fixed": 1,
        "fixable": {"safe": 1, "unsafe": 0},
        "codes": {"FBK101": 1},
    }


def test_json_of_nothing_and_of_fixes_that_were_not_written() -> None:
    assert loaded(Report(()))["findings"] == []
    document = loaded(report(finding(), fixed=(finding(),), written=False))
    assert document["summary"]["fixed"] == 0
    assert document["findings"][0]["fix"] is None


def test_the_schema_refuses_what_it_does_not_know() -> None:
    document = loaded(report(finding()))
    schema = plain_json.loads(
        files("ws_fallback_lint.engine.report").joinpath("schema.json").read_text("utf-8")
    )
    validator = jsonschema.Draft202012Validator(schema)
    for spoil in (
        {**document, "more": 1},
        {**document, "findings": [{**document["findings"][0], "line": 0}]},
        {**document, "findings": [{**document["findings"][0], "more": 1}]},
        {**document, "summary": {}},
    ):
        assert not validator.is_valid(spoil)


def test_github_escapes_what_its_commands_mean() -> None:
    found = Finding("a,b:c%\n.py", Place(3, 5, 3, 6), "FBK101", "100% of\r\nx: y, z")
    assert github.render(report(found)) == (
        "::error file=a%2Cb%3Ac%25%0A.py,line=3,col=5,endLine=3,endColumn=6,title=FBK101::"
        "100%25 of%0D%0Ax: y, z\n"
    )
    assert github.render(Report((), (Problem("a.py", 1, 2, "missing"),))) == (
        "::error file=a.py,line=1,col=2,title=FBK900::missing\n"
    )


def test_no_format_lets_control_characters_through() -> None:
    found = Finding(NASTY, Place(1, 1, 1, 3), "FBK101", NASTY, names=(Name(NASTY, 1, 1, Becomes.NONE),))
    value = Report(
        (Checked(Result(NASTY, (found,), (Problem(NASTY, 1, 1, NASTY),)), (found,), excerpts=((1, NASTY),)),),
        (Problem(NASTY, 1, 1, NASTY),),
    )
    for rendered in (
        concise.render(value),
        text.render(value),
        text.render_for_terminal(value, width=80, colour=False),
        github.render(value),
        json.render(value),
    ):
        assert all(line.isprintable() for line in rendered.split("\n")), rendered
    assert "a\\x1b[31m\\n\\r\\u202e\\xff%:,\\x00\\x9b.py:1:1: FBK101" in concise.render(value)
    assert loaded(value)["findings"][0]["path"] == NASTY.replace("\udcff", "\\xff")


def test_escapes_leave_ordinary_text_alone() -> None:
    assert visible("héllo 日本.py") == speakable("héllo 日本.py") == "héllo 日本.py"
    assert visible("\ud800") == speakable("\ud800") == "\\ud800"
