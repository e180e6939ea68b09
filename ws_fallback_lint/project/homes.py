"""Where the names come from that modules of a project take from each other, and which calls never come back.

Modules are read on demand, each for itself; what one of them cannot tell stays unknown.
"""

import ast
from collections import Counter
from functools import cached_property

from ws_fallback_lint.analysis.calls import NEVER_RETURN
from ws_fallback_lint.analysis.module import Module, parse
from ws_fallback_lint.analysis.names import written
from ws_fallback_lint.core.errors import NotAnalyzed
from ws_fallback_lint.core.source import Source
from ws_fallback_lint.project.neighbours import Neighbours
from ws_fallback_lint.project.place import Place, absolute_in
from ws_fallback_lint.project.reads import Memo
from ws_fallback_lint.project.roots import Project

# A name handed on by more modules than this is not followed to its end.
_MOST_STEPS = 20


def module_at(place: Place, project: Project) -> Module | None:
    """Another module of a project, read for itself; None where that cannot be done."""
    try:
        return parse(Source(place.path, project.neighbours.data(place.path)))
    except (NotAnalyzed, RecursionError):
        return None


class Homes:
    """Answers for all files of a run, each asking by its own view of the project."""

    def __init__(self, neighbours: Neighbours) -> None:
        reads = neighbours.reads
        self._most_kept = neighbours.most_kept
        self._kept: dict[tuple[str, str], _Home | None] = {}
        self._origins = Memo[tuple[tuple[str, ...], str], tuple[str, Project]](reads)
        self._ends = Memo[tuple[tuple[str, ...], str], bool](reads)
        self._asking: list[tuple[tuple[str, ...], str]] = []
        self._assumed = False

    def trim(self) -> None:
        """Let go of the modules that were read if they are many. Nothing may be under way."""
        if len(self._kept) > self._most_kept:
            self.end()

    def end(self) -> None:
        """Let go of all modules that were read."""
        for home in filter(None, self._kept.values()):
            home.module.end()
        self._kept.clear()

    def origin(self, view: Project, name: str) -> str:
        """Where a dotted name comes from: `pytest.skip` for `.helpers.skip` that `helpers` has imported.

        Names of the project come back absolute, what nobody here knows as it is.
        """
        return self._origin(view, name)[0]

    def never_returns(self, view: Project, name: str) -> bool:
        """Whether a call of something that the project defines, or hands on, never comes back."""
        name, view = self._origin(view, name)
        key = (view.roots, name)
        if key in self._asking:
            self._assumed = True  # functions that call each other are judged by their other paths
            return False
        if key in self._ends:
            return self._ends.get(key, lambda: False)
        self._asking.append(key)
        try:
            answer, read = view.neighbours.reads.during(lambda: self._never_ends(view, name))
        finally:
            self._asking.pop()
        # What was assumed on the way holds for who was asked first alone.
        if not (self._asking and self._assumed):
            self._assumed = False
            self._ends.put(key, answer, read)
        return answer

    def _origin(self, view: Project, name: str) -> tuple[str, Project]:
        name = view.absolute(name)
        if not view.may_hold(name.partition(".")[0]):
            return name, view  # as most: it is not of the project
        return self._origins.get((view.roots, name), lambda: self._followed(view, name))

    def _followed(self, view: Project, name: str) -> tuple[str, Project]:
        for _ in range(_MOST_STEPS):
            found = self._home(view, name, defined=False)
            if found is None:
                break
            home, (first, *rest) = found
            again = home.module.facts.imports.get(first)
            if again is None or not home.is_settled(first):
                break
            name, view = ".".join([absolute_in(home.place, again), *rest]), home.view
        return name, view

    def _never_ends(self, view: Project, name: str) -> bool:
        found = self._home(view, name, defined=True)
        if found is None:
            return name in NEVER_RETURN
        home, parts = found
        return (
            len(parts) == 1
            and parts[0] in home.module.facts.functions
            and home.is_settled(parts[0])
            and home.module.never_returns(ast.Call(ast.Name(parts[0], ast.Load()), [], []))
        )

    def _home(self, view: Project, name: str, *, defined: bool) -> "tuple[_Home, list[str]] | None":
        """The module of the project that defines a name, or imports it, and the rest of the name.

        None where there is none. Most modules define it, as their text shows: those are not parsed in vain.
        """
        places = view.locate(name)
        if not places:
            return None
        place = places[-1]
        rest = name[len(place.name) + 1 :]
        first = rest.partition(".")[0]
        if not rest or view.neighbours.defines(place.path, first) is not defined:
            return None
        home = self._module(place, view.at(place))
        return None if home is None else (home, rest.split("."))

    def _module(self, place: Place, view: Project) -> "_Home | None":
        key = (place.path, place.name)
        view.neighbours.reads.file(place.path)
        if key not in self._kept:
            module = module_at(place, view)
            self._kept[key] = _Home(place, view, module, self) if module else None
        return self._kept[key]


class _Home:
    """A module that others take names from."""

    def __init__(self, place: Place, view: Project, module: Module, homes: Homes) -> None:
        self.place = place
        self.view = view
        self.module = module.among(_Beside(self, homes))

    def is_settled(self, name: str) -> bool:
        """Whether one statement of the module alone binds a name, whatever happens."""
        return name in self._settled

    @cached_property
    def _settled(self) -> frozenset[str]:
        body = self.module.tree.body
        written_by = [(statement, {*written(statement)}) for statement in body]
        times = Counter(name for _, names in written_by for name in names)
        if times["*"]:
            return frozenset()
        sure = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef)
        bound = {name for statement, names in written_by if isinstance(statement, sure) for name in names}
        return frozenset(one for one in bound - self.module.facts.declared_global if times[one] == 1)


class _Beside:
    """Answers for such a module. What its imports bring is followed only for who asks."""

    def __init__(self, home: _Home, homes: Homes) -> None:
        self._home = home
        self._homes = homes

    def origin(self, name: str) -> str:
        return name

    def never_returns(self, name: str) -> bool:
        return self._homes.never_returns(self._home.view, absolute_in(self._home.place, name))

    def is_own(self, _: str) -> bool:
        return False

    def end(self) -> None:
        vars(self).clear()


def homes_for(project: Project) -> Homes:
    """What is known of where names come from, shared by all files of a run."""
    shared = project.neighbours.shared
    found = shared.get("homes")
    if not isinstance(found, Homes):
        found = shared["homes"] = Homes(project.neighbours)
    return found
