"""What names stand for which a module imports from other modules of its project.

Those are read on demand, and only here; what one of them cannot tell stays unknown.
"""

import ast
import re
from collections import Counter
from functools import cache

from ws_fallback_lint.analysis.calls import NEVER_RETURN
from ws_fallback_lint.analysis.module import Module, parse
from ws_fallback_lint.analysis.names import qualified, written
from ws_fallback_lint.core.errors import NotAnalyzed
from ws_fallback_lint.core.source import Source
from ws_fallback_lint.project.importing import absolute_in
from ws_fallback_lint.project.neighbours import Place
from ws_fallback_lint.project.roots import Project

# A name handed on by more modules than this is not followed to its end.
_MOST_STEPS = 20
# Where more modules than this lie beside a script they are not looked through.
_MOST_BESIDE = 100


def module_at(place: Place, project: Project) -> Module | None:
    """Another module of a project, read for itself; None where that cannot be done."""
    try:
        return parse(Source(place.path, project.neighbours.data(place.path)))
    except (NotAnalyzed, RecursionError):
        return None


class Elsewhere:
    """Answers for the project around one module."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._read: dict[str, Module | None] = {}
        self._ends: dict[str, bool] = {}
        self._written = cache(self._counted)
        self._is_own = cache(self._is_unknown_beside)

    def end(self) -> None:
        """Let go of what was read: its parts refer to each other, and would wait to be collected."""
        for module in filter(None, self._read.values()):
            module.end()
        vars(self).clear()

    def tells_of(self, module: Module) -> bool:
        """Whether anything is known here of what a module imports that it does not say itself."""
        imports = module.facts.imports
        if any(self._comes_from_outside(name) for name in imports.values()):
            return True
        statements = (statement.value for statement in module.nodes.of(ast.Expr))
        called = {qualified(one.func, imports) for one in statements if isinstance(one, ast.Call)}
        return any(name not in NEVER_RETURN and self.never_returns(name) for name in called if name)

    def _comes_from_outside(self, name: str) -> bool:
        origin = self.origin(name)
        return origin != self._project.absolute(name) and not self._project.locate(origin)

    def origin(self, name: str) -> str:
        """Where a dotted name comes from: `pytest.skip` for `.helpers.skip` that `helpers` has imported.

        Names of the project come back absolute, what nobody here knows as it is.
        """
        name = self._project.absolute(name)
        for _ in range(_MOST_STEPS):
            found = self._home(name, defined=False)
            if found is None:
                return name
            place, module, (first, *rest) = found
            again = module.facts.imports.get(first)
            if again is None or not self._is_settled(place, first):
                return name
            name = ".".join([absolute_in(place, again), *rest])
        return name

    def never_returns(self, name: str) -> bool:
        """Whether a call of something that the project defines, or hands on, never comes back."""
        name = self.origin(name)
        if name not in self._ends:
            self._ends[name] = False  # functions that call each other are judged by their other paths
            self._ends[name] = self._never_ends(name)
        return self._ends[name]

    def _never_ends(self, name: str) -> bool:
        found = self._home(name, defined=True)
        if found is None:
            return name in NEVER_RETURN
        place, module, parts = found
        return (
            len(parts) == 1
            and parts[0] in module.facts.functions
            and self._is_settled(place, parts[0])
            and module.never_returns(ast.Call(ast.Name(parts[0], ast.Load()), [], []))
        )

    def is_own(self, name: str) -> bool:
        """Whether a module that nothing but files beside it can import is named in none of them.

        That is so for scripts: what lies in a package, or where a project's imports start, is public.
        """
        return self._project.is_script and self._is_own(name)

    def _is_unknown_beside(self, name: str) -> bool:
        project = self._project
        beside = [path for path in project.sources(project.home) if path != project.file.path]
        if len(beside) > _MOST_BESIDE:
            return False
        word = re.compile(rb"\b%s\b" % re.escape(name.encode()))
        texts = map(project.neighbours.data, beside)
        return not any(name.encode() in text and word.search(text) for text in texts)

    def _home(self, name: str, *, defined: bool) -> tuple[Place, Module, list[str]] | None:
        """The module of the project that defines a name, or imports it, and the rest of the name.

        None where there is none. Most modules define it, as their text shows: those are not parsed in vain.
        """
        places = self._project.locate(name)
        if not places:
            return None
        place = places[-1]
        rest = name[len(place.name) + 1 :]
        first = rest.partition(".")[0]
        if not rest or self._project.neighbours.defines(place.path, first) is not defined:
            return None
        module = self._module(place)
        return None if module is None else (place, module, rest.split("."))

    def _is_settled(self, place: Place, name: str) -> bool:
        """Whether one statement of a module alone binds a name, whatever happens."""
        module = self._module(place)
        if module is None or name in module.facts.declared_global or self._written(place)["*"]:
            return False
        return self._written(place)[name] == 1 and name in {
            bound
            for statement in module.tree.body
            if isinstance(statement, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.AsyncFunctionDef)
            for bound in written(statement)
        }

    def _module(self, place: Place) -> Module | None:
        if place.path not in self._read:
            module = module_at(place, self._project)
            self._read[place.path] = module and module.among(_Beside(self, place))
        return self._read[place.path]

    def _counted(self, place: Place) -> Counter[str]:
        """How many statements of a module bind each name at its top level."""
        module = self._module(place)
        return Counter(name for one in module.tree.body for name in {*written(one)}) if module else Counter()


class _Beside:
    """Answers for another module of the project. What its imports bring is followed only for who asks."""

    def __init__(self, elsewhere: Elsewhere, place: Place) -> None:
        self._elsewhere = elsewhere
        self._place = place

    def origin(self, name: str) -> str:
        return name

    def never_returns(self, name: str) -> bool:
        return self._elsewhere.never_returns(absolute_in(self._place, name))

    def is_own(self, _: str) -> bool:
        return False

    def end(self) -> None:
        pass
