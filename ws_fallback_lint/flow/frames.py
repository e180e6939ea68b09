"""What a walk gathers in one function body, or in the module."""

import ast
from dataclasses import dataclass, field

from ws_fallback_lint.analysis.guarded import Binding
from ws_fallback_lint.flow.worlds import State

# What leaves a function: a `return`, the body of a lambda, or what the guarded import itself gives back.
Returned = ast.Return | ast.expr | Binding


@dataclass(slots=True)
class Frame:
    """What a walk through one function body, or the module, gathers: where it leaves, and with what."""

    node: ast.AST
    given: frozenset[str] = frozenset()
    returned: list[tuple[State, Returned]] = field(default_factory=list)
    breaks: list[State] = field(default_factory=list)
