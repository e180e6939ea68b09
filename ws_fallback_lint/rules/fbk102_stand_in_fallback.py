"""FBK102."""

from ws_fallback_lint.core.findings import Becomes
from ws_fallback_lint.rules.fallback import FallbackRule


class StandInFallback(FallbackRule):
    """A name becomes a stand-in when its import fails.

    A stub, a builtin or a constant takes the place of the real thing. The program goes
    on and does something else than it says.

    ```py bad
    try:
        from .types import MessageType, create_message
    except ImportError:
        MessageType = str  # FBK102

        def create_message(kind, **data):
            return {"kind": kind, **data}
    ```

    ```py fixed
    try:
        from .types import MessageType, create_message
    except ImportError as error:
        raise ImportError(
            f"cannot import MessageType, create_message from .types: {error}"
        ) from error
    ```

    A Mock is no implementation, so outside tests it is reported wherever the import
    comes from:

    ```py bad
    from unittest.mock import MagicMock

    try:
        import redis
    except ImportError:
        redis = MagicMock()  # FBK102
    ```

    ```py fixed
    from unittest.mock import MagicMock

    try:
        import redis
    except ImportError as error:
        raise ImportError(
            f"cannot import redis: {error}"
        ) from error
    ```

    A stand-in for a package that may really be missing is fine:

    ```py ok
    try:
        from tqdm import tqdm
    except ImportError:
        def tqdm(items):
            return items
    ```
    """

    code = "FBK102"
    name = "stand-in-fallback"
    becomes = Becomes.STAND_IN


RULE = StandInFallback()
