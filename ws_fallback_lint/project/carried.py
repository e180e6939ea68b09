"""What the imports of one module bring along of a guarded import that another module holds."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from ws_fallback_lint.analysis.calls import imports_of
from ws_fallback_lint.analysis.guarded import Binding, Holds, Imported
from ws_fallback_lint.analysis.module import Module
from ws_fallback_lint.core.spans import Region
from ws_fallback_lint.flow.left import moved
from ws_fallback_lint.flow.subject import Statement
from ws_fallback_lint.flow.words import importing
from ws_fallback_lint.project.asked import Asked
from ws_fallback_lint.project.place import Place, absolute_in
from ws_fallback_lint.project.reach import Only
from ws_fallback_lint.project.travel import MOST_STEPS, Name

if TYPE_CHECKING:
    from ws_fallback_lint.flow.left import Left
    from ws_fallback_lint.project.providers import Providers
    from ws_fallback_lint.project.reach import Fallback


class Carried:
    """As `flow.subject.Brought` has it.

    `sources` are the names of other modules by the names that imports bind to them, `places` by what
    imports them; `taken` has both.
    """

    # `steps`: how many modules that do something with a name may lie between it and the fallback.
    def __init__(
        self,
        module: Module,
        place: Place,
        fallback: "Fallback",
        providers: "Providers",
        steps: int,
        only: Only,
    ) -> None:
        self._module = module
        self._place = place
        self._fallback = fallback
        self._providers = providers
        self._steps = steps
        self._only = only
        self._left: dict[Name, tuple[Left, str] | None] = {}
        self._statements: dict[Statement, list[tuple[str, Imported, Name]]] = {}
        for statement in module.import_statements:
            found = [entry for ref in imports_of(statement) for entry in self._reached(ref)]
            if found:
                self._statements[statement] = found
        entries = [entry for found in self._statements.values() for entry in found]
        self.taken = {local: (ref.region, name) for local, ref, name in entries}
        self.sources = {local: name for local, (_, name) in self.taken.items()}
        self.places = _by_place(entries)
        self.names = frozenset(self.sources)
        tops = {module.partition(".")[0] for module in self._lost()}
        again = (ref for ref in module.import_refs if self._absolute(ref).package in tops)
        words = {importing(ref) for ref in again} | {importing(ref) for _, ref, _ in entries}
        self.words = frozenset(words | {name.partition(".")[0] for name in self.names})

    def by(self, statement: Statement, outcome: int) -> Mapping[str, Binding | None] | None:
        """What a statement binds in an outcome, None for what stays as it is; None where it fails."""
        if self._steps == MOST_STEPS:
            return self._by(statement, outcome)
        # The walk through a module on the way is kept, and tells others, too.
        reads = self._providers.reads
        found, read = reads.during(lambda: self._by(statement, outcome))
        reads.lasting(self._place.path).update(read)
        return found

    def _by(self, statement: Statement, outcome: int) -> Mapping[str, Binding | None] | None:
        found: dict[str, Binding | None] = {}
        for local, ref, name in self._statements.get(statement, ()):
            if (name.place, name.name) == (self._place, local):
                found[local] = None  # a module that imports itself
                continue
            carried = self._carried(name)
            if carried is None:
                continue
            left, inner = carried
            if not left.gets_there(outcome):
                return None
            binding = left.of(inner, outcome)
            if binding is None or (ref.attr == "*" and binding.holds is Holds.UNBOUND):
                continue
            if binding.holds is Holds.UNBOUND and local == ref.name:
                return None
            found[local] = moved(binding, ref.region)
        return found

    def _carried(self, name: Name) -> "tuple[Left, str] | None":
        """What a module leaves, and the name of it there; every outcome asks for the same."""
        if name not in self._left:
            self._left[name] = self._providers.carried(name, self._fallback, self._steps)
        return self._left[name]

    def asked(self, statement: Statement) -> tuple[Imported, ...]:
        """What a statement imports, by absolute names."""
        return tuple(map(self._absolute, imports_of(statement)))

    def _absolute(self, ref: Imported) -> Imported:
        return ref._replace(module=absolute_in(self._place, ref.module))

    def _lost(self) -> Iterator[str]:
        provider = self._providers.provider(self._fallback.place)
        if provider is not None:
            guarded = provider.guarded_imports[self._fallback.number]
            yield from (provider.project.absolute(ref.module) for ref in guarded.imported)

    def _reached(self, ref: Imported) -> Iterator[tuple[str, Imported, Name]]:
        asked = Asked(ref.name, ref.module, ref.attr)
        tells, travel = self._tells, self._providers.travel
        if ref.attr == "*":
            home = travel.module(self._place, ref.module)
            if home is not None:
                public = filter(travel.text(home).exports, self._module.identifiers)
                names = (travel.name(home, one) for one in public)
                yield from ((one.name, ref, one) for one in names if tells(one))
            return
        chains = self._module.chains.get(ref.name, ())
        for local, name in travel.reached(self._place, asked, chains):
            if tells(name):
                yield local, ref, name

    def _tells(self, name: Name) -> bool:
        if self._only is Only.DANGERS:
            return self._fallback in self._providers.dangers(name)
        return self._providers.tells(name, self._fallback, self._steps)


def _by_place(entries: Iterable[tuple[str, Imported, Name]]) -> dict[Region, list[Name]]:
    found: dict[Region, list[Name]] = {}
    for _, ref, name in entries:
        found.setdefault(ref.region, []).append(name)
    return found
