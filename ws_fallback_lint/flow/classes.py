"""The classes of a module on a walk: what each leaves behind, its bases and its methods."""

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

from ws_fallback_lint.analysis.guarded import Binding
from ws_fallback_lint.analysis.names import dotted
from ws_fallback_lint.analysis.outline import AnyFunction, Function
from ws_fallback_lint.flow.mentions import Mentions
from ws_fallback_lint.flow.worlds import NOWHERE, State, World


@dataclass(slots=True, eq=False)
class ClassContext:
    """A class on the walk. `left` is what each of its constructors leaves possible.

    `skipped` are the outcomes in which a mark keeps its tests, and those of classes derived from it, away;
    `attributes` are what its body bound, by the world that it ran in, one for each way to its end; `met` the
    methods that the walk has kept for when they run.
    """

    node: ast.ClassDef
    state: State = NOWHERE
    left: dict[str, State] = field(default_factory=dict)
    skipped: set[int] = field(default_factory=set)
    attributes: dict[World, dict[str, Binding]] = field(default_factory=dict)
    met: set[AnyFunction] = field(default_factory=set)


class Classes:
    """Answers for the classes of one walk. `passed` are those that it has come to, by name."""

    def __init__(self, mentions: Mentions) -> None:
        self._mentions = mentions
        self.passed: dict[str, ClassContext] = {}
        self._others: dict[str, ClassContext] = {}
        self._methods: dict[ast.ClassDef, dict[str, Function]] = {}

    def method(self, owner: ClassContext | None, name: str, skip: int = 0) -> Function | None:
        """A method of a class, or of its bases in the module; `skip` leaves out so many of these classes."""
        for context in [*self.lineage(owner)][skip:]:
            if (method := self._methods_of(context.node).get(name)) is not None:
                return method
        return None

    def _methods_of(self, node: ast.ClassDef) -> dict[str, Function]:
        if node not in self._methods:
            self._methods[node] = {
                statement.name: statement
                for statement in reversed(node.body)
                if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef)
            }
        return self._methods[node]

    def lineage(self, owner: ClassContext | None) -> Iterable[ClassContext]:
        """A class and its bases in the module, the nearest first."""
        todo = [owner] if owner is not None else []
        passed: list[ClassContext] = []
        while todo:
            context = todo.pop(0)
            if context in passed:
                continue
            passed.append(context)
            bases = (self._class(dotted(base) or "") for base in context.node.bases)
            todo += [base for base in bases if base is not None]
        return passed

    def _class(self, name: str) -> ClassContext | None:
        """A class of the module by name, also one that the walk had no reason to pass."""
        node = self._mentions.classes.get(name)
        if name not in self.passed and name not in self._others and node is not None:
            self._others[name] = ClassContext(node)
        return self.passed.get(name) or self._others.get(name)
