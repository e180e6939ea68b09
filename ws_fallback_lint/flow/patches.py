"""What `patch("module.name")` asks for: it imports the module before anything of its body runs."""

import ast
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ws_fallback_lint.analysis.guarded import Imported, Meets, Outcome
from ws_fallback_lint.analysis.names import qualified
from ws_fallback_lint.flow.trace import GuardKind
from ws_fallback_lint.flow.worlds import State, only

if TYPE_CHECKING:
    from ws_fallback_lint.flow.walk import Walk

# They patch when they are entered: as a decorator or in a `with`.
_ENTERED = frozenset(
    f"{home}.patch{kind}" for home in ("unittest.mock", "mock") for kind in ("", ".dict", ".multiple")
)
# They patch when they are called; pytest and pytest-mock hand these objects to tests.
_CALLED = frozenset(
    {
        "monkeypatch.setattr",
        "monkeypatch.delattr",
        "mocker.patch",
        "mocker.patch.dict",
        "mocker.patch.multiple",
    }
)
# With these the last name is made where there is none.
_MADE = {"create": True, "raising": False}


def entered(walk: "Walk", patch: ast.expr, state: State) -> State:
    """The worlds in which what a `patch` stands around is reached."""
    return _patched(walk, patch, state, _ENTERED)


def patched(walk: "Walk", call: ast.Call, state: State) -> State:
    """The worlds after a call that patches."""
    return _patched(walk, call, state, _CALLED)


def _patched(walk: "Walk", call: ast.expr, state: State, names: frozenset[str]) -> State:
    path = _needed(call, walk.facts.imports, names)
    if path is None:
        return state
    outcomes = enumerate(walk.table.outcomes)
    possible = {index for index, outcome in outcomes if not _is_refuted(outcome, path)}
    return walk.notes.narrowed(GuardKind.CALL, call, state, only(state, possible))


def _needed(call: ast.expr, imports: Mapping[str, str], names: frozenset[str]) -> str | None:
    """The dotted path that must lead somewhere for a patch to be made; None for what is no patch."""
    match call:
        case ast.Call(func=func, args=[ast.Constant(value=str(path)), *_], keywords=words) if (
            qualified(func, imports) in names
        ):
            given = {word.arg: word.value for word in words}
            is_made = any(
                isinstance(value := given.get(name), ast.Constant) and value.value is made
                for name, made in _MADE.items()
            )
            return path.rpartition(".")[0] if is_made else path
        case _:
            return None


def _is_refuted(outcome: Outcome, path: str) -> bool:
    """Whether the imports that failed in an outcome are all on a path that leads somewhere."""
    asked_first = any(handler.meets is Meets.BRANCH for handler in outcome.handlers)
    on_path = [f"{path}.".startswith(f"{_full_name(ref)}.") for ref in outcome.failed]
    return bool(on_path) and all(on_path) and not asked_first


def _full_name(ref: Imported) -> str:
    return ref.module if ref.attr in (None, "*") else f"{ref.module}.{ref.attr}"
