"""How fallbacks travel through the files of a run: `check --graph`."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ws_fallback_lint.analysis.module import parse
from ws_fallback_lint.analysis.prefilter import may_hold_guarded_import
from ws_fallback_lint.core.errors import TOO_DEEP, NotAnalyzed
from ws_fallback_lint.core.results import Problem
from ws_fallback_lint.core.source import Source
from ws_fallback_lint.engine.disk import read, shown
from ws_fallback_lint.engine.files import Target
from ws_fallback_lint.engine.run import Watch, unwatched
from ws_fallback_lint.engine.workspace import Workspace
from ws_fallback_lint.project.asked import may_inherit
from ws_fallback_lint.project.inherited import Inheritance
from ws_fallback_lint.project.judge import judged
from ws_fallback_lint.project.providers import fallbacks_met
from ws_fallback_lint.project.routes import Routes, Step, Stop, StopKind, Verdict


@dataclass(frozen=True, slots=True)
class Graph:
    """Places, and the steps between them, in the order of the files; and what could not be looked at."""

    stops: tuple[Stop, ...]
    steps: tuple[Step, ...]
    problems: tuple[Problem, ...] = ()


def graph(targets: Sequence[Target], wanted: Sequence[str] = (), watch: Watch = unwatched) -> Graph:
    """The ways of fallbacks through some files; with `wanted`, those through such names, or files."""
    workspace = Workspace()
    steps: dict[Step, None] = {}
    problems: list[Problem] = []
    for count, target in enumerate(targets):
        watch(count, len(targets))
        try:
            steps.update(dict.fromkeys(_steps(target, workspace)))
        except NotAnalyzed as error:
            problems.append(Problem(shown(target.path), error.line, error.column, error.reason))
        except RecursionError:
            problems.append(Problem(shown(target.path), 1, 1, TOO_DEEP))
    dying = {stop for _, stop in steps if stop.verdict == Verdict.DIES.value}
    reported = _before(steps, dying)
    told = [(_told(one, reported), _told(other, reported)) for one, other in steps]
    kept = _around(told, wanted) if wanted else told
    ordered = sorted(dict.fromkeys(kept))
    return Graph(tuple(sorted({stop for step in ordered for stop in step})), tuple(ordered), tuple(problems))


def _steps(target: Target, workspace: Workspace) -> list[Step]:
    source = Source(shown(target.path), read(target.path))
    if not may_hold_guarded_import(source.data) and not may_inherit(source.data):
        return []
    config = target.config
    project = workspace.project(target.path, target.root, config.src)
    module = parse(source, project.pythons(config))
    inheritance = Inheritance(project, config, fallbacks_met(project, config, source.data))
    judge = judged(module, source.path, config, project, always=True)
    found = [*Routes(judge, source, inheritance, project).steps()]
    judge.module.end()
    return found


def _before(steps: Iterable[Step], ends: set[Stop]) -> set[Stop]:
    """The places on a way to some ends."""
    before: dict[Stop, list[Stop]] = {}
    for one, other in steps:
        before.setdefault(other, []).append(one)
    return _closure(ends, before)


def _closure(starts: Iterable[Stop], ways: dict[Stop, list[Stop]]) -> set[Stop]:
    met = {*starts}
    waiting = [*met]
    while waiting:
        for stop in ways.get(waiting.pop(), ()):
            if stop not in met:
                met.add(stop)
                waiting.append(stop)
    return met


def _told(stop: Stop, dying: set[Stop]) -> Stop:
    """A place as reports show it; a fallback that something dies of is one that is reported."""
    is_reported = stop.kind is StopKind.FALLBACK and stop in dying and stop.verdict != "allow"
    verdict = Verdict.REPORTED.value if is_reported else stop.verdict
    return replace(stop, path=shown(stop.path), verdict=verdict)


def _around(steps: list[Step], wanted: Sequence[str]) -> list[Step]:
    """The steps on a way through a place with a name, or in a file, that somebody wants."""
    paths = {shown(os.path.abspath(one)) for one in wanted}
    stops = {stop for step in steps for stop in step}
    chosen = {stop for stop in stops if stop.path in paths or stop.name in wanted}
    after: dict[Stop, list[Stop]] = {}
    for one, other in steps:
        after.setdefault(one, []).append(other)
    both = _before(steps, chosen) | _closure(chosen, after)
    return [step for step in steps if both.issuperset(step)]
