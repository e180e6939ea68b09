"""The modules of a project for those that import from them: which of their names a fallback can reach.

Modules are read when somebody takes a name of theirs that may matter, and the last few are kept.
"""

from functools import partial
from typing import TYPE_CHECKING

from ws_fallback_lint.analysis.prefilter import may_hold_guarded_import
from ws_fallback_lint.core.config import Config
from ws_fallback_lint.core.errors import NotAnalyzed
from ws_fallback_lint.project.place import Place
from ws_fallback_lint.project.reach import Fallback, Only
from ws_fallback_lint.project.reads import Memo
from ws_fallback_lint.project.roots import Project
from ws_fallback_lint.project.texts import Text
from ws_fallback_lint.project.travel import MOST_STEPS, Goal, Name, Travel

if TYPE_CHECKING:
    from ws_fallback_lint.analysis.guarded import Binding
    from ws_fallback_lint.analysis.module import Module
    from ws_fallback_lint.flow.left import Left
    from ws_fallback_lint.flow.subject import Subject
    from ws_fallback_lint.project.provider import Provider, Reach


class Providers:
    """Answers for all files of a project with the same configuration. `reads` is what answers rest on."""

    def __init__(self, project: Project, config: Config) -> None:
        self._pythons = partial(project.pythons, config)
        self._config = config
        self.reads = project.neighbours.reads
        self._data = project.neighbours.data
        self.travel = Travel(project)
        self._most_kept = project.neighbours.most_kept
        self._kept: dict[tuple[str, str], Provider | None] = {}
        self._reaches: Memo[tuple[str, str], tuple[Reach, ...]] = Memo(self.reads)
        self._dangers = Memo[Name, frozenset[Fallback]](self.reads)
        self._own = Memo[Name, frozenset[Fallback]](self.reads)
        self._leads = Memo[tuple[Place, Place, int], bool](self.reads)
        self._goals: dict[Fallback, Goal] = {}

    def end(self) -> None:
        """Let go of the modules that were read."""
        while self._kept:
            provider = self._kept.pop(next(iter(self._kept)))
            if provider is not None:
                provider.end()

    def trim(self) -> None:
        """Let go of the modules that were read if they are many: what they left refers to each other."""
        if len(self._kept) > self._most_kept:
            self.end()

    def provider(self, place: Place) -> "Provider | None":
        """A module, read; None where that cannot be done."""
        key = (place.path, place.name)
        self.reads.file(place.path)
        if key not in self._kept:
            self._kept[key] = self._read(place)
        return self._kept[key]

    def _read(self, place: Place) -> "Provider | None":
        from ws_fallback_lint.project.listed import ListedGuards
        from ws_fallback_lint.project.provider import Provider

        view, pythons = self.travel.view(place), self._pythons()
        try:
            return Provider(place, view, pythons, lambda one: ListedGuards(self._config, one).hold)
        except (NotAnalyzed, RecursionError):
            return None

    def dangers_to(self, place: Place, text: Text) -> frozenset[Fallback]:
        """The guarded imports of other modules of which a module may meet a fallback, by its text."""
        found: set[Fallback] = set()
        for one in dict.fromkeys(text.asked):
            if one.attr == "*":
                found |= self._behind_star(place, one.module, text)
                continue
            for _, name in self.travel.reached(place, one, text.chains(one.local)):
                found |= self.dangers(name)
        return frozenset(one for one in found if one.place != place)

    def _behind_star(self, place: Place, module: str, text: Text) -> frozenset[Fallback]:
        home = self.travel.module(place, module)
        if home is None:
            return frozenset()
        said = filter(text.says, self.travel.public(home))
        return frozenset().union(*(self.dangers(self.travel.name(home, name)) for name in said))

    def dangers(self, name: Name) -> frozenset[Fallback]:
        """The guarded imports of which a name may hold, or give back, a fallback."""
        return self._dangers.get(name, lambda: self._found_dangers(name))

    def _found_dangers(self, name: Name) -> frozenset[Fallback]:
        reachable = self.travel.reachable(name)
        losing = {one.place for one in reachable if self.travel.text(one.place).loses(one.name)}
        own = (self._own_dangers(one) for one in reachable if one.place in losing)
        return frozenset().union(*own)

    def _own_dangers(self, name: Name) -> frozenset[Fallback]:
        """Those of its own module."""
        return self._own.get(
            name,
            lambda: frozenset(
                one.fallback
                for one in self.reaches(name.place)
                if name.name in one.names and self._is_danger(name, one)
            ),
        )

    def _is_danger(self, name: Name, reach: "Reach") -> bool:
        """Whether a name of a module holds a fallback of it in some outcome, or gives one when called."""
        from ws_fallback_lint.project.provider import may_die

        is_lost = name.name in reach.lost
        if name.name in reach.functions:
            provider = self.provider(name.place)
            if provider is None or not provider.may_give_nothing(name.name, reach):
                return False
        elif is_lost and not reach.runs:
            return True
        left = self.left(name.place, reach.fallback)
        if left is None:
            return False
        given: dict[bool, set[Binding]] = {True: set(), False: set()}
        for index in range(len(left.states)):
            given[index in left.successes].update(left.given(name.name, index))
        if is_lost:
            return any(may_die(one, is_flag=False) for one in given[False])
        return any(map(may_die, given[False] - given[True]))

    def reaches(self, place: Place) -> "tuple[Reach, ...]":
        """What depends on each guarded import of a module."""
        return self._reaches.get((place.path, place.name), lambda: self._found_reaches(place))

    def _found_reaches(self, place: Place) -> "tuple[Reach, ...]":
        provider = self.provider(place) if may_hold_guarded_import(self._data(place.path)) else None
        try:
            return tuple(provider.reaches()) if provider else ()
        except RecursionError:  # its own check says so
            return ()

    def tells(self, name: Name, fallback: Fallback, steps: int = MOST_STEPS) -> bool:
        """Whether what a name holds, or does, may depend on a guarded import.

        `steps` are how many modules that do something with it may lie between.
        """
        if fallback not in self._goals:
            related = next(
                (one.names for one in self.reaches(fallback.place) if one.fallback == fallback), ()
            )
            self._goals[fallback] = Goal(
                lambda one: one.place == fallback.place and one.name in related,
                partial(self._leads_to, fallback.place),
            )
        goal = self._goals[fallback]
        answer, read = self.reads.during(lambda: self.travel.depends(name, steps, goal))
        goal.reads.update(read)  # what it knows already counts for whoever asks next
        self.reads.now |= goal.reads
        return answer

    def _leads_to(self, home: Place, place: Place, steps: int) -> bool:
        """Whether a module can have something of another or its packages, in so many steps and one more."""
        return self._leads.get((home, place, steps), lambda: self._finds_way(home, place, steps))

    def _finds_way(self, home: Place, place: Place, steps: int) -> bool:
        near = self.travel.near(place)
        packages = {home, *self.travel.view(home).locate(home.name)}
        return (
            place in packages
            or not near.isdisjoint(packages)
            or (steps > 0 and any(self._leads_to(home, one, steps - 1) for one in near))
        )

    def carried(self, name: Name, fallback: Fallback, steps: int) -> "tuple[Left, str] | None":
        """What the module leaves that a name comes from, and its name there; None where nothing is known."""
        met = {name}
        while name.place != fallback.place and self._only_hands_on(name, fallback, steps):
            text = self.travel.text(name.place)
            asked = text.locals.get(name.name) or text.locals.get("*", [])
            wanted = ((one.module, name.name if one.attr == "*" else one.attr) for one in asked)
            targets = (self.travel.target(name.place, module, attr) for module, attr in wanted)
            telling = [one for one in targets if one and one.name and self.tells(one, fallback, steps)]
            if len(telling) != 1 or telling[0] in met:
                return None
            (name,) = telling
            met.add(name)
        left = self.left(name.place, fallback, steps)
        return None if left is None else (left, name.name)

    def _only_hands_on(self, name: Name, fallback: Fallback, steps: int) -> bool:
        """Whether a module does nothing with what it takes from a guarded import, and hands a name on."""
        text = self.travel.text(name.place)
        if text.defines(name.name):
            return False
        for one in dict.fromkeys(text.asked):
            if one.attr == "*":
                continue
            for _, target in self.travel.reached(name.place, one, text.chains(one.local)):
                if self.tells(target, fallback, steps - 1) and not (
                    one.attr and text.only_hands_on(one.local)
                ):
                    return False
        return True

    def left(self, place: Place, fallback: Fallback, steps: int = MOST_STEPS) -> "Left | None":
        """What a module leaves of a guarded import, its own or another's; None where that is not known.

        Modules may import each other in circles, so each is read with one step less than who asks for it.
        """
        provider = self.provider(place)
        if provider is None:
            return None
        key = (fallback, 0 if place == fallback.place else steps)
        if key not in provider.lefts:
            left, read = self.reads.during(lambda: self._left(provider, fallback, steps))
            self.reads.lasting(place.path).update(read)
            provider.lefts[key] = left
        return provider.lefts[key]

    def _left(self, provider: "Provider", fallback: Fallback, steps: int) -> "Left | None":
        try:
            return self._end_of(provider, fallback, steps)
        except RecursionError:
            return None

    def _end_of(self, provider: "Provider", fallback: Fallback, steps: int) -> "Left | None":
        from ws_fallback_lint.flow.left import Left

        if provider.place == fallback.place:
            return Left.at_home(provider.walker(fallback.number))
        if steps == 0:
            return None
        inherited = self.subject(provider.place, provider.module, fallback, steps - 1)
        return None if inherited is None else Left.on_the_way(provider.uses.walker(inherited))

    def subject(
        self,
        place: Place,
        module: "Module",
        fallback: Fallback,
        steps: int = MOST_STEPS,
        only: Only = Only.TELLING,
    ) -> "Subject | None":
        """What a walk through another module is about; None where nothing of the fallback gets there."""
        from ws_fallback_lint.flow.subject import Subject
        from ws_fallback_lint.project.carried import Carried

        home = self.provider(fallback.place)
        left = self.left(fallback.place, fallback)
        carried = Carried(module, place, fallback, self, steps, only)
        if home is None or left is None or not carried.names:
            return None
        guarded = home.guarded_imports[fallback.number]
        return Subject(left.seen_from_outside(guarded, home.project.absolute), None, carried)


def providers_for(project: Project, config: Config) -> Providers:
    """What is known of the other modules, shared by files that see them in the same way."""
    key = ("providers", project.root, project.starts or project.roots, config.guards, config.requires_python)
    found = project.neighbours.shared.get(key)
    if not isinstance(found, Providers):
        found = Providers(project, config)
        project.neighbours.shared[key] = found
    return found


def fallbacks_met(project: Project, config: Config, data: bytes) -> list[Fallback]:
    """The guarded imports of other modules of which a file, with this text, may meet a fallback."""
    providers = providers_for(project, config)
    providers.trim()
    text = providers.travel.text_of(project.file, data)
    met = providers.dangers_to(project.file, text)
    return sorted(met, key=lambda one: (one.place.path, one.number))
