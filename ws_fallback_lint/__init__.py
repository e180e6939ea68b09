"""Find, explain and fix import fallbacks that turn into `'NoneType' object is not callable`."""

import os

from ws_fallback_lint.core.config import Config
from ws_fallback_lint.core.findings import Result
from ws_fallback_lint.core.source import Source
from ws_fallback_lint.engine.fix import Fixed, fix
from ws_fallback_lint.engine.lint import lint
from ws_fallback_lint.engine.workspace import Workspace
from ws_fallback_lint.project.roots import Project

__version__ = "0.1.0"
__all__ = ["Config", "Fixed", "Result", "fix_source", "lint_source"]


def lint_source(
    source: str | bytes, filename: str = "module.py", config: Config | None = None, *, root: str | None = None
) -> Result:
    """Lint one module given as text or as the bytes of its file.

    `filename` says where the module stands: what lies around it is its project. Nothing is read but folder
    listings and, where a verdict needs them, modules of the project around it. With `root`, the project's
    folder, the files in it that declare dependencies and builds are read, too. A `str` is taken as
    UTF-8. Bad input is no error but a problem (FBK900) in the result. Findings carry their fixes.
    """
    config = config or Config()
    return lint(_source(source, filename), config, _project(filename, config, root), fixes=True)


def fix_source(
    source: str | bytes,
    filename: str = "module.py",
    config: Config | None = None,
    *,
    root: str | None = None,
    unsafe: bool = False,
) -> Fixed:
    """Apply the safe fixes, with `unsafe` all of them; the fixed text is `Fixed.source`.

    Arguments as for `lint_source`.
    """
    config = config or Config()
    return fix(_source(source, filename), config, _project(filename, config, root), unsafe=unsafe)


def _project(filename: str, config: Config, root: str | None) -> Project:
    return Workspace().project(filename, os.path.abspath(root) if root is not None else None, config.src)


def _source(source: str | bytes, filename: str) -> Source:
    return Source(filename, source.encode() if isinstance(source, str) else source)
