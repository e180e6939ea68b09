"""One module of a project as those see it that import from it."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from ws_fallback_lint.analysis.conditions import Asks
from ws_fallback_lint.analysis.guarded import Binding, GuardedImport, Holds
from ws_fallback_lint.analysis.module import parse
from ws_fallback_lint.analysis.names import own_scope
from ws_fallback_lint.core.source import Source
from ws_fallback_lint.flow.entry import asked_for
from ws_fallback_lint.flow.left import Left, dependent_classes
from ws_fallback_lint.flow.module_uses import ModuleUses
from ws_fallback_lint.flow.subject import Subject
from ws_fallback_lint.flow.walk import Walk
from ws_fallback_lint.project.elsewhere import Elsewhere
from ws_fallback_lint.project.place import Place
from ws_fallback_lint.project.reach import Fallback
from ws_fallback_lint.project.roots import Project

_OF_FLAG = frozenset(dir(True))


@dataclass(frozen=True, slots=True)
class Reach:
    """What is remembered of a guarded import: the names that may depend on it.

    Some are `functions`; some are `lost` with it: they hold a fallback, if nothing else binds them later.
    Where it `runs` when the module is imported, the end of that tells what they hold.
    """

    fallback: Fallback
    names: frozenset[str]
    functions: frozenset[str]
    lost: frozenset[str]
    runs: bool


class Provider:
    """One module, read."""

    def __init__(
        self,
        place: Place,
        project: Project,
        pythons: int,
        is_guard: Callable[[Project], Callable[[str], bool]],
    ) -> None:
        self.place = place
        self.project = project
        self.source = Source(place.path, project.neighbours.data(place.path))
        # Who imports from it may ask for the surroundings where it does not.
        self.alone = parse(self.source, pythons, Asks.SURROUNDINGS)
        self.module = self.alone.among(Elsewhere(project, project.neighbours.reads.lasting(place.path)))
        self.uses = ModuleUses(self.module, is_guard(self.project))
        self.lefts: dict[tuple[Fallback, int], Left | None] = {}

    @cached_property
    def guarded_imports(self) -> tuple[GuardedImport, ...]:
        """Those of the module."""
        return self.module.guarded_imports

    def walker(self, number: int) -> Walk:
        """A walk for one of them that has still to run."""
        guarded = self.guarded_imports[number]
        return self.uses.walker(Subject(guarded, self.module.site_of(guarded)))

    def reaches(self) -> Iterator[Reach]:
        """What depends on each guarded import of the module that others can meet."""
        for number, guarded in enumerate(self.guarded_imports):
            # What a function asks for is up to who calls it; what it keeps for itself is nobody else's.
            is_named = any(ref.module for ref in guarded.imported)
            if guarded.outcomes and is_named and (guarded.reach is None or guarded.is_given_back):
                walk = self.walker(number)
                yield self._reach(walk, Fallback(self.place, number))
                walk.end()

    def _reach(self, walk: Walk, fallback: Fallback) -> Reach:
        guarded = walk.guarded
        around = walk.subject.function if guarded.reach else None
        own = walk.table.names | walk.mentions.filled(set(walk.table.names))
        own |= asked_for(walk.table, walk.facts)
        known = walk.callees.closure(own if around is None else {around.name})
        known -= walk.callees.closure(())  # words that matter to every walk
        names = frozenset(one for one in known if one.isidentifier())
        functions = names & self.module.facts.functions.keys() - walk.table.names
        fallbacks = ((name, held) for one in guarded.outcomes for name, held in one.bindings)
        lost = {name for name, held in fallbacks if may_die(held, is_flag=name not in guarded.names)}
        runs = guarded.function is None
        return Reach(fallback, names | dependent_classes(walk), functions, names & lost, runs)

    def may_give_nothing(self, name: str, reach: Reach) -> bool:
        """Whether a function has a `return` that may give a fallback: None, or one of the names lost."""
        node = self.module.facts.functions.get(name)
        return node is not None and _may_give_nothing(node, reach.names)

    def end(self) -> None:
        """Let go of everything."""
        for left in filter(None, self.lefts.values()):
            left.walk.end()
        self.lefts.clear()
        self.module.end()
        self.alone.end()


def may_die(binding: Binding, *, is_flag: bool = True) -> bool:
    """Whether some use of a value may die of what it is; a flag is made to be asked, whatever it is."""
    if binding.content is not None and any(may_die(one) for _, one in binding.content.entries):
        return True
    match binding.holds:
        case Holds.NONE | Holds.UNBOUND:
            return True
        case Holds.CONSTANT | Holds.STAND_IN:
            known = binding.known
            if is_flag and known.attributes == _OF_FLAG and known.literal in ("True", "False", None):
                return False
            return known.attributes is not None or known.callable is False
        case _:
            return False


def _may_give_nothing(node: ast.FunctionDef | ast.AsyncFunctionDef, names: frozenset[str]) -> bool:
    """Whether a function has a `return` that may give a fallback: None, or one of some names."""
    for statement in node.body:
        for part in own_scope(statement):
            if isinstance(part, ast.Return):
                match part.value:
                    case None | ast.Constant() | ast.IfExp() | ast.BoolOp():
                        return True
                    case ast.Name() | ast.Attribute() | ast.Subscript() | ast.Call() | ast.Await():
                        read = {one.id for one in ast.walk(part.value) if isinstance(one, ast.Name)}
                        if not names.isdisjoint(read):
                            return True
                    case _:
                        pass
    return False
