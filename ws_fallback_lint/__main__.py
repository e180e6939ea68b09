"""The command `ws-fallback-lint` as a process of its own; `python -m ws_fallback_lint` is the same."""

import gc
import os
import sys


def main() -> int:
    """Run the command; what comes back is the exit status."""
    # Modules last as long as the process. To look for garbage among them, while they are imported and once
    # more at the end, takes a tenth of a short run.
    gc.disable()
    from ws_fallback_lint.frontends.cli import main as command

    gc.freeze()
    gc.enable()
    try:
        return command()
    finally:
        gc.freeze()


def _leave_out_working_folder() -> None:
    """Import nothing from the folder that is linted, where `-m` lets Python look first.

    What lies there must not run because it is called like something that is imported here. Up to this
    point nothing was that Python does not hold ready.
    """
    try:
        if not sys.flags.safe_path and sys.path[0] == os.getcwd():
            del sys.path[0]
    except OSError:
        return  # the folder is gone, and Python has not found it either


if __name__ == "__main__":
    _leave_out_working_folder()
    sys.exit(main())
