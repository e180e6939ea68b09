"""Statements that ask first whether an import would work, and take another way where it would not.

`if find_spec("x"):`, a branch on the version or the platform, `getattr(module, "name", None)`, a
conditional expression of these, and a call of a helper that imports what it is told to.
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from ws_fallback_lint.analysis.bindings import assigned, placed
from ws_fallback_lint.analysis.guarded import Binding, Caught, Handler, Holds, Imported, Meets
from ws_fallback_lint.analysis.helpers import Given
from ws_fallback_lint.analysis.names import dotted, qualified, walk
from ws_fallback_lint.analysis.outline import AnyAssign, Choice, Outline
from ws_fallback_lint.analysis.paths import Walker
from ws_fallback_lint.analysis.state import Path
from ws_fallback_lint.analysis.where import hasattr_
from ws_fallback_lint.core.spans import Region

_NOTHING = Caught((), missing=False, broken=False, everything=False)
# A condition in a message is cut to this many characters.
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Way:
    """One path through the statement, and the branch that it took. `typed`: only type checkers go there."""

    path: Path
    branch: Handler
    typed: bool = False


def ways(node: Choice, walker: Walker, given: Callable[[ast.Call], list[Given]]) -> list[Path]:
    """The paths through a statement that asks first; those that miss an import carry their branch as handler.

    `walker` must ask; `given` tells what calling a helper gives. Empty if every path has its imports.
    """
    found = list(_branches(node, walker) if isinstance(node, ast.If) else _values(node, walker, given))
    refs = {b.imported: None for way in found for b in way.path.env.values() if b.imported is not None}
    runs = [way for way in found if not way.typed]
    paths = [_without(way, list(refs)) for way in runs]
    return paths if any(path.handlers for path in paths) else []


def _without(way: Way, refs: list[Imported]) -> Path:
    """The path, knowing which imports it is without."""
    missing = tuple(ref for ref in refs if _is_missing(ref.name, way.path))
    return replace(way.path, failed=missing, handlers=(way.branch,)) if missing else way.path


def _is_missing(name: str, path: Path) -> bool:
    return name not in path.env or path.env[name].holds.is_fallback


def _branches(node: ast.If, walker: Walker) -> Iterator[Way]:
    paths = [Path({}, where=walker.facts.conditions.project)]
    tests: list[ast.expr] = []
    while True:
        true, false = walker.split(node.test, paths)
        tests.append(node.test)
        is_typed = not true and "typing" in walker.facts.conditions.words(node.test)
        branch = _branch(Region.around(node.body), node.test, f"if {_text(node.test)}")
        started = [path.fork() for path in paths] if is_typed else true
        yield from (Way(path, branch, is_typed) for path in walker.run(node.body, started))
        match node.orelse:
            case [ast.If() as chained]:
                node, paths = chained, false
            case rest:
                condition = f"unless {' or '.join(_text(test) for test in tests)}"
                branch = _branch(Region.around(rest) if rest else Region.of(node.test), tests[0], condition)
                yield from (Way(path, branch) for path in walker.run(rest, false))
                return


def _values(node: AnyAssign, walker: Walker, given: Callable[[ast.Call], list[Given]]) -> Iterator[Way]:
    path = Path({}, where=walker.facts.conditions.project)
    region = Region.of(node)
    match node.value:
        case ast.IfExp(test=test, body=body, orelse=orelse):
            true, false = walker.split(test, [path])
            sides = ((true, body, f"if {_text(test)}"), (false, orelse, f"unless {_text(test)}"))
            for paths, value, condition in sides:
                branch = _branch(region, node.value, condition)
                taken = _asked_for(value, test, walker.facts)
                if taken is None:
                    yield from (Way(one, branch) for one in walker.run([_with(node, value)], paths))
                else:
                    yield from (Way(_bound(node, one, walker.facts, taken), branch) for one in paths)
        case ast.Call(func=ast.Name(id="getattr"), args=[owner, ast.Constant(value=str() as name), default]):
            module = dotted(owner)
            question = walker.facts.conditions.question(node.value)
            if module is None or question is None:
                return
            true, false = walker.split(node.value, [path])
            branch = _branch(region, node.value, f"if {module!r} has no {name!r}")
            origin = qualified(owner, walker.facts.imports) or module
            taken = _import(origin, name, Region.of(node.value))
            yield from (Way(_bound(node, one, walker.facts, taken), branch) for one in true)
            yield from (Way(one, branch) for one in walker.run([_with(node, default)], false))
        case ast.Call() as call:
            branch = _branch(region, call, "")
            for gift in given(call):
                start = replace(path, where=gift.where)
                yield Way(_bound(node, start, walker.facts, gift.binding), branch)
        case _:
            pass


def _bound(node: AnyAssign, path: Path, facts: Outline, binding: Binding) -> Path:
    """The path with the targets of an assignment bound to something that no expression stands for."""
    env = dict(path.env)
    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
        for name, held in assigned(target, None, {}, facts):
            region = held.region or Region.of(target)
            imported = binding.imported
            if imported is not None:
                imported = imported._replace(name=name, region=region)
            env[name] = placed(binding, region)._replace(imported=imported)
    return replace(path, env=env)


def _import(module: str, attr: str, region: Region) -> Binding:
    return Binding(Holds.IMPORT, imported=Imported("", module, attr, region))


def _asked_for(value: ast.expr, test: ast.expr, facts: Outline) -> Binding | None:
    """The part of a module that `hasattr` asks for in the test; None if the value is something else."""
    if not isinstance(value, ast.Attribute):
        return None
    name = qualified(value, facts.imports)
    asked = (facts.conditions.question(part) for part in walk(test) if isinstance(part, ast.Call))
    if name is None or hasattr_(name) not in asked:
        return None
    return _import(name.rpartition(".")[0], value.attr, Region.of(value))


def _with(node: AnyAssign, value: ast.expr) -> AnyAssign:
    """The same assignment of another value."""
    changed = (
        ast.Assign(node.targets, value)
        if isinstance(node, ast.Assign)
        else ast.AnnAssign(node.target, node.annotation, value, node.simple)
    )
    return ast.copy_location(changed, node)


def _branch(region: Region, header: ast.expr, condition: str) -> Handler:
    place = Region.of(header)
    return Handler(region, place, None, _NOTHING, None, Meets.BRANCH, False, condition=condition)


def _text(test: ast.expr) -> str:
    text = ast.unparse(test)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def may_choose(node: Choice, facts: Outline) -> bool:
    """Whether a statement asks for anything that an import of its own depends on; cheap, and may err."""
    words = facts.conditions.words
    match node:
        case ast.If(test=test):
            return bool(words(test))
        case ast.Assign(value=ast.IfExp(test=test)) | ast.AnnAssign(value=ast.IfExp(test=test)):
            return bool(words(test))
        case ast.Assign(value=ast.Call() as call) | ast.AnnAssign(value=ast.Call() as call):
            if not isinstance(call.func, ast.Name):
                return False
            return call.func.id in facts.functions or facts.conditions.question(call) is not None
        case _:
            return False
