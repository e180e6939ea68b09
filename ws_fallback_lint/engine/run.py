"""Lint or fix many files. A file that breaks something costs itself, never the run.

Files are analysed first and written last, so that no analysis sees a tree that is half fixed. The results
are the same, and in the same order, whatever the number of jobs.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING

from ws_fallback_lint.core.config import Config
from ws_fallback_lint.core.errors import NotAnalyzed, TooLarge, unfinished
from ws_fallback_lint.core.results import Problem, Result
from ws_fallback_lint.core.source import Source
from ws_fallback_lint.engine.collector import young_only
from ws_fallback_lint.engine.disk import read, says, shown, size
from ws_fallback_lint.engine.files import Target
from ws_fallback_lint.engine.lint import Known, lint, may_hold_findings, may_inherit_findings, prepare
from ws_fallback_lint.engine.states import Basis
from ws_fallback_lint.engine.workspace import Workspace

if TYPE_CHECKING:
    from ws_fallback_lint.core.findings import Finding
    from ws_fallback_lint.engine.memory import Memory
    from ws_fallback_lint.project.roots import Project

# Below this many bytes, starting processes takes longer than they save: `benchmarks/processes.py`.
WORTH_A_POOL = 1_000_000

_OUTSIDE = "not written: a link leads to it, out of what was asked for; name it to have it fixed"

# Is told how many files are done, and of how many; more may come to be looked at once more.
Watch = Callable[[int, int], None]


class Mode(Enum):
    """What to do about findings that have a fix."""

    CHECK = "report them"
    DIFF = "report them, and show what fixing would change"
    FIX = "fix them, report what remains"


@dataclass(frozen=True, slots=True)
class Order:
    """What is wanted of every file: `unsafe` fixes too; `fixes` and `excerpts` of source with findings."""

    mode: Mode = Mode.CHECK
    unsafe: bool = False
    fixes: bool = False
    excerpts: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """The bytes of a file before and after its fixes."""

    before: bytes
    after: bytes


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of one file.

    `result` speaks of the file as it is now: after fixes that were written, before fixes that are only
    shown. `fixed` are the findings that were fixed, or would be. Edits in `result` are in `encoding`.
    `excerpts` are (line from 1, its text) for the findings of `result`. Without a `basis` it counts for
    this run alone.
    """

    result: Result
    fixed: "tuple[Finding, ...]" = ()
    change: Change | None = None
    encoding: str = "utf-8"
    excerpts: tuple[tuple[int, str], ...] = ()
    basis: Basis | None = field(default=None, compare=False, repr=False)


def unwatched(_done: int, _of: int) -> None:
    """For a run that nobody looks at."""


def run(
    targets: Sequence[Target],
    order: Order,
    jobs: int = 1,
    watch: Watch = unwatched,
    memory: "Memory | None" = None,
) -> tuple[Checked, ...]:
    """Lint or fix files, in at most `jobs` processes; one `Checked` for each, in their order."""
    find = partial(_found, order=order, jobs=jobs, memory=memory)
    of = len(targets)
    done = find(targets, lambda count: watch(count, of))
    done = _joined(targets, done, find, watch)
    if order.mode is not Mode.FIX:
        return done
    return _all_written(targets, done)


def _found(
    targets: Sequence[Target], tell: Callable[[int], None], order: Order, jobs: int, memory: "Memory | None"
) -> tuple[Checked, ...]:
    """What becomes of files, from memory where it is known."""
    known = memory.known(targets, order) if memory else {}
    left = [target for target in targets if target.path not in known]
    start = partial(_checker, order, memory is not None)
    done = _all_checked(start, left, jobs, lambda count: tell(len(known) + count))
    if memory:
        memory.keep(left, done, order)
    new = dict(zip((target.path for target in left), done, strict=True))
    return tuple(known.get(target.path) or new[target.path] for target in targets)


def _all_checked(
    start: Callable[[], Callable[[Target], Checked]],
    targets: Sequence[Target],
    jobs: int,
    tell: Callable[[int], None],
) -> tuple[Checked, ...]:
    sizes = [size(target.path) for target in targets] if jobs > 1 else []
    if sum(sizes) < WORTH_A_POOL:
        return tuple(_one_by_one(start(), targets, tell))
    from ws_fallback_lint.engine.pool import Work, shared_out  # dear, and of use for large trees only

    prepare()
    return shared_out(Work(start, _crashed), targets, sizes, jobs, tell)


def _one_by_one(
    look: Callable[[Target], Checked], targets: Sequence[Target], tell: Callable[[int], None]
) -> Iterator[Checked]:
    for count, target in enumerate(targets, 1):
        yield look(target)
        tell(count)


def _checker(order: Order, remembers: bool) -> Callable[[Target], Checked]:
    """Checks files, and remembers what it has learned of their project from those before."""
    workspace = Workspace(remembers=remembers)

    def look(target: Target) -> Checked:
        with young_only():
            return _check_file(target, order, workspace)

    return look


def _joined(
    targets: Sequence[Target],
    done: tuple[Checked, ...],
    find: Callable[[Sequence[Target], Callable[[int], None]], tuple[Checked, ...]],
    watch: Watch,
) -> tuple[Checked, ...]:
    """Look once more at the files whose names die in others, now that this is known."""
    if not any(checked.result.links for checked in done):
        return done
    from ws_fallback_lint.engine.links import Links

    links = Links.between(targets, [checked.result for checked in done])
    told = [replace(target, externals=one) for target in targets if (one := links.of(target))]
    before, of = len(targets), len(targets) + len(told)
    looked_at = find(told, lambda count: watch(before + count, of))
    anew = dict(zip((one.path for one in told), looked_at, strict=True))
    both = (anew.get(target.path, checked) for target, checked in zip(targets, done, strict=True))
    return tuple(
        replace(one, result=links.without_answered(one.result)) if one.result.links else one for one in both
    )


def check(source: Source, target: Target, order: Order, workspace: Workspace | None = None) -> Checked:
    """Lint or fix the text of a target; of the disk, only its project is looked at, with `workspace`."""
    try:
        may_hold = may_hold_findings(source.data, target.config)
        if not may_hold and not may_inherit_findings(source.data, target.config):
            return Checked(Result(source.path))
        around = workspace or Workspace()
        project = around.project(target.path, target.root, target.config.src)
        return _check(source, target.config, replace(project, externals=target.externals), order, may_hold)
    except Exception as error:  # noqa: BLE001 - what is not to happen costs this file, never the run
        return _failed(source.path, unfinished(error))


def _check(source: Source, config: Config, project: "Project", order: Order, may_hold: bool) -> Checked:
    fixed: tuple[Finding, ...] = ()
    change = None
    fixes = order.fixes or order.mode is Mode.DIFF
    result = lint(source, config, project, fixes=fixes, known=Known(may_hold=may_hold))
    if order.mode is not Mode.CHECK and result.findings:
        from ws_fallback_lint.engine.fix import fix

        outcome = fix(source, config, project, unsafe=order.unsafe)
        fixed = outcome.applied
        if fixed:
            change = Change(source.data, outcome.source.data)
        if order.mode is Mode.FIX:
            source, result = outcome.source, outcome.result
        result = replace(result, problems=(*result.problems, *outcome.dropped))
    if not result.findings:
        return Checked(result, fixed, change)
    lines = sorted({finding.place.line for finding in result.findings} if order.excerpts else ())
    excerpts = tuple((line, source.line(line)) for line in lines)
    return Checked(result, fixed, change, source.encoding, excerpts)


def _check_file(target: Target, order: Order, workspace: Workspace | None = None) -> Checked:
    try:
        source = Source(shown(target.path), read(target.path))
    except TooLarge as error:
        imports = says(target.path, b"import")
        return _failed(shown(target.path), error.reason) if imports else Checked(Result(shown(target.path)))
    except NotAnalyzed as error:
        return _failed(shown(target.path), error.reason)
    except MemoryError as error:
        return _failed(shown(target.path), unfinished(error))
    around = workspace or Workspace()
    checked, basis = around.resting(source.data, target.root, lambda: check(source, target, order, around))
    return replace(checked, basis=basis)


def _crashed(target: Target) -> Checked:
    return _failed(shown(target.path), "not analysed: it crashed the process that tried")


def _failed(path: str, reason: str) -> Checked:
    return Checked(Result(path, problems=(Problem(path, 1, 1, reason),)))


def _all_written(targets: Sequence[Target], done: Sequence[Checked]) -> tuple[Checked, ...]:
    """Write what was fixed, and say where that was not all."""
    from ws_fallback_lint.engine.rewrite import tidy

    tidy(sorted({_folder(target.path) for target in targets}))
    # What was written, and how many names each had then: the last one of a file, if all are in the run.
    names: dict[tuple[int, int], int] = {}
    written = []
    for target, checked in zip(targets, done, strict=True):
        now, was = _written(target, checked)
        if was is not None:
            names[was.st_dev, was.st_ino] = was.st_nlink
        written.append((now, was))
    others = (0 if was is None else names[was.st_dev, was.st_ino] - 1 for _, was in written)
    return tuple(_linked(now, more) if more else now for (now, _), more in zip(written, others, strict=True))


def _folder(path: str) -> str:
    """Where the file is to which a path leads."""
    # A real path is looked up step by step: no time for that where there is no link.
    return os.path.dirname(os.path.realpath(path) if os.path.islink(path) else path) or os.curdir


def _written(target: Target, checked: Checked) -> tuple[Checked, os.stat_result | None]:
    """Write what was fixed; where that fails, say so and report the file as it stands on the disk."""
    if checked.change is None:
        return checked, None
    from ws_fallback_lint.engine.rewrite import write

    reason = _OUTSIDE
    if not target.outside:
        try:
            return checked, write(target.path, checked.change.after, checked.change.before)
        except NotAnalyzed as error:
            reason = error.reason
    now = _check_file(target, Order(fixes=True, excerpts=bool(checked.excerpts)))
    return _with_problem(now, reason), None


def _linked(checked: Checked, others: int) -> Checked:
    names = "another name" if others == 1 else f"{others} other names"
    return _with_problem(checked, f"written, but {names} of the file (hard links) kept the old text")


def _with_problem(checked: Checked, reason: str) -> Checked:
    path = checked.result.path
    problems = (*checked.result.problems, Problem(path, 1, 1, reason))
    return replace(checked, result=replace(checked.result, problems=problems))
