"""What the import statements of a module ask for, and where that may work and fail."""

import ast
from dataclasses import dataclass

from ws_fallback_lint.analysis.calls import imports_of
from ws_fallback_lint.analysis.environments import EVERYWHERE, NOWHERE, can_fail, can_work
from ws_fallback_lint.analysis.guarded import Imported
from ws_fallback_lint.analysis.outline import Outline, runnable_suites


@dataclass(frozen=True, slots=True)
class Attempt:
    """What an import statement asks for, and the environments in which that may work and may fail."""

    refs: tuple[Imported, ...]
    works: int
    fails: int


class Attempts(dict[ast.Import | ast.ImportFrom, Attempt]):
    """The import statements of a module, each read once for all walkers: some pass by hundreds of times."""

    def __missing__(self, statement: ast.Import | ast.ImportFrom) -> Attempt:
        works, fails = EVERYWHERE, NOWHERE
        refs = imports_of(statement)
        for ref in refs:
            works &= can_work(ref.module)
            fails |= can_fail(ref.module, ref.attr)
        self[statement] = attempt = Attempt(refs, works, fails)
        return attempt


def imports_in(body: list[ast.stmt], facts: Outline, *, typed: bool = False) -> bool:
    """Whether a statement of the body, at any depth of its own scope, is an import.

    With `typed`, what only type checkers see of an `if` counts too.
    """
    stack = [body]
    while stack:
        for statement in stack.pop():
            if isinstance(statement, ast.Import | ast.ImportFrom):
                return True
            if typed and isinstance(statement, ast.If):
                stack += [statement.body, statement.orelse]
            else:
                stack.extend(runnable_suites(statement, facts.conditions))
    return False
