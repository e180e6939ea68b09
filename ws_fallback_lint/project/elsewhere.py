"""What names stand for which a module imports from other modules of its project.

Those are read on demand, and only here; what one of them cannot tell stays unknown.
"""

import ast
import os
import re
from collections import Counter
from functools import cache

from ws_fallback_lint.analysis.calls import NEVER_RETURN
from ws_fallback_lint.analysis.module import Module, parse
from ws_fallback_lint.analysis.names import written
from ws_fallback_lint.core.errors import NotAnalyzed
from ws_fallback_lint.core.source import Source
from ws_fallback_lint.project.importing import absolute_in
from ws_fallback_lint.project.neighbours import Place
from ws_fallback_lint.project.roots import Project

# A name handed on by more modules than this is not followed to its end.
_MOST_STEPS = 20


class Elsewhere:
    """Answers for the project around one module."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._module = cache(self._parsed)
        self._written = cache(self._counted)

    def origin(self, name: str) -> str:
        """Where a dotted name comes from: `pytest.skip` for `.helpers.skip` that `helpers` has imported.

        Names of the project come back absolute, what nobody here knows as it is.
        """
        name = self._project.absolute(name)
        for _ in range(_MOST_STEPS):
            found = self._home(name)
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
        found = self._home(name)
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
        project = self._project
        if not project.is_script:
            return False
        word = re.compile(rb"\b%s\b" % re.escape(name.encode()))
        files = (os.path.join(project.home, entry) for entry in project.modules_beside)
        return not any(word.search(project.neighbours.data(path)) for path in files)

    def _home(self, name: str) -> tuple[Place, Module, list[str]] | None:
        """The module of the project that holds a name, and the rest of the name; None where there is none."""
        places = self._project.locate(name)
        if not places:
            return None
        known, path = places[-1]
        rest = name[len(known) + 1 :]
        place = Place(path, known)
        module = self._module(place) if rest else None
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

    def _parsed(self, place: Place) -> Module | None:
        data = self._project.neighbours.data(place.path)
        try:
            return parse(Source(place.path, data)).among(_Beside(self, place)) if data else None
        except (NotAnalyzed, RecursionError):
            return None

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
