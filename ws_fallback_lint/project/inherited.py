"""Uses of names that another module of the project may have left without their import."""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace

from ws_fallback_lint.analysis.guarded import GuardedImport
from ws_fallback_lint.core.config import Config
from ws_fallback_lint.core.findings import External, Use
from ws_fallback_lint.core.source import Source
from ws_fallback_lint.core.spans import Region
from ws_fallback_lint.flow.subject import Subject
from ws_fallback_lint.flow.uses import Seen, When
from ws_fallback_lint.project.carried import Carried
from ws_fallback_lint.project.judge import Judge
from ws_fallback_lint.project.needed import Needed
from ws_fallback_lint.project.provider import Provider
from ws_fallback_lint.project.providers import providers_for
from ws_fallback_lint.project.reach import Fallback, Only
from ws_fallback_lint.project.roots import Project
from ws_fallback_lint.project.travel import Name
from ws_fallback_lint.project.verdicts import Verdict

_AT_THE_END = Region(1_000_000_000, 0, 1_000_000_000, 0)


@dataclass(frozen=True, slots=True)
class Inherited:
    """A use that dies where a guarded import of another module has failed.

    `names` are the names there that it may die of, `verdict` is what is then said of it in `source`.
    """

    seen: Seen
    source: Source
    names: tuple[str, ...]
    verdict: Verdict
    external: External


@dataclass(frozen=True, slots=True)
class Route:
    """What a module takes of a guarded import of another one, and every use of that.

    `taken` are the names here, each with where it is imported and the name there; outcomes of uses from
    `first` on are failures.
    """

    fallback: Fallback
    taken: tuple[tuple[str, tuple[Region, Name]], ...]
    seen: tuple[Seen, ...]
    first: int


class Inheritance:
    """Answers for one module. `met` are the fallbacks of other modules that it may meet."""

    def __init__(self, project: Project, config: Config, met: Sequence[Fallback]) -> None:
        self._project = project
        self._config = config
        self.providers = providers_for(project, config)
        self._known: dict[tuple[Fallback, Only], tuple[Subject | None, list[Seen]]] = {}
        self._met = met

    def uses(self, judge: Judge) -> Iterator[Inherited]:
        """The uses in the judge's module that die, fallback by fallback, each in the order of the file."""
        return (inherited for _, inherited in self.dying(judge))

    def dying(self, judge: Judge) -> Iterator[tuple[Fallback, Inherited]]:
        """The same, each with the guarded import that it dies of."""
        for fallback in self._met:
            home = self.providers.provider(fallback.place)
            # Most modules use what may be lost as if it never were, or not at all: only then guards matter.
            if home is None or not self._walked(judge, fallback, Only.DANGERS)[1]:
                continue
            subject, seen = self._walked(judge, fallback, Only.TELLING)
            if subject is not None and isinstance(subject.brought, Carried):
                told = self._judged(seen, subject.guarded, subject.brought, fallback, home, judge.needed)
                yield from ((fallback, inherited) for inherited in told)

    def routes(self, judge: Judge) -> Iterator[Route]:
        """What the judge's module takes from others that a fallback can be in, and all its uses."""
        file = self._project.file
        for fallback in self._met:
            subject, seen = self._seen(judge, fallback, Only.TELLING)
            taken = self.providers.subject(file, judge.module, fallback, only=Only.DANGERS)
            if subject is not None and taken is not None and isinstance(taken.brought, Carried):
                entries = tuple(taken.brought.taken.items())
                yield Route(fallback, entries, tuple(seen), len(subject.guarded.successes))

    def _seen(self, judge: Judge, fallback: Fallback, only: Only) -> tuple[Subject | None, list[Seen]]:
        """Every use of what is brought along."""
        key = (fallback, only)
        if key not in self._known:
            self._known[key] = self._found(judge, fallback, only)
        return self._known[key]

    def _found(self, judge: Judge, fallback: Fallback, only: Only) -> tuple[Subject | None, list[Seen]]:
        subject = self.providers.subject(self._project.file, judge.module, fallback, only=only)
        if subject is None:
            return None, []
        if only is Only.DANGERS and not judge.walked.may_meet(subject):
            return subject, []  # of these only uses that die count
        walk = judge.walked.walker(subject)
        seen = sorted(walk.run().values(), key=lambda one: one.region)
        walk.end()
        return subject, seen

    def _walked(self, judge: Judge, fallback: Fallback, only: Only) -> tuple[Subject | None, list[Seen]]:
        """The uses that die for want of a guarded import, as far as names are brought along."""
        subject, seen = self._seen(judge, fallback, only)
        if subject is None or not isinstance(subject.brought, Carried):
            return subject, []
        first, places = len(subject.guarded.successes), subject.brought.places
        return subject, [one for one in seen if _failures(one, first, places)]

    def _judged(
        self,
        seen: list[Seen],
        outside: GuardedImport,
        carried: Carried,
        fallback: Fallback,
        home: Provider,
        needed: Needed,
    ) -> Iterator[Inherited]:
        left = self.providers.left(fallback.place, fallback)
        if left is None:
            return
        guarded = home.guarded_imports[fallback.number]
        at_home = Judge(home.module, home.place.path, self._config, home.project)
        first, first_outside = len(guarded.successes), len(outside.successes)
        ruled_out: dict[tuple[int, Region], bool] = {}
        for one in seen:
            fails = set()
            # What a module imports later does not help what dies while it is imported.
            until = one.region if one.when is When.IMPORT else _AT_THE_END
            for index in _failures(one, first_outside, carried.places):
                if (index, until) not in ruled_out:
                    here, there = outside.outcomes[index - first_outside], left.outcomes[index] - first
                    ruled_out[index, until] = at_home.needed.rules_out(
                        guarded, guarded.outcomes[there]
                    ) or needed.rules_out(replace(outside, region=until), here)
                if not ruled_out[index, until]:
                    fails.add(left.outcomes[index] - first)
            if fails:
                yield from self._told(one, frozenset(fails), carried, guarded, home.source, at_home)

    def _told(
        self,
        seen: Seen,
        fails: frozenset[int],
        carried: Carried,
        guarded: GuardedImport,
        source: Source,
        at_home: Judge,
    ) -> Iterator[Inherited]:
        sources = [carried.sources[seen.name]] if seen.name in carried.sources else []
        sources += [name for _, region in seen.roots for name in carried.places.get(region, ())]
        asked = {name.name for name in sources}
        names = tuple(name for name in guarded.names if name in asked) or guarded.names
        use = Use(self._project.file.path, 0, 0, seen.kind.value, seen.when.value)
        ordinal = at_home.module.ordinal(guarded)
        external = External(guarded.names, ordinal, tuple(sorted(fails)), names, use)
        for verdict in at_home.told_of(external).verdicts_of(guarded):
            if any(loss.elsewhere for loss in verdict.losses):
                lost = tuple(loss.name for loss in verdict.losses if loss.elsewhere)
                yield Inherited(seen, source, lost, verdict, external)
                return


def _failures(seen: Seen, first: int, places: Container[Region]) -> set[int]:
    """The failures, from `first` on, in which a use dies of what was imported at some places.

    What dies when all is well, too, has nothing to do with the import, unless it is seen to come from there.
    """
    failures = {index for index in seen.fails if index >= first}
    if len(failures) == len(seen.fails):
        return failures
    return failures & {index for index, region in seen.roots if region in places}
