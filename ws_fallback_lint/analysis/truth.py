"""What an expression is, and whether it is true, where some names hold what an outcome gave them."""

import ast
import builtins
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from ws_fallback_lint.analysis.guarded import Binding, Holds, Known, worst
from ws_fallback_lint.analysis.names import dotted

UNKNOWN = Binding(Holds.DERIVED)
_OF_BOOL = frozenset(dir(True))
NONE = Binding(Holds.NONE, known=Known(truth=False, literal="None", callable=False))
_NAMESPACES = frozenset({"globals", "locals", "vars", "dir"})


def _attributes(kind: object) -> frozenset[str]:
    return frozenset(dir(kind))


def boolean(truth: bool | None) -> Binding:
    """A flag: True, False, or one of them."""
    written = None if truth is None else str(truth)
    return Binding(Holds.CONSTANT, known=Known(truth, written, callable=False, attributes=_OF_BOOL))


def literal(value: object) -> Binding:
    """A constant, or an empty or filled display given as one."""
    if value is None:
        return NONE
    known = Known(bool(value), repr(value), callable=False, attributes=_attributes(type(value)))
    return Binding(Holds.CONSTANT, known=known)


@cache
def builtin(name: str) -> Binding | None:
    """A builtin class or function in the place of an import; None if it is no builtin."""
    value = getattr(builtins, name, None)
    if isinstance(value, type):
        # `super()` and `type(x)` give what others have defined.
        made = None if value in (super, type) else _attributes(value)
        known = Known(True, callable=True, attributes=_attributes(value) | _attributes(type), made=made)
        return Binding(Holds.STAND_IN, known=known)
    if callable(value):
        return Binding(Holds.STAND_IN, known=Known(True, callable=True, attributes=_attributes(type(value))))
    return None


def stub(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda) -> Known:
    """What a definition that takes an import's place is seen to have."""
    if not isinstance(node, ast.ClassDef):
        plain = isinstance(node, ast.Lambda) or not node.decorator_list
        return Known(True, callable=True, attributes=_attributes(type(stub))) if plain else Known()
    own = {name for statement in node.body for name in _members(statement)}
    if (
        node.bases
        or node.keywords
        or node.decorator_list
        or own & {"__getattr__", "__getattribute__", "__new__"}
    ):
        return Known(True, callable=True)
    set_in_methods = {
        part.attr
        for part in ast.walk(node)
        if isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store)
    }
    plain_class = _attributes(object) | own
    return Known(
        True, callable=True, attributes=plain_class | _attributes(type), made=plain_class | set_in_methods
    )


def _members(statement: ast.stmt) -> set[str]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {statement.name}
    return {
        part.id
        for part in ast.walk(statement)
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    }


def truth_of(binding: Binding) -> bool | None:
    """Whether a value counts as true."""
    match binding.holds:
        case Holds.IMPORT | Holds.MOCK:
            return True
        case _:
            return binding.known.truth


def either(bindings: list[Binding]) -> Binding:
    """One of some values (at least one), nobody knows which: what it is at worst, and perhaps not that."""
    first, *others = dict.fromkeys(bindings)
    if not others:
        return first
    truths = {truth_of(binding) for binding in (first, *others)}
    at_worst = worst([first, *others])
    known = replace(at_worst.known, truth=truths.pop() if len(truths) == 1 else None, literal=None)
    return replace(at_worst, known=known)


@dataclass(frozen=True, slots=True)
class Reader:
    """Evaluates expressions in one world.

    `lookup` gives what a dotted name holds, None if it is none of those that are followed; `result`
    likewise for a call of a function of the module; `told` what a condition is where the world is, None
    if it is none that asks.
    """

    lookup: Callable[[str], Binding | None]
    result: Callable[[ast.Call], Binding | None] = lambda _: None
    told: Callable[[ast.expr], bool | None] = lambda _: None

    def value(self, node: ast.expr) -> Binding:
        """What an expression gives; UNKNOWN where nobody can tell."""
        match node:
            case ast.Constant(value=constant):
                return literal(constant)
            case ast.Name() | ast.Attribute():
                return self._named(node)
            case ast.NamedExpr(value=inner) | ast.Await(value=inner):
                return self.value(inner)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self._either(self.truth(test), body, orelse)
            case ast.BoolOp(op=op, values=values):
                return self._short_circuit(isinstance(op, ast.Or), values)
            case ast.Compare() | ast.UnaryOp(op=ast.Not()):
                return boolean(self.truth(node))
            case ast.Call():
                return self._called(node)
            case ast.Dict() | ast.List() | ast.Set() | ast.Tuple():
                return _display(node)
            case ast.Lambda():
                return Binding(Holds.STAND_IN, known=stub(node))
            case _:
                return UNKNOWN

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
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self._compared(left, op, right)
            case ast.Compare():
                return None
            case ast.Call(func=ast.Name(id="all" | "any" as name), args=[argument]):
                return self._quantified(name == "any", argument)
            case ast.Call(func=ast.Name(id="bool"), args=[argument]):
                return self.truth(argument)
            case ast.Call(func=ast.Name(id="callable"), args=[argument]):
                value = self.value(argument)
                return True if value.holds is Holds.IMPORT else value.known.callable
            case ast.Call(func=ast.Name(id="isinstance"), args=[first, kind]) if _is_none_type(kind):
                return _same(self.value(first), NONE)
            case ast.Call(func=ast.Name(id="isinstance" | "hasattr" | "issubclass"), args=[first, kind]):
                could = isinstance(kind, ast.Tuple) and any(_is_none_type(part) for part in kind.elts)
                return False if self.value(first).holds is Holds.NONE and not could else None
            case _:
                return truth_of(self.value(node))

    def _named(self, node: ast.expr) -> Binding:
        name = dotted(node)
        if name is None:
            return UNKNOWN
        found = self.lookup(name)
        if found is not None:
            return found
        return (builtin(name) if isinstance(node, ast.Name) else None) or UNKNOWN

    def _either(self, truth: bool | None, body: ast.expr, orelse: ast.expr) -> Binding:
        if truth is not None:
            return self.value(body if truth else orelse)
        return either([self.value(body), self.value(orelse)])

    def _short_circuit(self, decisive: bool, values: list[ast.expr]) -> Binding:
        possible: list[Binding] = []
        for value in values[:-1]:
            truth = self.truth(value)
            if truth is not (not decisive):
                # It is the whole only where it decides.
                held = self.value(value)
                possible.append(replace(held, known=replace(held.known, truth=decisive)))
            if truth is decisive:
                return either(possible)
        return either([*possible, self.value(values[-1])])

    def _compared(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> bool | None:
        if isinstance(op, ast.In | ast.NotIn):
            inside = self._contained(left, right)
            return inside if inside is None or isinstance(op, ast.In) else not inside
        if not isinstance(op, ast.Is | ast.IsNot | ast.Eq | ast.NotEq):
            return None
        same = _same(self.value(left), self.value(right))
        return same if same is None or isinstance(op, ast.Is | ast.Eq) else not same

    def _contained(self, left: ast.expr, right: ast.expr) -> bool | None:
        match left, right:
            case _, ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
                first = self.value(left)
                found = [_same(first, self.value(part)) for part in parts]
                return True if True in found else None if None in found else False
            case ast.Constant(value=str() as name), ast.Call(func=ast.Name(id=home)) if home in _NAMESPACES:
                binding = self.lookup(name)
                return None if binding is None else binding.holds is not Holds.UNBOUND
            case _:
                return None

    def _quantified(self, is_any: bool, argument: ast.expr) -> bool | None:
        match argument:
            case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
                truths = [self.truth(part) for part in parts]
            case ast.GeneratorExp(elt=elt, generators=[one]) | ast.ListComp(elt=elt, generators=[one]) if (
                isinstance(one.target, ast.Name)
                and isinstance(one.iter, ast.Tuple | ast.List)
                and not one.ifs
            ):
                truths = [self._with(one.target.id, part).truth(elt) for part in one.iter.elts]
            case _:
                return None
        if is_any in truths:
            return is_any
        return None if None in truths else not is_any

    def _with(self, name: str, node: ast.expr) -> "Reader":
        value = self.value(node)
        return Reader(lambda asked: value if asked == name else self.lookup(asked), self.result, self.told)

    def _called(self, node: ast.Call) -> Binding:
        match node:
            case ast.Call(func=ast.Name(id="getattr"), args=[owner, ast.Constant(), default]):
                holder = self.value(owner)
                return self.value(default) if holder.holds in (Holds.NONE, Holds.CONSTANT) else UNKNOWN
            case ast.Call(func=ast.Name(id="bool" | "callable" | "all" | "any")):
                return boolean(self.truth(node))
            case _:
                pass
        found = self.result(node)
        if found is not None:
            return found
        made = self.value(node.func).known.made
        return UNKNOWN if made is None else Binding(Holds.STAND_IN, known=Known(attributes=made))


def _is_none_type(node: ast.expr) -> bool:
    return ast.unparse(node) in ("type(None)", "NoneType", "types.NoneType")


def _display(node: ast.Dict | ast.List | ast.Set | ast.Tuple) -> Binding:
    kinds: dict[type, type] = {ast.Dict: dict, ast.List: list, ast.Set: set, ast.Tuple: tuple}
    filled = bool(node.keys if isinstance(node, ast.Dict) else node.elts)
    known = Known(filled, callable=False, attributes=_attributes(kinds[type(node)]))
    return Binding(Holds.CONSTANT, known=known)


def _same(one: Binding, other: Binding) -> bool | None:
    if Holds.UNBOUND in (one.holds, other.holds):
        return None
    if Holds.NONE in (one.holds, other.holds):
        if one.holds is other.holds:
            return True if one.known.literal and other.known.literal else None
        if not (one.known.literal or one.holds is not Holds.NONE) or (
            other.holds is Holds.NONE and not other.known.literal
        ):
            return None  # one that is None only perhaps
        rest = other if one.holds is Holds.NONE else one
        # Something made with an import may be None for reasons of its own.
        return None if rest.holds in (Holds.DERIVED, Holds.ALTERNATE) else False
    if one.known.literal is not None and other.known.literal is not None:
        return one.known.literal == other.known.literal
    if Holds.IMPORT in (one.holds, other.holds) and Holds.CONSTANT in (one.holds, other.holds):
        return False
    return None
