"""FBK101."""

from ws_fallback_lint.core.findings import Becomes
from ws_fallback_lint.rules.fallback import FallbackRule


class NoneFallback(FallbackRule):
    """A name becomes None when its import fails.

    Nothing is said when the import fails. The failure comes later and elsewhere, as
    `'NoneType' object is not callable`, without a word of the import that caused it.

    ```py bad
    try:
        from .state_machine import get_state_machine
    except ImportError:
        get_state_machine = None  # FBK101
    ```

    ```py fixed
    try:
        from .state_machine import get_state_machine
    except ImportError as error:
        raise ImportError(
            f"cannot import get_state_machine from .state_machine: {error}"
        ) from error
    ```

    A module that the project itself holds is either there or broken. A package that
    may really be missing can have a fallback:

    ```py ok
    try:
        import orjson
    except ImportError:
        orjson = None
    ```

    So can a module that takes the place of another:

    ```py ok
    try:
        from .fast_codec import encode
    except ImportError:
        from .plain_codec import encode
    ```
    """

    code = "FBK101"
    name = "none-fallback"
    becomes = Becomes.NONE


RULE = NoneFallback()
