"""What a call of a function does, as a value; who gets its arguments, and who may call it."""

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ws_fallback_lint.analysis.guarded import Binding
from ws_fallback_lint.analysis.outline import Function
from ws_fallback_lint.analysis.truth import Reader
from ws_fallback_lint.analysis.values import NONE, UNKNOWN

if TYPE_CHECKING:
    from ws_fallback_lint.flow.frames import Returned

# Arguments of a call by the parameters that get them.
Given = frozenset[tuple[str, Binding]]
NO_ARGUMENTS: Given = frozenset()


@dataclass(frozen=True, slots=True)
class Summary:
    """What a call does in one world: whether it comes back, and the values it may bring.

    `rebound` are the followed names of the module that it may have bound anew, with what they then hold.
    """

    returns: bool
    values: tuple[Binding, ...]
    rebound: tuple[tuple[str, Binding], ...] = ()


NOT_KNOWN = Summary(True, (UNKNOWN,))
NEVER = Summary(False, ())


def given_back(value: "Returned", reader: Reader) -> tuple[Binding, ...]:
    """What a `return`, or the end of a lambda, may give back."""
    if isinstance(value, Binding):
        return (value,)
    node = value.value if isinstance(value, ast.Return) else value
    return (NONE,) if node is None else reader.values(node)


def parameter_of(function: Function, call: ast.Call, argument: ast.expr) -> str | None:
    """The parameter that gets an argument of a call; None if that cannot be told."""
    for word in call.keywords:
        if word.value is argument:
            return word.arg
    parameters = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
    position = call.args.index(argument)
    return parameters[position] if position < len(parameters) else None
