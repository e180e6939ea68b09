"""The least that a linter on Python's own parser takes, in one process: reading, and parsing what it has to.

    python benchmarks/floor.py FOLDER

Files are read, looked at for an import that can fail unnoticed, and parsed if they may have one. Nothing is
made of the syntax trees.
"""

import ast
import contextlib
import gc
import sys
import warnings
from pathlib import Path

from ws_fallback_lint.analysis.prefilter import may_hold_guarded_import


def main(folder: str) -> None:
    """Do it for all files of a folder."""
    gc.disable()
    warnings.simplefilter("ignore")
    for path in Path(folder).rglob("*.py"):
        data = path.read_bytes()
        if may_hold_guarded_import(data):
            with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
                ast.parse(data)


if __name__ == "__main__":
    main(*sys.argv[1:])
