"""Find, explain and fix import fallbacks that turn into `'NoneType' object is not callable`."""

# Not out of `typing`: that would be imported before `__main__` has seen to where from.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from ws_fallback_lint.core.config import Config
    from ws_fallback_lint.core.results import Result
    from ws_fallback_lint.core.source import Source
    from ws_fallback_lint.engine.fix import Fixed
    from ws_fallback_lint.project.roots import Project

__version__ = "0.1.0"
__all__ = ["Config", "Fixed", "Result", "fix_source", "lint_source"]
_HOMES = {"Config": "core.config", "Fixed": "engine.fix", "Result": "core.results"}


def __getattr__(name: str) -> object:
    # The command starts here, too, and needs none of these.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def lint_source(
    source: str | bytes,
    filename: str = "module.py",
    config: "Config | None" = None,
    *,
    root: str | None = None,
) -> "Result":
    """Lint one module given as text or as the bytes of its file.

    `filename` says where the module stands: what lies around it is its project. Nothing is read but folder
    listings and, where a verdict needs them, modules of the project around it. With `root`, the project's
    folder, the files in it that declare dependencies and builds are read, too. A `str` is taken as
    UTF-8. Bad input is no error but a problem (FBK900) in the result. Findings carry their fixes.
    """
    from ws_fallback_lint.engine.lint import lint

    chosen, project = _around(filename, config, root)
    try:
        return lint(_source(source, filename), chosen, project, fixes=True)
    finally:
        project.neighbours.end()


def fix_source(
    source: str | bytes,
    filename: str = "module.py",
    config: "Config | None" = None,
    *,
    root: str | None = None,
    unsafe: bool = False,
) -> "Fixed":
    """Apply the safe fixes, with `unsafe` all of them; the fixed text is `Fixed.source`.

    Arguments as for `lint_source`.
    """
    from ws_fallback_lint.engine.fix import fix

    chosen, project = _around(filename, config, root)
    try:
        return fix(_source(source, filename), chosen, project, unsafe=unsafe)
    finally:
        project.neighbours.end()


def _around(filename: str, config: "Config | None", root: str | None) -> "tuple[Config, Project]":
    import os

    from ws_fallback_lint.core.config import Config
    from ws_fallback_lint.engine.workspace import Workspace

    chosen = config or Config()
    folder = os.path.abspath(root) if root is not None else None
    return chosen, Workspace().project(filename, folder, chosen.src)


def _source(source: str | bytes, filename: str) -> "Source":
    from ws_fallback_lint.core.source import Source

    return Source(filename, source.encode() if isinstance(source, str) else source)
