"""What one module is told of the rest of its project: where names come from, and who knows its own."""

import ast
import re
from collections.abc import Callable
from typing import TypeVar

from ws_fallback_lint.analysis.calls import NEVER_RETURN
from ws_fallback_lint.analysis.module import Module
from ws_fallback_lint.analysis.names import qualified
from ws_fallback_lint.core.source import utf8
from ws_fallback_lint.project.homes import homes_for
from ws_fallback_lint.project.roots import Project

# Where more modules than this lie beside a script they are not looked through.
_MOST_BESIDE = 100

_Answer = TypeVar("_Answer")


class Elsewhere:
    """Answers for the project around one module.

    `rests_on` collects what the answers rest on, for others who are told what is made of them.
    """

    def __init__(self, project: Project, rests_on: set[str] | None = None) -> None:
        self._project = project
        self._homes = homes_for(project)
        self._rests_on = rests_on
        self._is_own: dict[str, bool] = {}

    def end(self) -> None:
        """Let go of what was read."""
        self._is_own.clear()

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
        """As `Homes.origin`, seen from the module."""
        return self._asked(lambda: self._homes.origin(self._project, name))

    def never_returns(self, name: str) -> bool:
        """As `Homes.never_returns`, seen from the module."""
        return self._asked(lambda: self._homes.never_returns(self._project, name))

    def is_own(self, name: str) -> bool:
        """Whether a module that nothing but files beside it can import is named in none of them.

        That is so for scripts: what lies in a package, or where a project's imports start, is public.
        """
        if not self._project.is_script:
            return False
        if name not in self._is_own:
            self._is_own[name] = self._asked(lambda: self._is_unknown_beside(name))
        return self._is_own[name]

    def _is_unknown_beside(self, name: str) -> bool:
        project = self._project
        beside = [path for path in project.sources(project.home) if path != project.file.path]
        if len(beside) > _MOST_BESIDE:
            return False
        word = re.compile(rb"\b%s\b" % re.escape(utf8(name)))
        texts = map(project.neighbours.data, beside)
        return not any(utf8(name) in text and word.search(text) for text in texts)

    def _asked(self, find: Callable[[], _Answer]) -> _Answer:
        if self._rests_on is None:
            return find()
        answer, read = self._project.neighbours.reads.during(find)
        self._rests_on.update(read)
        return answer
