"""How fallbacks travel: from where a name is lost, through the modules that hand it on, to its uses."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from ws_fallback_lint.analysis.guarded import GuardedImport
from ws_fallback_lint.analysis.module import Module
from ws_fallback_lint.analysis.names import bound_by
from ws_fallback_lint.core.source import Source
from ws_fallback_lint.core.spans import Region
from ws_fallback_lint.flow.uses import Seen, UseKind
from ws_fallback_lint.project.inherited import Inheritance
from ws_fallback_lint.project.judge import Judge
from ws_fallback_lint.project.provider import Provider
from ws_fallback_lint.project.reach import Fallback
from ws_fallback_lint.project.roots import Project
from ws_fallback_lint.project.travel import Name
from ws_fallback_lint.project.verdicts import Why


class StopKind(StrEnum):
    """What a place on the way of a fallback is."""

    FALLBACK = "fallback"
    NAME = "name"
    USE = "use"


class Verdict(StrEnum):
    """What is thought of a place; of a fallback, also why nothing is said of it, as in `Silence`."""

    REPORTED = "reported"
    HANDED_ON = "handed-on"
    DIES = "dies"
    MASKED = "masked"
    HARMLESS = "harmless"
    GUARDED = "guarded"


@dataclass(frozen=True, slots=True, order=True)
class Stop:
    """A place on the way of a fallback (1-based, in characters); `path` is that of its file."""

    path: str
    line: int
    column: int
    kind: StopKind
    name: str
    verdict: str


Step = tuple[Stop, Stop]


class Routes:
    """The ways of fallbacks that begin in one file, or end there."""

    def __init__(self, judge: Judge, source: Source, inheritance: Inheritance, project: Project) -> None:
        self._judge = judge
        self._source = source
        self._inheritance = inheritance
        self._project = project
        self._providers = inheritance.providers

    def steps(self) -> Iterator[Step]:
        """Every step of every way, from the fallback on."""
        for guarded in self._judge.module.guarded_imports:
            lost = _lost(self._judge, guarded, self._project.file.path, self._source)
            for seen in self._judge.walked.of(guarded):
                if (stop := lost.get(seen.name)) and _is_telling(seen):
                    first = len(guarded.successes)
                    yield stop, self._use(seen, _verdict(seen, first, seen.fails))
        died: dict[Fallback, set[tuple[Region, str]]] = {}
        for fallback, inherited in self._inheritance.dying(self._judge):
            died.setdefault(fallback, set()).add((inherited.seen.region, inherited.seen.kind.value))
        for route in self._inheritance.routes(self._judge):
            dying = died.get(route.fallback, set())
            yield from self._inherited(route.fallback, dict(route.taken), route.seen, route.first, dying)

    def _inherited(
        self,
        fallback: Fallback,
        taken: dict[str, tuple[Region, Name]],
        seen: tuple[Seen, ...],
        first: int,
        dying: set[tuple[Region, str]],
    ) -> Iterator[Step]:
        home = self._providers.provider(fallback.place)
        if home is None:
            return
        lost = _lost(
            _home_judge(home, self._judge),
            home.guarded_imports[fallback.number],
            home.place.path,
            home.source,
        )
        stops: dict[str, Stop] = {}
        for local, (region, name) in taken.items():
            place = self._source.place(region)
            path = self._project.file.path
            stops[local] = Stop(path, place.line, place.column, StopKind.NAME, local, Verdict.HANDED_ON.value)
            yield from self._way(name, stops[local], fallback, lost, {name})
        for one in seen:
            roots = {region for _, region in one.roots}
            given = [one.name] if one.name in stops else [n for n, (at, _) in taken.items() if at in roots]
            fails = one.fails if (one.region, one.kind.value) in dying else set()
            # What a call gave does not say which name it came from.
            for local in given or (stops if fails else ()):
                if _is_telling(one) or fails:
                    yield stops[local], self._use(one, _verdict(one, first, fails))

    def _way(
        self, name: Name, after: Stop, fallback: Fallback, lost: dict[str, Stop], met: set[Name]
    ) -> Iterator[Step]:
        """The steps from the fallback to a place that takes a name of another module."""
        if name.place == fallback.place and name.name in lost:
            yield lost[name.name], after
            return
        here = self._stop(name)
        yield here, after
        travel = self._providers.travel
        sources = [one for one in travel.sources(name) if fallback in self._providers.dangers(one)]
        if not sources:
            yield from ((stop, here) for stop in lost.values())
        for source in sources:
            if source not in met:
                met.add(source)
                yield from self._way(source, here, fallback, lost, met)

    def _stop(self, name: Name) -> Stop:
        provider = self._providers.provider(name.place)
        region = None if provider is None else _where(provider.module, name.name)
        line, column = 1, 1
        if provider is not None and region is not None:
            place = provider.source.place(region)
            line, column = place.line, place.column
        return Stop(name.place.path, line, column, StopKind.NAME, name.name, Verdict.HANDED_ON.value)

    def _use(self, seen: Seen, verdict: Verdict) -> Stop:
        place = self._source.place(seen.region)
        name = seen.name or "what a call gave"
        return Stop(self._project.file.path, place.line, place.column, StopKind.USE, name, verdict.value)


def _home_judge(home: Provider, judge: Judge) -> Judge:
    return Judge(home.module, home.place.path, judge.config, home.project)


def _lost(judge: Judge, guarded: GuardedImport, path: str, source: Source) -> dict[str, Stop]:
    """The names that a guarded import may lose, each where it gets its fallback."""
    found: dict[str, Stop] = {}
    for outcome in guarded.outcomes:
        for opinion in judge.opinions(outcome, guarded):
            said = Verdict.REPORTED.value if isinstance(opinion.said, Why) else opinion.said.value
            place = source.place(opinion.binding.region or outcome.handlers[-1].header)
            stop = Stop(path, place.line, place.column, StopKind.FALLBACK, opinion.name, said)
            if opinion.name not in found or said == Verdict.REPORTED.value:
                found[opinion.name] = stop
    return found


def _is_telling(seen: Seen) -> bool:
    return seen.kind is not UseKind.READ or bool(seen.fails | seen.masked)


def _verdict(seen: Seen, first: int, fails: set[int]) -> Verdict:
    """What is thought of a use; outcomes from `first` on are failures."""
    if any(index >= first for index in fails):
        return Verdict.DIES
    if any(index >= first for index in seen.masked):
        return Verdict.MASKED
    return Verdict.HARMLESS if any(index >= first for index in seen.met) else Verdict.GUARDED


def _where(module: Module, name: str) -> Region | None:
    """What binds a name in a module; None where nothing says so."""
    nodes = module.nodes
    defined = module.facts.functions.get(name)
    found = [] if defined is None else [Region.of(defined)]
    found += [Region.of(node) for node in nodes.of(ast.ClassDef) if node.name == name]
    found += [Region.of(node) for node in nodes.of(ast.alias) if bound_by(node) == name]
    found += [
        Region.of(one) for one in nodes.of(ast.Name) if one.id == name and isinstance(one.ctx, ast.Store)
    ]
    found += [Region.of(node) for node in nodes.of(ast.alias) if node.name == "*"]
    return found[0] if found else None
