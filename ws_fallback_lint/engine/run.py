"""Lint or fix many files. A file that breaks something costs itself, never the run.

Files are analysed first and written last, so that no analysis sees a tree that is half fixed. The results
are the same, and in the same order, whatever the number of jobs.
"""

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING

from ws_fallback_lint.core.config import Config
from ws_fallback_lint.core.errors import NotAnalyzed
from ws_fallback_lint.core.findings import Finding, Problem, Result
from ws_fallback_lint.core.source import Source
from ws_fallback_lint.engine.disk import read, shown, write
from ws_fallback_lint.engine.files import Target
from ws_fallback_lint.engine.fix import fix
from ws_fallback_lint.engine.links import Links
from ws_fallback_lint.engine.lint import lint, may_hold_findings
from ws_fallback_lint.engine.workspace import Workspace
from ws_fallback_lint.project.roots import Project

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

# Below this many files, starting processes takes longer than they save.
WORTH_A_POOL = 200
# Chunks for each process: enough to share out well, few enough to keep the talk between processes small.
_CHUNKS_PER_JOB = 8


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
    `excerpts` are (line from 1, its text) for the findings of `result`.
    """

    result: Result
    fixed: tuple[Finding, ...] = ()
    change: Change | None = None
    encoding: str = "utf-8"
    excerpts: tuple[tuple[int, str], ...] = ()


def run(targets: Sequence[Target], order: Order, jobs: int = 1) -> tuple[Checked, ...]:
    """Lint or fix files, in at most `jobs` processes; one `Checked` for each, in their order."""
    done = _joined(targets, _all_checked(targets, order, jobs), order, jobs)
    if order.mode is not Mode.FIX:
        return done
    return tuple(_written(target, checked) for target, checked in zip(targets, done, strict=True))


def _all_checked(targets: Sequence[Target], order: Order, jobs: int) -> tuple[Checked, ...]:
    if jobs > 1 and len(targets) > WORTH_A_POOL:
        return tuple(_shared_out(targets, order, jobs))
    return _check_all(targets, order)


def _joined(
    targets: Sequence[Target], done: tuple[Checked, ...], order: Order, jobs: int
) -> tuple[Checked, ...]:
    """Look once more at the files whose names die in others, now that this is known."""
    links = Links.between(targets, [checked.result for checked in done])
    told = [replace(target, externals=links.of(target)) for target in targets if links.of(target)]
    anew = dict(zip((one.path for one in told), _all_checked(told, order, jobs), strict=True))
    both = (anew.get(target.path, checked) for target, checked in zip(targets, done, strict=True))
    return tuple(replace(one, result=links.without_answered(one.result)) for one in both)


def check(source: Source, target: Target, order: Order, workspace: Workspace | None = None) -> Checked:
    """Lint or fix the text of a target; of the disk, only its project is looked at, with `workspace`."""
    try:
        if not may_hold_findings(source.data):
            return Checked(Result(source.path))
        around = workspace or Workspace()
        project = around.project(target.path, target.root, target.config.src)
        return _check(source, target.config, replace(project, externals=target.externals), order)
    except RecursionError:
        return _failed(source.path, "not analysed: it is nested too deeply")
    except MemoryError:
        return _failed(source.path, "not analysed: it takes more memory than there is")


def usable_processors() -> int:
    """How many processors this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)  # Linux has it; elsewhere all of them count
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def _check(source: Source, config: Config, project: Project, order: Order) -> Checked:
    fixed: tuple[Finding, ...] = ()
    change = None
    result = lint(source, config, project, fixes=order.fixes or order.mode is Mode.DIFF)
    if order.mode is not Mode.CHECK and result.findings:
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
    except NotAnalyzed as error:
        return _failed(shown(target.path), error.reason)
    except MemoryError:
        return _failed(shown(target.path), "not read: it takes more memory than there is")
    return check(source, target, order, workspace)


def _check_all(
    targets: Sequence[Target], order: Order, workspace: Workspace | None = None
) -> tuple[Checked, ...]:
    workspace = workspace or Workspace()
    return tuple(_check_file(target, order, workspace) for target in targets)


def _failed(path: str, reason: str) -> Checked:
    return Checked(Result(path, problems=(Problem(path, 1, 1, reason),)))


def _written(target: Target, checked: Checked) -> Checked:
    """Write what was fixed; where that fails, say so and report the file as it stands on the disk."""
    if checked.change is None:
        return checked
    try:
        write(target.path, checked.change.after, checked.change.before)
    except NotAnalyzed as error:
        path = checked.result.path
        now = _check_file(target, Order(fixes=True, excerpts=bool(checked.excerpts)))
        problems = (*now.result.problems, Problem(path, 1, 1, error.reason))
        return replace(now, result=replace(now.result, problems=problems))
    return checked


def _shared_out(targets: Sequence[Target], order: Order, jobs: int) -> Iterator[Checked]:
    from concurrent.futures.process import BrokenProcessPool  # costs more than linting a file does

    pool = _pool(jobs)
    try:
        chunks = tuple(_chunks(targets, jobs))
        pending: list[Future[tuple[Checked, ...]] | None] = []
        for chunk in chunks:
            try:
                pending.append(pool.submit(_check_chunk, chunk, order))
            except BrokenProcessPool:
                pending.append(None)
        for chunk, future in zip(chunks, pending, strict=True):
            try:
                yield from future.result() if future else _one_by_one(chunk, order)
            except BrokenProcessPool:
                yield from _one_by_one(chunk, order)
    finally:
        pool.shutdown(cancel_futures=True)


def _check_chunk(targets: Sequence[Target], order: Order) -> tuple[Checked, ...]:
    return _check_all(targets, order, _workspace_of_process())


@cache
def _workspace_of_process() -> Workspace:
    """What a process of a pool has learned of the project from the files before."""
    return Workspace()


def _one_by_one(targets: Sequence[Target], order: Order) -> Iterator[Checked]:
    """Check each file in a process that only it can take down."""
    from concurrent.futures.process import BrokenProcessPool

    pool = _pool(1)
    try:
        for target in targets:
            try:
                yield pool.submit(_check_file, target, order).result()
            except BrokenProcessPool:
                yield _failed(shown(target.path), "not analysed: it crashed the process that tried")
                pool.shutdown()
                pool = _pool(1)
    finally:
        pool.shutdown(cancel_futures=True)


def _pool(jobs: int) -> "ProcessPoolExecutor":
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    # Forking is the fastest start, and safe here: this process has one thread.
    method = "fork" if sys.platform == "linux" else None
    context = multiprocessing.get_context(method)
    # Ctrl-C reaches every process of the terminal: workers go at once and without a word.
    return ProcessPoolExecutor(jobs, context, signal.signal, (signal.SIGINT, signal.SIG_DFL))


def _chunks(targets: Sequence[Target], jobs: int) -> Iterator[tuple[Target, ...]]:
    """Cut the files into runs of about as many bytes each."""
    sizes = [_size(target.path) for target in targets]
    limit = sum(sizes) // (jobs * _CHUNKS_PER_JOB) + 1
    chunk: list[Target] = []
    held = 0
    for target, size in zip(targets, sizes, strict=True):
        chunk.append(target)
        held += size
        if held >= limit:
            yield tuple(chunk)
            chunk, held = [], 0
    if chunk:
        yield tuple(chunk)


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0
