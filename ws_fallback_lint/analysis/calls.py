"""Calls whose meaning is known by name: they import, or they never return."""

import ast
from collections.abc import Mapping

from ws_fallback_lint.analysis.guarded import Imported
from ws_fallback_lint.analysis.names import bound_by, from_module, qualified
from ws_fallback_lint.core.spans import Region

NEVER_RETURN = frozenset(
    {
        "sys.exit",
        "exit",
        "quit",
        "os._exit",
        "os.abort",
        "six.raise_from",
        "six.reraise",
        "typing.assert_never",
        "_pytest.outcomes.exit",
        "_pytest.outcomes.fail",
        "_pytest.outcomes.skip",
        "_pytest.outcomes.xfail",
        "pytest.exit",
        "pytest.fail",
        "pytest.skip",
        "pytest.xfail",
        "self.fail",
        "self.skipTest",
        "cls.fail",
        "cls.skipTest",
    }
)
# Contexts that swallow the exceptions they are given: the program goes on after the `with`.
SWALLOW = frozenset({"contextlib.suppress", "pytest.raises", "self.assertRaises", "self.assertRaisesRegex"})
_IMPORT_CALLS = frozenset({"importlib.import_module", "__import__", "builtins.__import__"})


def imported_by(node: ast.expr, imports: Mapping[str, str]) -> str | None:
    """The module that `import_module(…)` or `__import__(…)` asks for; None for other calls.

    Empty where the argument is no literal.
    """
    if not isinstance(node, ast.Call) or qualified(node.func, imports) not in _IMPORT_CALLS:
        return None
    named = [word.value for word in node.keywords if word.arg == "name"]
    match [*node.args, *named]:
        case [ast.Constant(value=str() as module), *_]:
            return module
        case _:
            return ""


def imports_of(statement: ast.Import | ast.ImportFrom) -> tuple[Imported, ...]:
    """What an import statement asks for, name by name; nothing for `from __future__ import …`."""
    if isinstance(statement, ast.Import):
        return tuple(Imported(bound_by(a), a.name, None, Region.of(a)) for a in statement.names)
    if statement.module == "__future__":
        return ()
    module = from_module(statement)
    return tuple(Imported(bound_by(a), module, a.name, Region.of(a)) for a in statement.names)


def taken_from(value: ast.expr) -> ast.expr:
    """What attributes are taken from: `f(x)` for `f(x).a.b` and for `getattr(f(x), "a")`."""
    while True:
        match value:
            case ast.Attribute(value=inner) | ast.Call(func=ast.Name(id="getattr"), args=[inner, _]):
                value = inner
            case _:
                return value
