"""FBK103."""

from ws_fallback_lint.core.findings import Becomes
from ws_fallback_lint.rules.fallback import FallbackRule


class UnboundFallback(FallbackRule):
    """A name stays unbound when its import fails, and nobody is told.

    The failure is swallowed: by `pass`, a log line, a flag, or `suppress`. Whoever reads
    the name gets a NameError, and whoever imports it from here an ImportError that
    blames the wrong module.

    ```py bad
    try:
        from .rate_limiter import RateLimiter
    except ImportError:  # FBK103
        pass
    ```

    ```py fixed
    try:
        from .rate_limiter import RateLimiter
    except ImportError as error:
        raise ImportError(
            f"cannot import RateLimiter from .rate_limiter: {error}"
        ) from error
    ```

    A handler that ends the program, or a name that is only read where its import has
    worked, is fine:

    ```py ok
    import sys

    try:
        from .rate_limiter import RateLimiter
    except ImportError:
        sys.exit("the rate limiter is broken")

    try:
        from .plugins import install
        install()
    except ImportError:
        print("no plugins")
    ```
    """

    code = "FBK103"
    name = "unbound-fallback"
    becomes = Becomes.UNBOUND


RULE = UnboundFallback()
