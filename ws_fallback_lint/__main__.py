"""`python -m ws_fallback_lint` is the command `ws-fallback-lint`."""

import sys

from ws_fallback_lint.frontends.cli import main

if __name__ == "__main__":
    sys.exit(main())
