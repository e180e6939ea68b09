"""The command `ws-fallback-lint` as a process of its own; `python -m ws_fallback_lint` is the same."""

import gc
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


if __name__ == "__main__":
    sys.exit(main())
