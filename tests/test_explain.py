"""What `explain-finding` says: the table, the uses, and above all which guard decided.

In explain/guards.md, `# guard` comments stand on the lines that must be told for the one use of a case, each
with its kind; `- each: …` marks guards each of which is enough, `- elsewise: …` a name that holds something
else in the end. In explain/silent.md, `- says: …` is the end of the page.
"""

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import test_truth
from command import BAD, ran, write
from support import Case, table

from ws_fallback_lint.analysis.module import parse
from ws_fallback_lint.core.config import Config
from ws_fallback_lint.core.source import Source
from ws_fallback_lint.engine.explain import Answer, NothingThereError, explain
from ws_fallback_lint.engine.report import explain as text
from ws_fallback_lint.engine.report import explain_json
from ws_fallback_lint.engine.workspace import Workspace
from ws_fallback_lint.flow.trace import GuardKind
from ws_fallback_lint.flow.uses import UseKind
from ws_fallback_lint.frontends.cli import main
from ws_fallback_lint.project.explain import Explanation, UseFacts
from ws_fallback_lint.project.roots import Project

Capture = pytest.CaptureFixture[str]
EXPLAIN = Path(__file__).parent / "explain"
_GUARD = re.compile(r"# guard (\w+)$")
HEAD = "try:\n    import lib\n    HAS = True\nexcept ImportError:\n    lib = None\n    HAS = False\n\n"
SCHEMA = json.loads(
    files("ws_fallback_lint.engine.report").joinpath("explain_schema.json").read_text("utf-8")
)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def asked(code: str, line: int = 1, column: int | None = None, name: str = "case.py", **more: Any) -> Answer:
    source = Source(name, code.encode())
    return explain(source, Config(**more), Project.around(name, None, ()), line, column)


def page(code: str, line: int = 1, **more: Any) -> str:
    return text.render(asked(code, line, **more))


def explained(code: str, line: int = 1, **more: Any) -> Explanation:
    (one,) = asked(code, line, **more).explained
    return one.explanation


def loaded(answer: Answer) -> Any:
    rendered = explain_json.render(answer)
    document = json.loads(rendered)
    VALIDATOR.validate(document)
    assert rendered.isascii()
    assert rendered.endswith("}\n")
    return document["explanations"]


def first_try(code: str) -> int:
    return next(n for n, line in enumerate(code.splitlines(), 1) if line.strip() == "try:")


def title(case: Case) -> str:
    return case.title


def on_marked_line(code: str, uses: tuple[UseFacts, ...]) -> UseFacts:
    marked = [n for n, line in enumerate(code.splitlines(), 1) if line.endswith("# use")]
    (use,) = (use for use in uses if use.region.line in marked and use.kind is not UseKind.READ)
    return use


GUARDS = table("guards", EXPLAIN)


@pytest.mark.parametrize("case", GUARDS, ids=title)
def test_the_guards_that_decided_are_told(case: Case) -> None:
    (code,) = case.blocks
    use = on_marked_line(code, explained(code, first_try(code), name="test_case.py").uses)
    marks = [(n, _GUARD.search(line)) for n, line in enumerate(code.splitlines(), 1)]
    told = {guard for absence in use.absences for guard in absence.guards}
    assert [(one.region.line, one.kind.value) for one in sorted(told)] == [(n, m[1]) for n, m in marks if m]
    assert [absence.redundant for absence in use.absences] == [bool(case.told("each"))]
    assert [absence.elsewise for absence in use.absences] == [bool(case.told("elsewise"))]
    assert (use.met, use.fails) == ((0,), ())


def test_where_nothing_guards_nothing_is_told() -> None:
    (use,) = explained(HEAD + "def f():\n    lib.go()\n").uses
    assert (use.met, use.fails, use.absences) == ((0, 1), (1,), ())


def test_the_page_says_how_guards_stand_to_each_other() -> None:
    code = HEAD + "def f():\n    if lib is None:\n        return\n    assert HAS\n    lib.go()\n"
    assert "not in 2: each is enough: line 9 `if lib is None:`; line 11 `assert HAS`\n" in page(code)
    code = HEAD + "def check():\n    assert lib\n\ndef f():\n    check()\n    lib.go()\n"
    assert "not in 2: line 9 `assert lib`; line 12 `check()`\n" in page(code)
    code = "def f():\n    try:\n        import lib\n    except ImportError:\n        return 0\n    lib.go()\n"
    assert "failed: lib -> `except ImportError` at line 4; leaves the function\n" in page(code, 3)
    assert "not in 2: the handler leaves, at line 4 `except ImportError:`\n" in page(code, 3)
    assert loaded(asked(code, 3))[0]["outcomes"][1]["leaves"] == "function"


def test_a_name_of_the_functions_own_holds_something_else() -> None:
    code = HEAD + "def f(lib):\n    lib.go()\n"
    (use,) = explained(code).uses
    assert use.met == ()
    (absence,) = use.absences
    assert (absence.elsewise, absence.guards) == (True, ())
    assert "met in no outcome\n       in 2 it holds something else\n" in page(code)


def test_a_masked_use_is_told_as_one() -> None:
    code = HEAD + "def f():\n    try:\n        lib.go()\n    except AttributeError:\n        pass\n"
    (use,) = explained(code).uses
    assert (use.met, use.fails, use.masked) == ((0, 1), (), (1,))
    said = page(code)
    assert "met in 1, 2, fails in 2 inside a 'try' that swallows it\n" in said
    assert (
        "Silent on 'lib' in 2: no use of it dies but inside a 'try' that swallows the error (FBK202).\n"
        in said
    )


def test_the_page_of_a_reported_fallback() -> None:
    code = HEAD + "def f():\n    if HAS:\n        lib.a()\n    lib.b()\n"
    assert page(code) == (
        "case.py:1:1: guarded import of lib\n"
        "  lib: unknown, policy 'if-unguarded'\n"
        "\n"
        "Outcomes\n"
        "  1  imported\n"
        "       lib  the import (line 2)\n"
        "       HAS  True (line 3)\n"
        "  2  failed: lib -> `except ImportError` at line 4\n"
        "       lib  None (line 5)\n"
        "       HAS  False (line 6)\n"
        "\n"
        "Uses\n"
        "  10:9  lib: attribute, when called: `lib.a()`\n"
        "       met in 1\n"
        "       not in 2: line 9 `if HAS:`\n"
        "  11:5  lib: attribute, when called: `lib.b()`\n"
        "       met in 1, 2, FAILS in 2\n"
        "\n"
        "Verdict\n"
        "  Reported: case.py:5:5: FBK101 'lib' becomes None if 'lib' cannot be imported: "
        "used unguarded: used at line 11\n"
    )


def test_json_holds_the_same() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    (page,) = loaded(asked(HEAD + "def f():\n    if HAS:\n        lib.a()\n    lib.b()\n"))
    assert page["names"] == ["lib"]
    assert page["modules"] == [{"module": "lib", "origin": "unknown", "policy": "if-unguarded"}]
    assert [one["imported"] for one in page["outcomes"]] == [True, False]
    assert page["outcomes"][1]["failed"] == ["lib"]
    assert page["outcomes"][1]["handlers"][0]["text"] == "except ImportError:"
    assert page["outcomes"][1]["names"] == [
        {"name": "lib", "holds": "none", "value": None, "line": 5},
        {"name": "HAS", "holds": "constant", "value": "False", "line": 6},
    ]
    guarded, reported = page["uses"]
    assert (guarded["line"], guarded["column"], guarded["met"], guarded["fails"]) == (10, 9, [1], [])
    (absent,) = guarded["absent"]
    assert (absent["outcome"], absent["because"], absent["redundant"]) == (2, "not-reached", False)
    assert [(one["kind"], one["line"], one["text"]) for one in absent["guards"]] == [("test", 9, "if HAS:")]
    assert (reported["met"], reported["fails"], reported["absent"]) == ([1, 2], [2], [])
    assert [(one["code"], one["shown"]) for one in page["verdict"]["findings"]] == [("FBK101", "reported")]
    assert page["verdict"]["names"] == [{"name": "lib", "outcome": 2, "critical": True, "reason": "use"}]


@pytest.mark.parametrize("case", table("silent", EXPLAIN), ids=title)
def test_a_silent_one_tells_why(case: Case) -> None:
    (code,) = case.blocks
    project = Project.around("case.py", None, ())
    answer = explain(Source("case.py", code.encode()), case.config, project, first_try(code))
    assert text.render(answer).splitlines()[-1:] == [f"  {said}" for said in case.told("says")]
    loaded(answer)


def test_what_is_not_shown_is_told_all_the_same() -> None:
    code = HEAD.replace("lib = None", "lib = None  # noqa: FBK101") + "lib.a()\n"
    line = "case.py:5:5: FBK101 'lib' becomes None"
    assert f"\n  Silenced by a noqa comment: {line}" in page(code)
    code = HEAD + "lib.a()\n"
    assert f"\n  Reported: {line}" in page(code)
    chosen: list[dict[str, Any]] = [{"ignore": ("FBK1",)}, {"select": ("FBK2",)}]
    for more in chosen:
        rendered = page(code, **more)
        assert f"\n  Not selected, by 'select', 'ignore' or 'per-file-ignores': {line}" in rendered
    code = code.replace("ImportError", "Exception")
    assert "FBK105" not in page(code)
    assert "Reported: case.py:4:1: FBK105" in page(code, select=("FBK", "FBK105"))


def test_each_outcome_and_each_value_is_in_the_table() -> None:
    code = (
        "from unittest.mock import Mock\nfor _ in '1':\n    try:\n        import a\n        import b, c, d\n"
        "        e = d.e()\n    except ImportError:\n        try:\n            import f as a\n"
        "        except ImportError:\n            continue\n"
        "        b = Mock()\n        c = dict\n        e = 'no'\n"
    )
    said = page(code, 4)
    told = said[said.index("Outcomes") : said.index("Uses")]
    assert "  1  imported\n       a  the import (line 4)\n" in told
    assert "       e  made with the import (line 6)\n" in told
    assert "failed: a -> `except ImportError` at line 7\n       a  the import (line 9)\n" in told
    assert "       b  a Mock (line 12)\n       c  a stand-in (line 13)\n" in told
    assert "       d  unbound\n       e  'no' (line 14)\n" in told
    assert (
        "failed: a, f -> `except ImportError` at line 7, then `except ImportError` at line 10; "
        "goes on with the loop\n"
    ) in told
    (document,) = loaded(asked(code, 4))
    assert {held["holds"] for one in document["outcomes"] for held in one["names"]} == {
        "import", "derived", "mock", "stand-in", "unbound", "constant",
    }  # fmt: skip
    assert {one["leaves"] for one in document["outcomes"]} == {None, "loop"}


def test_a_suppress_block_is_explained_too() -> None:
    code = "import contextlib\nwith contextlib.suppress(ImportError):\n    import lib\n\nlib.a()\n"
    said = page(code, 3)
    assert "case.py:2:1: guarded import of lib\n" in said
    assert "failed: lib -> `contextlib.suppress(ImportError)` at line 2\n       lib  unbound\n" in said


def test_what_a_call_gave_goes_by_its_text() -> None:
    code = HEAD + "def get():\n    return lib\n\nget().go()\n"
    use = explained(code).uses[-1]
    assert (use.name, use.fails) == ("", (1,))
    assert "get(): attribute, while the module is imported: `get().go()`" in page(code)
    assert loaded(asked(code))[0]["uses"][-1]["name"] is None


@pytest.mark.parametrize("line", range(1, 7))
def test_any_line_of_the_statement_will_do(line: int) -> None:
    (one,) = asked(HEAD + "lib.a()\n", line).explained
    assert one.explanation.guarded.names == ("lib",)


INNER = (
    "try:\n    import a\n    try:\n        import b\n    except ImportError:\n        b = None\n"
    "except ImportError:\n    a = None\n\ntry:\n    import c\nexcept ImportError:\n    c = None\n\n"
    "a.go(b, c.go)\nc.go()\n"
)


@pytest.mark.parametrize(
    ("line", "column", "names"),
    [
        (2, None, [("a", "b")]),
        (4, None, [("b",)]),
        (7, None, [("a", "b")]),
        (12, 1, [("c",)]),
        (15, None, [("a", "b"), ("b",), ("c",)]),
        (15, 1, [("a", "b")]),
        (15, 9, [("c",)]),
        (15, 99, [("a", "b"), ("b",), ("c",)]),
        (16, None, [("c",)]),
    ],
)
def test_the_innermost_statement_or_what_is_used_is_explained(
    line: int, column: int | None, names: list[tuple[str, ...]]
) -> None:
    found = [one.explanation.guarded.names for one in asked(INNER, line, column).explained]
    assert found == names
    loaded(asked(INNER, line, column))


def test_a_finding_belongs_to_the_innermost_statement() -> None:
    codes = [[f.place.line for f, _ in one.findings] for one in asked(INNER, 15).explained]
    assert codes == [[8], [], [13]]


def test_nothing_there_names_what_is_there() -> None:
    with pytest.raises(NothingThereError, match=r"of the file are at case:1, case:3, case:10$"):
        asked(INNER, 9, name="case")
    with pytest.raises(NothingThereError, match=r"^case holds no guarded import$"):
        asked("import a\n", name="case")


def test_what_is_not_ascii_is_shown_and_counted_in_characters() -> None:
    code = "try:\n    import bücher\nexcept ImportError:\n    bücher = None\n\n'日本', bücher.lesen()\n"
    said = page(code, name="größe\x1b.py")
    assert "größe\\x1b.py:1:1: guarded import of bücher\n" in said
    assert "  6:7  bücher: attribute, while the module is imported: `'日本', bücher.lesen()`\n" in said
    (document,) = loaded(asked(code, 6, 7))
    assert (document["uses"][0]["column"], document["uses"][0]["end_column"]) == (7, 13)


def test_a_long_line_is_cut_and_an_escape_made_visible() -> None:
    code = HEAD + f"lib.a('\u202e', '{'x' * 200}')\n"
    said = page(code)
    assert "`lib.a('\\u202e', 'xxx" in said
    assert max(map(len, said.splitlines()[:-1])) < 200
    assert "…`" in said


@pytest.mark.usefixtures("shop")
class TestCommand:
    def test_it_explains_and_ends_with_0(self, capsys: Capture) -> None:
        for place in (
            "shop/b.py:4",
            "shop/b.py:4:5",
            "shop/b.py:4:5:",
            str(Path("shop/b.py").resolve()) + ":1",
        ):
            assert main(["explain-finding", place]) == 0
            out = capsys.readouterr().out
            assert out.startswith(
                "shop/b.py:1:1: guarded import of x\n  shop.a: first-party, policy 'unless-guarded'\n"
            )
            assert "Uses: none that the walk through the module meets\n" in out
            assert "  Reported: shop/b.py:4:5: FBK101 'x' becomes None" in out

    def test_json_can_be_asked_for(self, capsys: Capture) -> None:
        assert main(["explain-finding", "shop/b.py:1", "--format", "json"]) == 0
        document = json.loads(capsys.readouterr().out)
        VALIDATOR.validate(document)
        assert document["path"] == "shop/b.py"

    def test_the_configuration_counts(self, capsys: Capture) -> None:
        write("own.toml", "[tool.ws-fallback-lint]\nallow = ['shop.*']\n")
        assert main(["explain-finding", "shop/b.py:1", "--config", "own.toml"]) == 0
        assert "Silent on 'x' in 2: it is listed in 'allow'.\n" in capsys.readouterr().out
        write("pyproject.toml", "[tool.ws-fallback-lint]\nper-file-ignores = {'shop/*' = ['FBK101']}\n")
        assert main(["explain-finding", "shop/b.py:1"]) == 0
        assert "  Not selected, by 'select'" in capsys.readouterr().out
        assert main(["explain-finding", "shop/b.py:1", "--strict", "--select", "FBK"]) == 0
        assert "shop.a: first-party, policy 'never'\n" in capsys.readouterr().out

    @pytest.mark.parametrize(
        ("place", "said"),
        [
            ("shop/b.py", "'shop/b.py' names no line of a file; it should look like PATH:LINE"),
            (
                "shop/b.py:9",
                "shop/b.py:9 is no part and no use of a guarded import; those of the file are at shop/b.py:1",
            ),
            ("shop/a.py:1", "shop/a.py holds no guarded import"),
            ("none.py:1", "none.py:1:1: FBK900 cannot be read: No such file or directory"),
            ("broken.py:1", "broken.py:2:1: FBK900 not Python: "),
            ("deep.py:1", "deep.py:1:1: FBK900 nested too deeply to be analysed; split the file"),
            ("deeper.py:1", "deeper.py:1:1: FBK900 nested too deeply for Python's own parser"),
        ],
    )
    def test_what_cannot_be_explained_ends_with_2(self, place: str, said: str, capsys: Capture) -> None:
        write("broken.py", "try:\nimport x\n")
        write("deep.py", BAD + "x" + ".x" * 900 + "\n")
        write("deeper.py", BAD + "x" + " + x" * 200_000 + "\n")
        assert main(["explain-finding", place]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert err.startswith(f"ws-fallback-lint: {said}")

    def test_the_streams_can_hold_it(self) -> None:
        write("é.py", HEAD.replace("lib", "é"))
        done = ran("explain-finding", "é.py:1", PYTHONIOENCODING="ascii")
        assert (done.returncode, done.stderr) == (0, b"")
        assert b"guarded import of \\xe9" in done.stdout


def test_the_page_in_the_readme_is_what_the_command_prints(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = EXPLAIN.parents[1]
    readme = (root / "README.md").read_text("utf-8")
    shown = re.search(r"\$ ws-fallback-lint (explain-finding \S+)\n(.*?)```", readme, re.DOTALL)
    assert shown is not None
    monkeypatch.chdir(root / "examples")
    assert main(shown[1].split()) == 0
    assert capsys.readouterr().out == shown[2]


EVERY = [case for cases in test_truth.TABLES.values() for case in cases]


@pytest.mark.parametrize("case", EVERY, ids=test_truth.ids)
def test_every_case_is_explained(case: test_truth.Case) -> None:
    """No use without a failure's guard, but where the name is another; and each page can be printed."""
    name = "test_case.py" if case.program.tests else "case.py"
    code = case.program.code
    for guarded in parse(Source(name, code.encode())).guarded_imports:
        answer = asked(code, guarded.region.line, name=name)
        assert text.render(answer).endswith(".\n") or "Reported: " in text.render(answer)
        loaded(answer)
        for one in answer.explained:
            for use in one.explanation.uses:
                assert all(absence.guards or absence.elsewise for absence in use.absences), use
                assert not set(use.met).intersection(absence.outcome for absence in use.absences)
                assert set(use.fails) | set(use.masked) <= set(use.met)


def test_every_kind_of_guard_has_a_case_and_a_word_in_the_schema() -> None:
    told = {kind for case in GUARDS for kind in re.findall(r"# guard (\w+)$", case.blocks[0], re.MULTILINE)}
    absence = SCHEMA["$defs"]["absence"]["properties"]
    listed = set(absence["guards"]["items"]["properties"]["kind"]["enum"])
    assert told == listed == {kind.value for kind in GuardKind}


def test_a_dependency_is_told_with_its_declaration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("requirements.txt").write_text("numpy\n", "utf-8")
    Path("page.py").write_text("try:\n    import numpy\nexcept ImportError:\n    numpy = None\n", "utf-8")
    main(["explain-finding", "page.py:1"])
    told = "  numpy: required, declared in requirements.txt, policy 'unless-guarded'\n"
    assert told in capsys.readouterr().out


def test_a_use_of_what_another_file_loses_leads_there(tmp_path: Path) -> None:
    (tmp_path / "__init__.py").touch()
    (tmp_path / "compat.py").write_text(
        "try:\n    import lib\nexcept ImportError:\n    lib = None\n", "utf-8"
    )
    use = tmp_path / "use.py"
    source = Source(str(use), b"from .compat import lib\n\ndef f():\n    lib.x()\n")
    with pytest.raises(
        NothingThereError, match=r"use.py:4 uses what another file loses: explain .*compat.py:4$"
    ):
        explain(source, Config(), Workspace().project(str(use), None, ()), 4)
