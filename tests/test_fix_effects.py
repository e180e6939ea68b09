"""What fixed programs do when they run: fail at once with the cause, and else just what they did.

Each program of forms/effects.md is a module of a real package, before and after its fix. One
interpreter runs all of them: with what they import in place, missing, or broken.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from support import Case, table

from ws_fallback_lint.core.source import Source
from ws_fallback_lint.engine.fix import fix
from ws_fallback_lint.project.roots import Project

CASES = table("effects")
THERE = (
    "x = 41\ny = 'why'\nerror = 'theirs'\ndef make(): return ['made']\n"
    "class Client: name = __name__ + '.Client'\n"
)
BROKEN = "raise ImportError('broken inside')\n"
RUNNER = """
import contextlib, importlib, io, json, sys

def alone(error):
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error

told = []
for name, probe in json.loads(sys.argv[1]):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        try:
            module = importlib.import_module(name)
            seen = {"value": repr(eval(probe, vars(module)))}
        except BaseException as caught:
            error = alone(caught)
            cause = alone(error.__cause__)
            seen = {
                "raised": type(error).__name__, "text": str(error),
                "cause": type(cause).__name__, "reason": str(cause),
            }
    told.append(seen | {"printed": out.getvalue()})
print(json.dumps(told))
"""
Told = dict[str, str]


@dataclass(frozen=True, slots=True)
class Runs:
    """What each program did: before and after its fix, in the three worlds."""

    before: dict[str, list[Told]]
    after: dict[str, list[Told]]


def write(folder: Path, provided: str | None, programs: list[bytes]) -> None:
    (folder / "shop").mkdir(parents=True)
    (folder / "shop" / "__init__.py").write_text("")
    for number, program in enumerate(programs):
        (folder / "shop" / f"page_{number}.py").write_bytes(program)
    if provided is not None:
        for name in ("shop/m.py", "shop/n.py"):
            (folder / name).write_text(provided)
        (folder / "gadgets.py").write_text("size = 3\n" if provided is THERE else provided)


def run(folder: Path) -> list[Told]:
    programs = [(f"shop.page_{number}", case.told("probe")[0]) for number, case in enumerate(CASES)]
    runner = f"import sys; sys.path.insert(0, {str(folder)!r})\n{RUNNER}"
    done = subprocess.run(
        [sys.executable, "-I", "-c", runner, json.dumps(programs)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    told: list[Told] = json.loads(done.stdout)
    return told


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    folder = tmp_path_factory.mktemp("effects")
    write(folder / "source", THERE, [])
    (folder / "source" / "pyproject.toml").write_text("")
    home = folder / "source"
    project = Project.around(str(home / "shop" / "page.py"), str(home), ())
    before = [case.blocks[0].encode() for case in CASES]
    after = []
    for case, data in zip(CASES, before, strict=True):
        fixed = fix(Source("shop/page.py", data), case.config, project, unsafe=True)
        assert fixed.applied, case.title
        after.append(fixed.source.data)
    told: dict[str, dict[str, list[Told]]] = {"before": {}, "after": {}}
    for state, programs in (("before", before), ("after", after)):
        for world, provided in (("there", THERE), ("missing", None), ("broken", BROKEN)):
            write(folder / state / world, provided, programs)
            told[state][world] = run(folder / state / world)
    return Runs(told["before"], told["after"])


EACH = pytest.mark.parametrize("number", range(len(CASES)), ids=[case.title for case in CASES])


def says(case: Case) -> list[str]:
    return case.told("says")


@EACH
def test_with_the_module_in_place_nothing_changes(number: int, runs: Runs) -> None:
    assert "value" in runs.before["there"][number]
    assert runs.after["there"][number] == runs.before["there"][number]


@EACH
def test_without_the_module_the_program_fails_with_the_cause(number: int, runs: Runs) -> None:
    told = runs.after["missing"][number]
    assert told["raised"] == "ImportError"
    assert told["cause"] == "ModuleNotFoundError"
    assert told["reason"].startswith("No module named '")
    assert all(part in told["text"] for part in says(CASES[number]))
    assert (told["reason"] in told["text"]) != bool(CASES[number].told("apart"))


@EACH
def test_without_the_module_the_program_had_gone_on_or_failed_elsewhere(number: int, runs: Runs) -> None:
    told = runs.before["missing"][number]
    assert told.get("raised") not in ("ImportError", "ModuleNotFoundError")


@EACH
def test_a_broken_module_is_told_too(number: int, runs: Runs) -> None:
    told = runs.after["broken"][number]
    assert told["raised"] == "ImportError"
    assert "broken inside" in (told["text"], told["reason"])


@EACH
def test_what_the_handler_printed_is_still_printed(number: int, runs: Runs) -> None:
    before, after = (run["missing"][number]["printed"] for run in (runs.before, runs.after))
    assert after == before or CASES[number].told("quiet")


def test_there_are_programs_enough() -> None:
    assert len(CASES) >= 25
    assert len({case.title for case in CASES}) == len(CASES)
    assert all(says(case) and len(case.told("probe")) == 1 for case in CASES)
