"""FBK105."""

from collections.abc import Iterator

from ws_fallback_lint.analysis.guarded import Meets
from ws_fallback_lint.core.findings import Safety
from ws_fallback_lint.rules.base import About, Narrow, Report, Rule, View


class BroadHandler(Rule):
    """A handler around an import catches more than a failed import raises.

    A package that is installed but broken raises too. A wide handler then swaps in the
    fallback, and the real error is never seen.

    ```py bad
    try:
        import orjson
    except Exception:  # FBK105
        orjson = None
    ```

    ```py fixed
    try:
        import orjson
    except ImportError:
        orjson = None
    ```

    ```py ok
    try:
        import orjson
    except Exception as error:
        raise RuntimeError("orjson is installed but broken") from error
    ```
    """

    code = "FBK105"
    name = "broad-handler"
    about = About.CAUGHT
    on_by_default = False
    fix = "narrow to ImportError"

    def check(self, view: View) -> Iterator[Report]:
        """One finding per wide handler from which the program can go on."""
        for handler, goes_on in view.import_handlers():
            if handler.caught.everything and goes_on:
                caught = "suppress" if handler.meets is Meets.SUPPRESS else "except"
                message = f"this '{caught}' around an import catches more than a failed import raises"
                # Around other code, what else is caught may be what the handler is for.
                remedy = None if handler.protects_more else Narrow(handler, Safety.UNSAFE)
                yield Report(self.at(view, handler.header, message), remedy)


RULE = BroadHandler()
