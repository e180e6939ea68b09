"""Whether a module can get in touch with what another module's guarded import leaves behind; most cannot.

They import a fixture, say, and have parameters of its name, but read it nowhere. Where nothing in a module
tells one outcome from another, what is so after a failure is just as so where all is well, and no use dies
for want of the import: the module need not be walked. Nor need it be where failures bring nothing that is
lost: what is taken may be there for other reasons. Where it is not plain to see, the answer is yes.
"""

import ast
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from itertools import chain

from ws_fallback_lint.analysis.calls import imports_of
from ws_fallback_lint.analysis.guarded import Binding, Imported
from ws_fallback_lint.analysis.module import Module
from ws_fallback_lint.analysis.outline import Function
from ws_fallback_lint.flow.entry import covers
from ws_fallback_lint.flow.subject import Statement, Subject

_Position = tuple[int, int]


class Contact:
    """Answers for one module."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._nodes = module.nodes
        self._statements = {one: imports_of(one) for one in module.import_statements}

    def is_possible(self, subject: Subject) -> bool:
        """Whether some outcome of another module's guarded import may show in this module."""
        guarded = subject.guarded
        outcomes = (*guarded.successes, *guarded.outcomes)
        first = len(guarded.successes)
        if not any(self._is_lost(subject, index) for index in range(first, len(outcomes))):
            return False
        if not guarded.successes or self._is_asked_again(subject):
            return True
        if len({one.where for one in outcomes}) > 1 and self._module.facts.conditions.asks:
            return True
        names: set[str] = set()
        for statement in self._statements:
            brought = [subject.brought.by(statement, index) for index in range(len(outcomes))]
            if None in brought:
                return True
            bound = set().union(*(one or () for one in brought))
            # Inside a class it is an attribute, too; inside a function it may be a parameter.
            if bound and statement.col_offset > 0:
                return True
            names |= bound
        # What is not among them holds nothing that is known, in all outcomes alike.
        return any(map(self._is_named, names))

    def _is_lost(self, subject: Subject, outcome: int) -> bool:
        """Whether, in an outcome, a statement brings anything but imports, or fails and something goes on."""
        for statement in self._statements:
            brought = subject.brought.by(statement, outcome)
            if brought is None:
                if self._is_protected(statement):
                    return True
            elif not all(one is None or _is_import(one) for one in brought.values()):
                return True
        return False

    def _is_protected(self, statement: Statement) -> bool:
        """Whether something may go on when an import fails, and miss what it binds."""
        at = (statement.lineno, statement.col_offset)
        if statement.col_offset > 0 and any(self._nodes.of(ast.Global)):
            return True  # who calls the function around it may catch that
        return any(first <= at <= last for first, last in self._protected)

    @cached_property
    def _protected(self) -> list[tuple[_Position, _Position]]:
        blocks = self._nodes.of(ast.Try), self._nodes.of(ast.TryStar), self._nodes.of(ast.With, ast.AsyncWith)
        return [((one.lineno, one.col_offset), _end(one)) for one in chain.from_iterable(blocks)]

    def _is_asked_again(self, subject: Subject) -> bool:
        """Whether an import may fail together with the guarded one, or a text tells of it."""
        ours = [ref for ref in subject.guarded.imported if ref.module]
        if len(ours) < len(subject.guarded.imported) or any(map(self._is_told, ours)):
            return True
        packages = {"", *(ref.package for ref in ours)}  # a relative import can be of any
        for statement, refs in self._statements.items():
            if not packages.isdisjoint(ref.package for ref in refs):
                asked = (*refs, *subject.brought.asked(statement))
                if any(covers(one, two) or covers(two, one) for one in asked for two in ours):
                    return True
        return False

    def _is_told(self, ref: Imported) -> bool:
        """Whether a call is given the name of a module: it may patch it, or skip the test without it."""
        inside, outside = f"{ref.module}.", ref.module
        return any(
            text == outside or text.startswith(inside) or outside.startswith(f"{text}.")
            for text in self._given
        )

    def _is_named(self, dotted: str) -> bool:
        """Whether code reads a name, or binds it otherwise than by one import, or a text holds it."""
        name = dotted.partition(".")[0]
        if name in self._bound or name in self._texts or any(name in text for text in self._given):
            return True
        if name != dotted:
            # Who names a part of a module means that part, whatever a parameter is called.
            return name in self._names
        is_hidden = all(self._is_parameter(name, at) for at in self._names.get(name, ()))
        return not is_hidden or self._imported[name] > 1

    def _is_parameter(self, name: str, at: _Position) -> bool:
        """Whether a name is a parameter of the function around it."""
        around = [(first, own) for first, last, own in self._functions if first <= at <= last]
        return bool(around) and name in max(around, key=lambda one: one[0])[1]

    @cached_property
    def _functions(self) -> list[tuple[_Position, _Position, frozenset[str]]]:
        """Where the body of each function begins and ends, and its parameters."""
        functions: list[Function] = [*self._nodes.of(ast.FunctionDef), *self._nodes.of(ast.AsyncFunctionDef)]
        return [
            (
                (node.body[0].lineno, node.body[0].col_offset),
                _end(node),
                frozenset(part.arg for part in ast.walk(node.args) if isinstance(part, ast.arg)),
            )
            for node in functions
        ]

    @cached_property
    def _names(self) -> dict[str, list[_Position]]:
        found: dict[str, list[_Position]] = {}
        for node in self._nodes.of(ast.Name):
            found.setdefault(node.id, []).append((node.lineno, node.col_offset))
        return found

    @cached_property
    def _bound(self) -> frozenset[str]:
        """What is bound otherwise than by an expression, an import or a call."""
        nodes = self._nodes
        found = {name for node in nodes.of(ast.Global) for name in node.names}
        found.update(name for node in nodes.of(ast.Nonlocal) for name in node.names)
        found.update(node.rest for node in nodes.of(ast.MatchMapping) if node.rest is not None)
        found.update(name for _, name in nodes.named())
        return frozenset(found)

    @cached_property
    def _imported(self) -> Counter[str]:
        """How often each name is bound by an import."""
        return Counter(ref.name for refs in self._statements.values() for ref in refs)

    @cached_property
    def _texts(self) -> frozenset[str]:
        values = (node.value for node in self._nodes.of(ast.Constant))
        return frozenset(value for value in values if isinstance(value, str))

    @cached_property
    def _given(self) -> frozenset[str]:
        """The texts that calls are given first, or as a condition."""
        return frozenset(text for call in self._nodes.of(ast.Call) for text in _texts_of(call))


def _end(node: ast.stmt) -> _Position:
    return node.end_lineno or node.lineno, node.end_col_offset or 0


def _is_import(binding: Binding) -> bool:
    """Whether a value is an import, or made with one: nothing dies of that."""
    is_there = not binding.holds.is_fallback
    return is_there and binding.code is None and binding.content is None


def _texts_of(call: ast.Call) -> Iterator[str]:
    for value in (*call.args[:1], *(word.value for word in call.keywords if word.arg == "condition")):
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield value.value
