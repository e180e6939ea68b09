"""Where answers of earlier runs are kept, and `cache clear`, which removes them."""

import os
import sys

import click

from ws_fallback_lint.engine.disk import why
from ws_fallback_lint.engine.report.escape import visible
from ws_fallback_lint.frontends.output import PROGRAM, put

FOLDER = "WS_FALLBACK_LINT_CACHE_DIR"


def folder() -> str:
    """The folder that the environment names, else ours in the folder of the user for such things."""
    if named := os.environ.get(FOLDER):
        return os.path.abspath(named)
    from platformdirs import user_cache_dir  # of no use to a single file

    return user_cache_dir(PROGRAM, appauthor=False)


@click.group("cache", no_args_is_help=False)
def cache() -> None:
    """Look after what is remembered from run to run.

    It lies in the folder that WS_FALLBACK_LINT_CACHE_DIR names, else in that of the user for caches.
    """


@cache.command("clear")
def clear() -> int:
    """Forget all that earlier runs found out."""
    from ws_fallback_lint.engine.cache import clear as remove

    where = folder()
    try:
        freed = remove(where)
    except OSError as error:
        raise click.FileError(where, f"cannot be cleared: {why(error)}") from error
    said = f"Removed {freed / 1e6:.1f} MB from {where}." if freed else f"Nothing in {where}."
    put(sys.stdout, f"{visible(said)}\n")
    return 0
