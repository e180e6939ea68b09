"""Functions that import what their caller names, and give it back or something in its place."""

import ast
from dataclasses import dataclass

from ws_fallback_lint.analysis.bindings import holds
from ws_fallback_lint.analysis.guarded import Binding, Holds
from ws_fallback_lint.analysis.outline import Function
from ws_fallback_lint.analysis.paths import Walker
from ws_fallback_lint.analysis.state import End, Path
from ws_fallback_lint.analysis.values import NONE
from ws_fallback_lint.analysis.where import Where


@dataclass(frozen=True, slots=True)
class Given:
    """What one path through a helper gives back, and where it can run."""

    binding: Binding
    where: Where


def given_by(function: Function, call: ast.Call, walker: Walker) -> list[Given]:
    """What a call of a helper gives: the import that it names, or what is given in its place.

    Empty for a function that is no such helper: one of its paths has to give back an import whose name
    it was told, and another, after a failure, something else.
    """
    told = _arguments(function, call)
    env = {name: holds(value, {}, walker.facts) for name, value in told.items()}
    start = Path(env, where=walker.facts.conditions.project)
    found: list[Given] = []
    failed: list[Given] = []
    for path in walker.run(function.body, [start]):
        if path.end not in (End.RETURNS, End.FALLS):
            continue
        binding = (path.returned if path.end is End.RETURNS else None) or NONE
        ref = binding.imported
        if binding.holds is Holds.IMPORT and ref is not None and not ref.module:
            named = ref._replace(module=_module(call))
            found.append(Given(binding._replace(imported=named), path.where))
        elif binding.holds.is_fallback and (path.failed or any(not yes for _, yes in path.where.answers)):
            failed.append(Given(binding, path.where))
    return [*found, *failed] if found and failed else []


def _arguments(function: Function, call: ast.Call) -> dict[str, ast.expr]:
    """The value of each parameter in a call, or its default, where there is one."""
    arguments = function.args
    positional = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
    told = dict(zip(reversed(positional), reversed(arguments.defaults), strict=False))
    told |= {a.arg: d for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d}
    told |= dict(zip(positional, call.args, strict=False))
    return told | {word.arg: word.value for word in call.keywords if word.arg}


def _module(call: ast.Call) -> str:
    """The module that a call names: its first text."""
    values = [*call.args, *(word.value for word in call.keywords)]
    texts = (v.value for v in values if isinstance(v, ast.Constant) and isinstance(v.value, str))
    return next(texts, "")
