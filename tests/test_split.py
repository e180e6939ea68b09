"""A verdict does not depend on where a module is cut in two.

The cases of truth/, whose verdicts have been proved by running them, are cut behind their last guarded
import at the top level: one module tries the imports, another takes all names from it. What dies there is
the same, so FBK201 has to tell the same lines.
"""

import ast
from dataclasses import dataclass
from pathlib import Path

import pytest
from test_truth import CASES, Case, ids, verdict

from ws_fallback_lint import lint_source
from ws_fallback_lint.analysis.functions import bound_in
from ws_fallback_lint.analysis.guarded import Holds, Scope
from ws_fallback_lint.analysis.module import Module, parse
from ws_fallback_lint.core.source import Source

# What both halves would have to do for the whole to stay the same.
_SAME_MODULE = ("globals()", "__name__", "vars()", "locals()", "global ", "sys.modules", "setattr(")


@dataclass(frozen=True, slots=True)
class Cut:
    """The two halves of a case; the lines of the second are those of the case."""

    first: str
    second: str
    dying: frozenset[int]


def cut(case: Case) -> Cut | None:
    """The halves; None for a case that cannot be cut."""
    code = case.program.code
    if case.program.tests or any(word in code for word in _SAME_MODULE):
        return None
    module = parse(Source("case.py", code.encode()))
    end = _end(module)
    rest = [one for one in module.tree.body if end is not None and one.lineno > end]
    if end is None or not rest or any(line <= end for line in case.dies | case.inside):
        return None
    before = [one for one in module.tree.body if one.lineno <= end]
    names = sorted(name for name in bound_in(before) - _unbound(module) if not name.startswith("__"))
    lines = code.splitlines(keepends=True)
    future = "from __future__ import annotations\n" if "__future__" in code else ""
    taken = f"{future}from p.first import {', '.join(names)}\n"
    second = taken + "\n" * (end - taken.count("\n")) + "".join(lines[end:])
    return Cut("".join(lines[:end]), second, case.dies | case.inside)


def _unbound(module: Module) -> set[str]:
    """Names that some way through a guarded import does not bind: nobody can take them for sure."""
    found: set[str] = set()
    for guarded in module.guarded_imports:
        for outcome in (*guarded.successes, *guarded.outcomes):
            found.update(name for name, held in outcome.bindings if held.holds is Holds.UNBOUND)
    return found


def _end(module: Module) -> int | None:
    """The last line of the guarded imports; None where one stands elsewhere, or may leave a name unbound."""
    end = 0
    for guarded in module.guarded_imports:
        if guarded.scope is not Scope.MODULE:
            return None
        bindings = (outcome.of(name) for outcome in guarded.outcomes for name in guarded.names)
        if any(binding.holds is Holds.UNBOUND for binding in bindings):
            return None
        end = max(end, guarded.region.end_line)
    return end or None


CUTS = [pytest.param(case, found, id=ids(case)) for case in CASES if (found := cut(case)) is not None]


@pytest.mark.parametrize(("case", "halves"), CUTS)
def test_what_dies_of_another_module_is_what_dies_of_the_same(
    case: Case, halves: Cut, tmp_path: Path
) -> None:
    folder = tmp_path / "p"
    folder.mkdir()
    folder.joinpath("__init__.py").touch()
    folder.joinpath("first.py").write_text(halves.first, "utf-8")
    ast.parse(halves.second)
    result = lint_source(halves.second, str(folder / "second.py"))
    told = {use.line for one in result.findings if one.code == "FBK201" for use in one.uses}
    whole = {use.line for finding in verdict(case).findings for use in finding.uses}
    assert told == whole == halves.dying


def test_many_cases_can_be_cut() -> None:
    assert len(CUTS) >= 300
