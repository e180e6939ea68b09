"""Which calls end the program, or raise, always: by their name, by the object asked, or by what they run."""

import ast
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Protocol

from ws_fallback_lint.analysis.calls import NEVER_RETURN
from ws_fallback_lint.analysis.names import bound_by, dotted, qualified, walk
from ws_fallback_lint.analysis.nodes import Nodes
from ws_fallback_lint.analysis.outline import Function, Outline

# Methods that are documented to exit or to raise, by class.
_OF_PARSERS = frozenset({"error", "exit"})
_OF_CONTEXTS = frozenset({"abort", "exit", "fail"})
_METHODS = {
    "argparse.ArgumentParser": _OF_PARSERS,
    "optparse.OptionParser": _OF_PARSERS,
    "click.Context": _OF_CONTEXTS,
    "typer.Context": _OF_CONTEXTS,
}
# A name that says what it is where nothing else does: a parameter, or brought by an import.
_BY_NAME = {"parser": "argparse.ArgumentParser"}


class Elsewhere(Protocol):
    """What is known of the other modules of a project."""

    def origin(self, name: str) -> str:
        """Where what an import brings comes from, as a dotted name."""

    def never_returns(self, name: str) -> bool:
        """Whether a call of what has a dotted name never comes back."""

    def is_own(self, name: str) -> bool:
        """Whether no other module can know a function of this one."""

    def end(self) -> None:
        """Let go of what was read."""


class Endings:
    """Answers for the calls of one module.

    `ends` tells whether a function of it never comes to its end, `elsewhere` knows the other modules.
    """

    def __init__(
        self,
        nodes: Nodes,
        facts: Outline,
        ends: Callable[[Function], bool],
        elsewhere: Elsewhere | None = None,
    ) -> None:
        self._nodes = nodes
        self._facts = facts
        self._ends = ends
        self._elsewhere = elsewhere
        self._own: dict[Function, bool] = {}
        self._classes: dict[str, str | None] = {}

    def never_returns(self, call: ast.Call) -> bool:
        """Whether nothing that stands after a call runs."""
        name = dotted(call.func)
        if name is None:
            return False
        known = self._is_known(qualified(call.func, self._facts.imports) or "")
        function = self._facts.functions.get(name) or self._facts.inner.get(name)
        if function is not None:
            return self._own_ends(function) and (known or name not in self._facts.imports)
        owner, _, method = name.rpartition(".")
        if owner in ("self", "cls"):
            return known and all(map(self._own_ends, self._methods(method)))
        return known or (bool(owner) and self._method_ends(owner, method))

    def _is_known(self, name: str) -> bool:
        return name in NEVER_RETURN or (self._elsewhere is not None and self._elsewhere.never_returns(name))

    def _own_ends(self, function: Function) -> bool:
        if function not in self._own:
            self._own[function] = False  # a function that calls itself is judged by its other paths
            self._own[function] = self._ends(function)
        return self._own[function]

    def _method_ends(self, owner: str, method: str) -> bool:
        if not any(method in methods for methods in _METHODS.values()) or self._is_foreign(owner):
            return False
        kind = self._class_of(owner)
        if kind not in self._module_classes and kind not in _METHODS:
            kind = _BY_NAME.get(owner)
        while kind in self._module_classes:
            node = self._module_classes[kind]
            for statement in node.body:
                if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef) and statement.name == method:
                    return self._own_ends(statement)
            bases = [qualified(base, self._facts.imports) for base in node.bases]
            kind = bases[0] if len(bases) == 1 and bases[0] != kind else None
        return method in _METHODS.get(kind or "", ())

    def _is_foreign(self, owner: str) -> bool:
        """Whether an object was made by something imported that makes none of these: a logger, mostly."""
        made = self._facts.aliases.get(owner)
        if not isinstance(made, ast.Call) or owner in _BY_NAME:
            return False
        is_imported = (dotted(made.func) or "").partition(".")[0] in self._facts.imports
        return is_imported and qualified(made.func, self._facts.imports) not in _METHODS

    def _methods(self, name: str) -> list[Function]:
        bodies = (node.body for node in self._module_classes.values())
        functions = (one for body in bodies for one in body if isinstance(one, Function))
        return [function for function in functions if function.name == name]

    @cached_property
    def _module_classes(self) -> dict[str, ast.ClassDef]:
        return {node.name: node for node in self._nodes.of(ast.ClassDef)}

    # What class an object is of, where every statement that binds its name agrees

    def _class_of(self, name: str) -> str | None:
        if name not in self._classes:
            self._classes[name] = None  # what is made of itself
            kinds = {self._class_of_value(value) for value in self._bindings.get(name, ())}
            self._classes[name] = kinds.pop() if len(kinds) == 1 else None
        return self._classes[name]

    def _class_of_value(self, value: ast.expr | None) -> str | None:
        match value:
            case ast.Name() | ast.Attribute():
                return self._class_of(dotted(value) or "")
            case ast.Call(
                func=ast.Attribute(value=ast.Call(func=ast.Attribute(value=owner)), attr="add_parser")
            ):
                return self._class_of_value(owner)
            case ast.Call(func=ast.Attribute(value=owner, attr="add_subparsers")):
                return f"subparsers of {self._class_of_value(owner)}"
            case ast.Call(func=ast.Attribute(value=owner, attr="add_parser")):
                return (self._class_of_value(owner) or "").removeprefix("subparsers of ") or None
            case ast.Call(func=func):
                return self._class_called(func)
            case _:
                return None

    def _class_called(self, func: ast.expr) -> str | None:
        """The class of what calling something gives: a class, or a function that always gives one."""
        function = self._facts.functions.get(dotted(func) or "")
        if function is None:
            return qualified(func, self._facts.imports)
        if function.returns is not None:
            return qualified(function.returns, self._facts.imports)
        given = {self._class_of_value(node.value) for node in walk(function) if isinstance(node, ast.Return)}
        return given.pop() if len(given) == 1 else None

    @cached_property
    def _bindings(self) -> dict[str, list[ast.expr | None]]:
        """What each name, or attribute, is bound to in whatever scope; None where no expression says."""
        found: dict[str, list[ast.expr | None]] = {}
        for name, value in self._bound():
            found.setdefault(name, []).append(value)
        return found

    def _bound(self) -> Iterator[tuple[str, ast.expr | None]]:
        values: dict[ast.expr, ast.expr] = {}
        for assign in self._nodes.of(ast.Assign):
            values.update(dict.fromkeys(assign.targets, assign.value))
        for node in self._nodes.of(ast.AnnAssign):
            # Without a value: some object of that class.
            values[node.target] = node.value or ast.Call(node.annotation, [], [])
        for named in self._nodes.of(ast.NamedExpr):
            values[named.target] = named.value
        targets: list[ast.Name | ast.Attribute] = [*self._nodes.of(ast.Name), *self._nodes.of(ast.Attribute)]
        for target in targets:
            if not isinstance(target.ctx, ast.Store) or (name := dotted(target)) is None:
                continue
            value = values.get(target)
            # None has none of these methods: asking it for one does not return either.
            if not (isinstance(value, ast.Constant) and value.value is None):
                yield name, value
        for parameter in self._nodes.of(ast.arg):
            kind = parameter.annotation
            yield parameter.arg, None if kind is None else ast.Call(kind, [], [])
        yield from ((bound_by(alias), None) for alias in self._nodes.of(ast.alias))
        yield from ((name, None) for _, name in self._nodes.named())
