"""What an expression is, and whether it is true, where some names hold what an outcome gave them."""

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from ws_fallback_lint.analysis.containers import all_or_any, awaited
from ws_fallback_lint.analysis.guarded import Binding, Holds, Known
from ws_fallback_lint.analysis.names import dotted
from ws_fallback_lint.analysis.tables import called, contains, read
from ws_fallback_lint.analysis.values import (
    NONE,
    UNKNOWN,
    agreed,
    boolean,
    builtin,
    either,
    few,
    is_empty_tuple,
    lacks,
    literal,
    same,
    stub,
    truth_of,
)

# Builtins whose answer is True or False.
_ASKING = frozenset({"all", "any", "bool", "callable", "hasattr", "isinstance", "issubclass"})
_NAMESPACES = frozenset({"globals", "locals", "vars", "dir"})


@dataclass(frozen=True, slots=True)
class Reader:
    """Evaluates expressions in one world.

    `lookup` gives what a dotted name holds, None if it is none of those that are followed; `result`
    likewise what a call of a function of the module may give; `told` what a condition is where the world
    is, None if it is none that asks.
    """

    lookup: Callable[[str], Binding | None]
    result: Callable[[ast.Call], tuple[Binding, ...] | None] = lambda _: None
    told: Callable[[ast.expr], bool | None] = lambda _: None

    def value(self, node: ast.expr) -> Binding:
        """What an expression gives at worst; UNKNOWN where nobody can tell."""
        return either(self.values(node))

    def values(self, node: ast.expr) -> tuple[Binding, ...]:
        """What an expression may give: one value, or more where nobody knows which."""
        match node:
            case ast.Constant(value=constant):
                return (literal(constant),)
            case ast.Name() | ast.Attribute():
                return (self._named(node),)
            case ast.NamedExpr(target=ast.Name(id=name), value=inner):
                held = self.lookup(name)  # it is bound by now
                return self.values(inner) if held is None else (held,)
            case ast.Await(value=inner):
                return few(map(awaited, self.values(inner)))
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self._either(self.truth(test), body, orelse)
            case ast.BoolOp(op=op, values=values):
                return few(self._short_circuit(isinstance(op, ast.Or), values))
            case ast.Compare() | ast.UnaryOp(op=ast.Not()):
                return (boolean(self.truth(node)),)
            case ast.Call():
                return self.result(node) or called(self, node) or (self._called(node),)
            case ast.Lambda():
                return (Binding(Holds.STAND_IN, known=stub(node)),)
            case _:
                return read(self, node) or (UNKNOWN,)

    def given(self, names: Mapping[str, Binding]) -> "Reader":
        """A reader for whom some names hold something else."""
        return replace(self, lookup=lambda name: names.get(name) or self.lookup(name))

    def truth(self, node: ast.expr) -> bool | None:
        """Whether an expression is true; None where it may be either."""
        told = self.told(node)
        if told is not None:
            return told
        match node:
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                truth = self.truth(operand)
                return None if truth is None else not truth
            case ast.BoolOp(op=op, values=values):
                decisive = isinstance(op, ast.Or)
                truths = [self.truth(value) for value in values]
                if decisive in truths:
                    return decisive
                return None if None in truths else not decisive
            case ast.Compare(left=left, ops=ops, comparators=[right, *others]):
                return None if others else self._compared(left, ops[0], right)
            case ast.Call(func=ast.Name(id=name), args=args) if name in _ASKING:
                return self._answer(name, args)
            case _:
                return agreed(map(truth_of, self.values(node)))

    def _answer(self, name: str, args: list[ast.expr]) -> bool | None:
        """What a builtin that asks something of its arguments gives."""
        match name, args:
            case "all" | "any", [argument]:
                return self._quantified(name == "any", argument)
            case "bool", [argument]:
                return self.truth(argument)
            case "callable", [argument]:
                return agreed(
                    True if value.holds is Holds.IMPORT else value.known.callable
                    for value in self.values(argument)
                )
            case "hasattr", [argument, key]:
                asked = key.value if isinstance(key, ast.Constant) else None
                if (part := self._part(argument, asked)) is not None:
                    return part.holds is not Holds.UNBOUND
                return False if all(lacks(value, asked) for value in self.values(argument)) else None
            case "isinstance", [argument, kind] if _is_none_type(kind):
                return agreed(same(value, NONE) for value in self.values(argument))
            case "isinstance" | "issubclass", [argument, kind]:
                return None if self._may_be_a(argument, kind) else False
            case _:
                return None

    def _part(self, owner: ast.expr, attribute: object) -> Binding | None:
        """What a part of a module holds, None where that is not followed."""
        home = dotted(owner)
        return self.lookup(f"{home}.{attribute}") if home and isinstance(attribute, str) else None

    def _may_be_a(self, node: ast.expr, kind: ast.expr) -> bool:
        """Whether a value can be an instance, or a subclass, of something: not of `()`."""
        if isinstance(kind, ast.Tuple):
            return any(self._may_be_a(node, part) for part in kind.elts)
        is_none = all(value.holds is Holds.NONE for value in self.values(node))
        if is_none and not _is_none_type(kind):
            return False
        return not all(map(is_empty_tuple, self.values(kind)))

    def _named(self, node: ast.expr) -> Binding:
        name = dotted(node)
        if name is None:
            return UNKNOWN
        found = self.lookup(name)
        if found is not None:
            return found
        return (builtin(name) if isinstance(node, ast.Name) else None) or UNKNOWN

    def _either(self, truth: bool | None, body: ast.expr, orelse: ast.expr) -> tuple[Binding, ...]:
        if truth is not None:
            return self.values(body if truth else orelse)
        return few([*self.values(body), *self.values(orelse)])

    def _short_circuit(self, decisive: bool, values: list[ast.expr]) -> Iterator[Binding]:
        for value in values[:-1]:
            for held in self.values(value):
                # It is the whole only where it decides.
                if truth_of(held) is not (not decisive):
                    yield held._replace(known=held.known._replace(truth=decisive))
            if self.truth(value) is decisive:
                return
        yield from self.values(values[-1])

    def _compared(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> bool | None:
        if isinstance(op, ast.In | ast.NotIn):
            inside = self._contained(left, right)
            return inside if inside is None or isinstance(op, ast.In) else not inside
        if not isinstance(op, ast.Is | ast.IsNot | ast.Eq | ast.NotEq):
            return None
        equal = agreed(same(one, other) for one in self.values(left) for other in self.values(right))
        return equal if equal is None or isinstance(op, ast.Is | ast.Eq) else not equal

    def _contained(self, left: ast.expr, right: ast.expr) -> bool | None:
        match left, right:
            case ast.Constant(value=str() as name), ast.Call(func=ast.Name(id=home)) if home in _NAMESPACES:
                binding = self.lookup(name)
                return None if binding is None else binding.holds is not Holds.UNBOUND
            case _:
                return contains(self, left, right)

    def _quantified(self, is_any: bool, argument: ast.expr) -> bool | None:
        content = self.value(argument).content
        return None if content is None else all_or_any(content, is_any)

    def _called(self, node: ast.Call) -> Binding:
        match node:
            case ast.Call(
                func=ast.Name(id="getattr"), args=[owner, ast.Constant(value=str() as name), default]
            ):
                if (part := self._part(owner, name)) is not None:
                    return self.value(default) if part.holds is Holds.UNBOUND else part
                return self.value(default) if all(lacks(one, name) for one in self.values(owner)) else UNKNOWN
            case ast.Call(func=ast.Name(id=name)) if name in _ASKING:
                return boolean(self.truth(node))
            case _:
                pass
        made = self.value(node.func).known.made
        return UNKNOWN if made is None else Binding(Holds.STAND_IN, known=Known(attributes=made))


def _is_none_type(node: ast.expr) -> bool:
    return ast.unparse(node) in ("type(None)", "NoneType", "types.NoneType")
