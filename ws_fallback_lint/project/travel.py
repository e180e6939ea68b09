"""How names travel between the modules of a project, as their texts show it."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from ws_fallback_lint.project.asked import Asked
from ws_fallback_lint.project.place import Place, absolute_in
from ws_fallback_lint.project.reads import Memo
from ws_fallback_lint.project.roots import Project
from ws_fallback_lint.project.texts import Text

# A name that passes through more functions of other modules than this is not followed.
MOST_STEPS = 2
_MOST_NAMES = 500
# Texts are kept of so many modules.
_MOST_TEXTS = 5000


@dataclass(frozen=True, slots=True, eq=False)
class Name:
    """A name of a module of the project; where `name` is empty, the module itself, or one of its statements.

    `start` is where that statement begins, in bytes. `Travel.name` gives the only one of its kind.
    """

    place: Place
    name: str
    start: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Goal:
    """What names are asked to depend on. `leads_on` tells whether a module, so far away, is worth a look.

    `known` and `refuted` are names of which an answer is known, with the steps for which it holds;
    `reads` is what that rests on.
    """

    names: Callable[[Name], bool]
    leads_on: Callable[[Place, int], bool]
    known: dict[Name, int] = field(default_factory=dict)
    refuted: dict[Name, int] = field(default_factory=dict)
    reads: set[str] = field(default_factory=set)


class Travel:
    """Follows names for all files of a project."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._reads = project.neighbours.reads
        self._texts: dict[str, Text] = {}
        self._names: dict[tuple[str, str, str, int | None], Name] = {}
        self._near = Memo[tuple[str, str], frozenset[Place]](self._reads)
        self._public = Memo[tuple[str, str], frozenset[str]](self._reads)
        self._stars = Memo[tuple[str, str], dict[str, list[Place]]](self._reads)
        self._targets = Memo[tuple[tuple[str, ...], str, str | None], Name | None](self._reads)
        self._edges = Memo[tuple[Name, bool], tuple[tuple[Name, bool], ...]](self._reads)

    def view(self, place: Place) -> Project:
        """The project as a module of it sees it."""
        return self._project.at(place)

    def name(self, place: Place, name: str, start: int | None = None) -> Name:
        """A name of a module, or a statement."""
        key = (place.path, place.name, name, start)
        if key not in self._names:
            self._names[key] = Name(place, name, start)
        return self._names[key]

    def text(self, place: Place) -> Text:
        """The text of a module."""
        self._reads.file(place.path)
        if place.path not in self._texts:
            if len(self._texts) >= _MOST_TEXTS:
                self._texts.clear()
            self._texts[place.path] = Text(self._project.neighbours.data(place.path))
        return self._texts[place.path]

    def text_of(self, place: Place, data: bytes) -> Text:
        """The text of a module that need not be on the disk as it is; the disk is not asked."""
        known = self._texts.get(place.path)
        return known if known is not None and known.data == data else Text(data)

    def target(self, place: Place, module: str, attr: str | None) -> Name | None:
        """What a module asks for, if it is the project's: the name of another module, or that module."""
        name, view = absolute_in(place, module), self.view(place)
        if not name or not view.may_hold(name.partition(".")[0]):
            return None  # as most: it is not of the project
        parts = [*name.split("."), attr] if attr else name.split(".")
        return self._targets.get((view.roots, name, attr), lambda: self.chain(view, parts))

    def module(self, place: Place, module: str) -> Place | None:
        """The module of the project that another takes all names from; None where it is none."""
        target = self.target(place, module, None)
        return None if target is None or target.name else target.place

    def chain(self, view: Project, parts: list[str]) -> Name | None:
        """What a chain of names leads to, the first being that of a module: the last name of a module in it.

        None where the project has no such module.
        """
        places = view.locate(".".join(parts))
        for index, place in enumerate(places):
            rest = parts[place.name.count(".") + 1 :]
            is_last = index == len(places) - 1
            # A submodule gives way to a name that the package binds itself.
            if rest and (is_last or (rest[0] in self.text(place).locals and self._rebinds(place, rest[0]))):
                return self.name(place, rest[0])
            if not rest:
                return self.name(place, "")
        return None

    def _rebinds(self, place: Place, name: str) -> bool:
        """Whether a package takes from elsewhere what it calls like one of its submodules."""
        return any(
            absolute_in(place, one.module) not in ("", place.name) or one.attr != name
            for one in self.text(place).locals[name]
            if one.attr is not None
        )

    def reached(self, place: Place, one: Asked, chains: Iterable[str]) -> Iterator[tuple[str, Name]]:
        """What an import of a module makes of names, and of chains of them, each with where it comes from."""
        target = self.target(place, one.module, one.attr)
        if one.attr is not None and target is not None and target.name:
            yield one.local, target
            return
        if one.attr == "*":
            return
        root = absolute_in(place, one.module).split(".")
        root = [*root, one.attr] if one.attr else root if one.is_renamed else root[:1]
        view = self.view(place)
        if not view.may_hold(root[0]):
            return
        for chain in chains:
            first, *rest = chain.split(".")
            found = self.chain(view, [*root, *rest]) if first == one.local and rest else None
            if found is not None and found.name:
                names = found.place.name.count(".") + 2 - len(root)
                yield ".".join([first, *rest[:names]]), found

    def public(self, place: Place) -> frozenset[str]:
        """The names that a star-import of a module may bring, those it has from such imports included."""
        return self._public.get((place.path, place.name), lambda: frozenset(self._found_public(place)))

    def _found_public(self, place: Place) -> Iterator[str]:
        met, waiting = {place}, [place]
        while waiting:
            text = self.text(waiting[0])
            yield from filter(text.exports, text.bound())
            for one in text.locals.get("*", ()):
                home = self.module(waiting[0], one.module)
                if home is not None and home not in met:
                    met.add(home)
                    waiting.append(home)
            del waiting[0]

    def _starred(self, place: Place) -> dict[str, list[Place]]:
        """The modules from whose star-imports each name of a module may come."""
        return self._stars.get((place.path, place.name), lambda: self._found_starred(place))

    def _found_starred(self, place: Place) -> dict[str, list[Place]]:
        found = defaultdict[str, list[Place]](list)
        for one in self.text(place).locals.get("*", ()):
            home = self.module(place, one.module)
            if home is not None:
                for name in filter(self.text(home).exports, self.public(home)):
                    found[name].append(home)
        return dict(found)

    def near(self, place: Place) -> frozenset[Place]:
        """The modules of the project that a module imports from."""
        return self._near.get((place.path, place.name), lambda: self._near_to(place))

    def _near_to(self, place: Place) -> frozenset[Place]:
        view, asked = self.view(place), self.text(place).asked
        names = (absolute_in(place, module) for module in {one.module for one in asked})
        found = (view.locate(name) for name in names if name)
        whole = (self.target(place, one.module, one.attr) for one in asked if one.attr)
        return frozenset(places[-1] for places in found if places).union(
            one.place for one in whole if one is not None
        )

    def reachable(self, start: Name) -> list[Name]:
        """The names that one may hold, or give back, itself first."""
        met = {start: 0}
        waiting = [start]
        while waiting and len(met) < _MOST_NAMES:
            name = waiting.pop()
            for other, in_body in self._next(name, given=True):
                cost = met[name] + (in_body and other.place.path != name.place.path)
                if cost < met.get(other, MOST_STEPS + 1):
                    met[other] = cost
                    waiting.append(other)
        return [*met]

    def sources(self, name: Name) -> list[Name]:
        """The names that one may directly be, or give back."""
        return [other for other, _ in self._next(name, given=True)]

    def depends(self, start: Name, steps: int, goal: "Goal") -> bool:
        """Whether what a name holds, or does, may depend on a goal.

        `steps` are how many modules that do more than hand a name on may lie between.
        """
        met: dict[Name, tuple[int, Name | None]] = {start: (0, None)}
        waiting = deque((start,))
        while waiting:
            name = waiting.popleft()
            cost, _ = met[name]
            if goal.names(name) or goal.known.get(name, steps + 1) <= steps - cost:
                way: Name | None = name
                while way is not None:
                    cost, before = met[way]
                    goal.known[way] = min(steps - cost, goal.known.get(way, steps))
                    way = before
                return True
            if goal.refuted.get(name, -1) >= steps - cost:
                continue
            leads_on = goal.leads_on(name.place, steps - cost)
            for other, in_body in self._next(name, given=False):
                if in_body and not leads_on:
                    continue
                is_step = in_body and other.place.path != name.place.path
                if cost + is_step < met.get(other, (steps + 1, None))[0]:
                    met[other] = (cost + is_step, name)
                    (waiting.append if is_step else waiting.appendleft)(other)
        for name, (cost, _) in met.items():
            goal.refuted[name] = max(steps - cost, goal.refuted.get(name, -1))
        return False

    def _next(self, name: Name, *, given: bool) -> tuple[tuple[Name, bool], ...]:
        return self._edges.get((name, given), lambda: tuple(dict.fromkeys(self._found(name, given))))

    def _found(self, name: Name, given: bool) -> Iterator[tuple[Name, bool]]:
        text, place = self.text(name.place), name.place
        if name.start is not None:
            yield from self._led_to(place, name.name, text.mentioned(name.start))
            return
        for one in text.locals.get(name.name, ()):
            target = self.target(place, one.module, one.attr)
            if target is not None and target.name:
                yield target, False
        for home in self._starred(place).get(name.name, ()):
            yield self.name(home, name.name), False
        if given:
            yield from self._led_to(place, name.name, text.given(name.name))
        else:  # one statement may bind hundreds of names: what it mentions is told once
            yield from ((self.name(place, "", start), True) for start in text.starts(name.name))

    def _led_to(self, place: Place, name: str, chains: Iterable[str]) -> Iterator[tuple[Name, bool]]:
        """The names that chains of names in what binds a name lead to."""
        text = self.text(place)
        for chain in chains:
            first = chain.partition(".")[0]
            if text.defines(first) and first != name:
                yield self.name(place, first), True
            for one in text.locals.get(first, ()):
                yield from ((target, True) for _, target in self.reached(place, one, [chain]))
