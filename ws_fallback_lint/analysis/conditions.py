"""Conditions that ask what a program finds around it: version, platform, a module, an attribute.

They are evaluated on paper, in each environment that is still possible, by a small interpreter that
knows just what such tests are made of; whatever else stands in them may be anything.
"""

import ast
import operator
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

from ws_fallback_lint.analysis.environments import NOWHERE, PLATFORMS, VERSIONS, bit
from ws_fallback_lint.analysis.names import dotted, qualified, walk
from ws_fallback_lint.analysis.presence import WORDS, is_platform_fact, presence_of
from ws_fallback_lint.analysis.spots import (
    BY_PLATFORM,
    BY_VERSION,
    OPEN,
    SYSTEMS,
    Spot,
    named,
)
from ws_fallback_lint.analysis.where import Where, find_spec, hasattr_

_FINDERS = frozenset(
    {"importlib.util.find_spec", "importlib.find_loader", "pkgutil.find_loader", "imp.find_module"}
)
_OPERATORS: Mapping[type[ast.cmpop], Callable[[Any, Any], object]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda one, many: one in many,
    ast.NotIn: lambda one, many: one not in many,
}
_TEXT_METHODS = frozenset({"startswith", "endswith", "lower", "upper", "strip"})
# A name may stand for a test that holds another name; real code stops at two.
_DEPTH = 8
# A first release and a late one: `sys.version_info >= (3, 8, 1)` tells them apart.
_MICROS = (0, 99)
_FOUND = object()
# How names end that stand for something known.
_LAST_WORDS = WORDS | {name.rpartition(".")[2] for name in BY_VERSION | BY_PLATFORM} | {"TYPE_CHECKING"}


class Asks(Enum):
    """What the text of a module could ask for."""

    NOTHING = "nothing that is known here"
    SURROUNDINGS = "the version, the platform, an attribute of a module"
    MODULES = "modules, and all of these"


class Conditions:
    """Evaluates the conditions of one module.

    `imports` maps the names that its imports bind to their dotted origins, `aliases` the names that are
    assigned once, at the top level, to their values. `project` is where it has to run; `asks` tells what
    its text has words for.
    """

    def __init__(
        self, imports: Mapping[str, str], aliases: Mapping[str, ast.expr], project: int, asks: Asks
    ) -> None:
        self.project = Where(project)
        self.asks = asks is not Asks.NOTHING
        self.finds = asks is Asks.MODULES
        self._imports = imports
        self.aliases = aliases
        self._words: dict[ast.expr, frozenset[str]] = {}
        self._splits: dict[tuple[ast.expr, Where], tuple[int, int]] = {}

    def always(self, test: ast.expr) -> bool | None:
        """What a condition always is where the project runs; None if it depends."""
        return self.truth(test, self.project)

    def truth(self, test: ast.expr, where: Where) -> bool | None:
        """Whether a condition is true at a place; None if it may be either."""
        true, false = self.split(test, where)
        if true and false:
            return None
        return bool(true) if true or false else None

    def split(self, test: ast.expr, where: Where) -> tuple[int, int]:
        """The environments of a place in which a condition may be true, and those in which false."""
        key = test, where
        if key not in self._splits:
            self._splits[key] = self._split(test, where)
        return self._splits[key]

    def _split(self, test: ast.expr, where: Where) -> tuple[int, int]:
        words = self.words(test)
        if not words and not isinstance(test, ast.Constant | ast.UnaryOp | ast.BoolOp):
            return where.environments, where.environments
        by_version, by_platform = "version" in words, "platform" in words
        if not by_version and not by_platform:
            truths = self._truths(test, VERSIONS[0], PLATFORMS[0], where)
            anywhere = where.environments
            return anywhere if True in truths else NOWHERE, anywhere if False in truths else NOWHERE
        seen: dict[tuple[int, int], frozenset[bool]] = {}
        true = false = NOWHERE
        for row, version in enumerate(VERSIONS):
            for column, platform in enumerate(PLATFORMS):
                one = bit(row, column)
                if not one & where.environments or _is_refuted(platform, where):
                    continue
                key = row if by_version else 0, column if by_platform else 0
                if key not in seen:
                    seen[key] = self._truths(test, version, platform, where)
                true |= one if True in seen[key] else NOWHERE
                false |= one if False in seen[key] else NOWHERE
        return true, false

    def questions(self, node: ast.expr) -> list[str]:
        """What an expression asks for besides version and platform, in the order of the alphabet."""
        return sorted(word for word in self.words(node) if " " in word)

    def words(self, node: ast.expr, depth: int = _DEPTH) -> frozenset[str]:
        """What the value of an expression hangs on: "version", "platform", "typing", questions."""
        if not self.asks:
            return frozenset()
        if node not in self._words:
            self._words[node] = frozenset()  # of a name that stands for itself
            self._words[node] = frozenset(self._gathered(node, depth))
        return self._words[node]

    def _gathered(self, node: ast.expr, depth: int) -> set[str]:
        found: set[str] = set()
        for part in walk(node):
            if isinstance(part, ast.Name) and depth and (value := self.aliases.get(part.id)) is not None:
                found |= self.words(value, depth - 1)
            elif isinstance(part, ast.Name | ast.Attribute):
                if part.attr not in _LAST_WORDS if isinstance(part, ast.Attribute) else self._is_plain(part):
                    continue  # as most: no need to find out what it stands for
                name = qualified(part, self._imports) or ""
                found |= {"version"} if name in BY_VERSION else set()
                found |= {"platform"} if name in BY_PLATFORM or is_platform_fact(name) else set()
                found |= {"typing"} if name.rpartition(".")[2] == "TYPE_CHECKING" else set()
            elif isinstance(part, ast.Call) and (question := self.question(part)) is not None:
                fact = presence_of(question)
                found |= {"platform"} if fact is not None else set()
                found |= {question} if fact is None or fact.may != fact.must else set()
        return found

    def _is_plain(self, node: ast.Name) -> bool:
        return node.id not in self._imports and node.id != "TYPE_CHECKING"

    def question(self, call: ast.Call) -> str | None:
        """What a call of `find_spec`, `hasattr` or `getattr` with a default asks for; None for others."""
        match call:
            case (
                ast.Call(func=ast.Name(id="hasattr"), args=[owner, ast.Constant(value=str() as name)])
                | ast.Call(func=ast.Name(id="getattr"), args=[owner, ast.Constant(value=str() as name), _])
            ):
                # Only what an import brought is asked for a part of it.
                first = (dotted(owner) or "").partition(".")[0]
                return (
                    hasattr_(f"{qualified(owner, self._imports)}.{name}") if first in self._imports else None
                )
            case ast.Call(args=[ast.Constant(value=str() as module) | ast.Name(id=module), *_]):
                # A helper is told the name: its own is as good.
                return find_spec(module) if qualified(call.func, self._imports) in _FINDERS else None
            case _:
                return None

    def _truths(
        self, test: ast.expr, version: tuple[int, int], platform: str, where: Where
    ) -> frozenset[bool]:
        spots = [Spot((*version, micro), platform, where) for micro in _MICROS]
        values = [self._value(test, spot, _DEPTH) for spot in spots]
        if OPEN in values:
            return frozenset((True, False))
        return frozenset(bool(value) for value in values)

    def _value(self, node: ast.expr, spot: Spot, depth: int) -> Any:
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
                values = [self._value(part, spot, depth) for part in parts]
                return OPEN if OPEN in values else tuple(values)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                value = self._value(operand, spot, depth)
                return value if value is OPEN else not value
            case ast.BoolOp(op=op, values=parts):
                return self._decided(isinstance(op, ast.Or), parts, spot, depth)
            case ast.Compare():
                return self._compared(node, spot, depth)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                truth = self._value(test, spot, depth)
                return OPEN if truth is OPEN else self._value(body if truth else orelse, spot, depth)
            case ast.Subscript(value=value, slice=index):
                return self._part(self._value(value, spot, depth), index)
            case ast.Name(id=name) if depth and (alias := self.aliases.get(name)) is not None:
                return self._value(alias, spot, depth - 1)
            case ast.Name() | ast.Attribute():
                return named(qualified(node, self._imports) or "", spot)
            case ast.Call():
                return self._called(node, spot, depth)
            case _:
                return OPEN

    def _decided(self, decisive: bool, parts: list[ast.expr], spot: Spot, depth: int) -> Any:
        value: Any = OPEN
        is_open = False
        for part in parts:
            value = self._value(part, spot, depth)
            is_open = is_open or value is OPEN
            if value is not OPEN and bool(value) is decisive:
                return value if not is_open else decisive
        return OPEN if is_open else value

    def _compared(self, node: ast.Compare, spot: Spot, depth: int) -> Any:
        values = [self._value(part, spot, depth) for part in (node.left, *node.comparators)]
        if OPEN in values:
            return OPEN
        try:
            return all(
                _OPERATORS[type(op)](one, other)
                for op, one, other in zip(node.ops, values, values[1:], strict=False)
            )
        except TypeError:
            return OPEN  # such code dies, or compares with what is not known here

    def _part(self, value: Any, index: ast.expr) -> Any:
        if not isinstance(value, tuple | str):
            return OPEN
        try:
            # `version_info[0]`, `version_info[:2]`
            key = slice(*_bounds(index)) if isinstance(index, ast.Slice) else ast.literal_eval(index)
            return value[key]
        except (ValueError, TypeError, IndexError):
            return OPEN

    def _called(self, call: ast.Call, spot: Spot, depth: int) -> Any:
        question = self.question(call)
        if question is not None:
            fact = presence_of(question)
            answer = None if fact is None else fact.on(spot.platform)
            if answer is None:
                answer = spot.where.answer(question)
            if answer is not False:
                return OPEN if answer is None else _FOUND
            # `getattr` with a default gives that.
            return self._value(call.args[2], spot, depth) if call.args[2:] else _missing(question)
        match call:
            case ast.Call(func=ast.Name(id="bool"), args=[argument]):
                value = self._value(argument, spot, depth)
                return value if value is OPEN else bool(value)
            case ast.Call(func=ast.Attribute(value=owner, attr=method), args=arguments) if (
                method in _TEXT_METHODS
            ):
                text = self._value(owner, spot, depth)
                values = [self._value(argument, spot, depth) for argument in arguments]
                if not isinstance(text, str) or OPEN in values:
                    return OPEN
                try:
                    return getattr(text, method)(*values)
                except TypeError:
                    return OPEN
            case ast.Call(func=func, args=[]) if qualified(func, self._imports) == "platform.system":
                return SYSTEMS[spot.platform]
            case _:
                return OPEN


def _is_refuted(platform: str, where: Where) -> bool:
    """Whether a platform is none that would have answered so."""
    facts = ((presence_of(question), found) for question, found in where.answers)
    return any(fact is not None and fact.on(platform) is (not found) for fact, found in facts)


def _missing(question: str) -> object:
    """What asking gives where nothing was found."""
    return None if question.startswith("find_spec") else False


def _bounds(index: ast.Slice) -> list[Any]:
    parts = (index.lower, index.upper, index.step)
    return [None if part is None else ast.literal_eval(part) for part in parts]
