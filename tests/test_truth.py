"""Verdicts are what really happens: every case runs with its import missing, and must then do what it says.

The tables are in truth/; their `drive` blocks hold what a user would do, and pytest runs what is `test`
instead of `py`. truth/open.md holds what the linter does not reach yet: proved, but not judged.

A comment tells what a line does once something is missing: `# dies` (an error that a missing library
explains leaves this line, and nothing catches it), `# dies inside` (what this line hands its value to
dies, further in), `# masked` (the error is swallowed). Runs prove the comments; then the linter's uses
must be the lines that die, and `when` what the run saw. `- FBK102` names the code where it is not FBK101,
`- kind: call` the kind of use, `- nothing is asked` a case that never needs its import.
"""

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import pytest
from truth_library import parts, shortages
from truth_runner import Observed, Program, observe

from ws_fallback_lint.core.config import Config
from ws_fallback_lint.core.findings import Finding, Use
from ws_fallback_lint.core.results import Result
from ws_fallback_lint.core.source import Source
from ws_fallback_lint.engine.lint import lint
from ws_fallback_lint.project.roots import Project

TRUTH = Path(__file__).parent / "truth"
OPEN = "open"
_BLOCK = re.compile(r"^```(py|test|drive)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_MARK = re.compile(r"# (dies inside|dies|masked)$")
_NOTE = re.compile(r"^- (?:(?P<code>FBK\d{3})|kind: (?P<kind>.+)|(?P<idle>nothing is asked))$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Case:
    """One case: its program, and what its comments and notes say of it. Lines are 1-based."""

    table: str
    title: str
    program: Program
    dies: frozenset[int]
    inside: frozenset[int]
    masked: frozenset[int]
    code: str | None
    kind: str | None
    idle: bool

    @property
    def is_dangerous(self) -> bool:
        return bool(self.dies or self.inside)


def read(table: str, text: str) -> list[Case]:
    """The cases of a table."""
    cases = []
    for part in re.split(r"^### ", text, flags=re.MULTILINE)[1:]:
        title, _, rest = part.partition("\n")
        blocks = dict(_BLOCK.findall(rest))
        notes = {
            key: value for note in _NOTE.finditer(rest) for key, value in note.groupdict().items() if value
        }
        code = blocks.get("test") or blocks["py"]
        marks: dict[str, set[int]] = {"dies": set(), "dies inside": set(), "masked": set()}
        for number, line in enumerate(code.splitlines(), 1):
            if match := _MARK.search(line):
                marks[match[1]].add(number)
        dies, inside, masked = (frozenset(lines) for lines in marks.values())
        expected = notes.get("code", "FBK101") if dies or inside else None
        program = Program(code, blocks.get("drive", ""), "test" in blocks)
        kind, idle = notes.get("kind"), "idle" in notes
        cases.append(Case(table, title, program, dies, inside, masked, expected, kind, idle))
    return cases


def tables() -> dict[str, list[Case]]:
    return {path.stem: read(path.stem, path.read_text("utf-8")) for path in sorted(TRUTH.glob("*.md"))}


TABLES = tables()
CASES = [case for table, cases in TABLES.items() if table != OPEN for case in cases]


def prove(case: Case, observed: Observed) -> None:
    """The comments of a case say what its runs did, no more and no less."""
    assert not observed.broken
    innermost = {crash.lines[0] for crash in observed.crashes}
    within = {line for crash in observed.crashes for line in crash.lines[1:]}
    untold = [crash for crash in observed.crashes if case.inside.isdisjoint(crash.lines[1:])]
    assert {crash.lines[0] for crash in untold} <= case.dies
    assert case.dies <= innermost
    assert case.inside <= within
    assert observed.masked - innermost == case.masked
    if not case.is_dangerous:
        assert case.idle == (not observed.used)


def judge(case: Case, observed: Observed, result: Result) -> None:
    """The linter's findings are what the runs proved."""
    assert not result.problems
    uses = {(use.line, use.when) for finding in result.findings for use in finding.uses}
    marked = case.dies | case.inside
    assert uses == {
        (line, crash.when) for crash in observed.crashes for line in crash.lines if line in marked
    }
    assert {finding.code for finding in result.findings} == ({case.code} if case.code else set())
    if case.kind:
        assert {use.kind for finding in result.findings for use in finding.uses} == {case.kind}


def verdict(case: Case) -> Result:
    """What the linter says of a case; nothing is known of its libraries."""
    name = "test_case.py" if case.program.tests else "case.py"
    source = Source(name, case.program.code.encode())
    return lint(source, Config(), Project.around(name, None, ()))


@pytest.fixture(scope="session")
def observations() -> Mapping[str, Observed]:
    cases = [case for table in TABLES.values() for case in table]
    observed = observe([case.program for case in cases])
    return {f"{case.table}: {case.title}": one for case, one in zip(cases, observed, strict=True)}


def ids(case: Case) -> str:
    return f"{case.table}: {case.title}"


@pytest.mark.parametrize("case", [case for table in TABLES.values() for case in table], ids=ids)
def test_the_comments_are_true(case: Case, observations: Mapping[str, Observed]) -> None:
    prove(case, observations[ids(case)])


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_the_verdict_is_the_truth(case: Case, observations: Mapping[str, Observed]) -> None:
    judge(case, observations[ids(case)], verdict(case))


def test_the_tables_are_whole() -> None:
    everything = [case for table in TABLES.values() for case in table]
    assert len({ids(case) for case in everything}) == len(everything)
    assert len(CASES) >= 540
    assert sum(not case.is_dangerous for case in CASES) >= 260
    for table in (
        *("branches", "classes", "conditions", "decorators", "exits", "fixtures", "flags", "functions"),
        *("maybe", "patches", "places", "scopes", "setups", "tables"),
    ):
        guarded = sum(not case.is_dangerous for case in TABLES[table])
        assert guarded >= 5, table
        assert len(TABLES[table]) - guarded >= 5, table


HEAD = "try:\n    from lib import x\nexcept ImportError:\n    x = None\n\ndef f():\n"
DIES = "    return x()"
GUARDED = "    return x() if x else 0"
MASKED = "    try:\n        return x(){}\n    except TypeError:\n        return 0"
INSIDE = "    def run(it):\n        return it()\n    return run(x){}"


def planted(body: str, note: str = "") -> tuple[Case, Observed]:
    """A case of our own making, and what its run saw."""
    case = read("planted", f"### a title\n{note}\n```py\n{HEAD}{body}\n```\n")[0]
    return case, observe([case.program])[0]


@pytest.mark.parametrize(
    "body", [DIES + "  # dies", GUARDED, MASKED.format("  # masked"), INSIDE.format("  # dies inside")]
)
def test_a_true_comment_passes(body: str) -> None:
    prove(*planted(body))


@pytest.mark.parametrize(
    ("body", "note"),
    [
        pytest.param(DIES, "", id="a crash is not told"),
        pytest.param(GUARDED + "  # dies", "", id="a crash is told that never comes"),
        pytest.param("    y = x  # dies\n    return y()", "", id="a crash is told of another line"),
        pytest.param(DIES + "  # dies\n    return x()  # dies", "", id="one of two never comes"),
        pytest.param(DIES + "  # masked", "", id="a crash is called masked"),
        pytest.param(MASKED.format(""), "", id="a mask is not told"),
        pytest.param(MASKED.format("  # dies"), "", id="a mask is called a crash"),
        pytest.param(INSIDE.format("  # dies"), "", id="it dies further in"),
        pytest.param(DIES + "  # dies inside", "", id="it dies right here"),
        pytest.param("    return None()  # dies", "", id="it dies with nothing missing, too"),
        pytest.param("    if False:\n        x()", "", id="the use is never met"),
        pytest.param(GUARDED, "- nothing is asked", id="something is asked"),
    ],
)
def test_a_wrong_comment_turns_it_red(body: str, note: str) -> None:
    with pytest.raises(AssertionError):
        prove(*planted(body, note))


def test_a_right_verdict_passes() -> None:
    for body in (DIES + "  # dies", GUARDED):
        case, observed = planted(body)
        judge(case, observed, verdict(case))


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda _: None, id="silent"),
        pytest.param(lambda finding: replace(finding, code="FBK103"), id="another code"),
        pytest.param(lambda finding: replace(finding, uses=()), id="no use"),
        pytest.param(lambda finding: moved(finding, line=1), id="another line"),
        pytest.param(lambda finding: moved(finding, when="import"), id="another time"),
        pytest.param(lambda finding: moved(finding, kind="attribute"), id="another kind"),
    ],
)
def test_a_wrong_verdict_turns_it_red(spoil: Callable[[Finding], Finding | None]) -> None:
    case, observed = planted(DIES + "  # dies", "- kind: call")
    result = verdict(case)
    judge(case, observed, result)
    spoiled = tuple(finding for finding in map(spoil, result.findings) if finding is not None)
    with pytest.raises(AssertionError):
        judge(case, observed, replace(result, findings=spoiled))


def test_a_false_alarm_turns_it_red() -> None:
    case, observed = planted(GUARDED)
    alarm = verdict(planted(DIES + "  # dies")[0])
    with pytest.raises(AssertionError):
        judge(case, observed, alarm)


def moved(finding: Finding, **changes: object) -> Finding:
    """The finding with its uses changed."""
    return replace(finding, uses=tuple(Use(**(asdict(use) | changes)) for use in finding.uses))


def test_what_is_missing_comes_in_every_combination() -> None:
    tree = ast.parse("import lib.fast\nfrom lib import x\nimport json\nY = 'other'\nZ = 'lib is not there'\n")
    names = parts(tree)
    assert names == ["lib.fast", "lib", "lib.x", "other"]
    found = set(shortages(names))
    assert {frozenset({name}) for name in names} <= found
    assert frozenset(names) in found
    assert frozenset({"lib", "lib.x"}) not in found
    assert len(list(shortages([f"lib.a{n}" for n in range(9)]))) == 10
