"""FBK106."""

from collections.abc import Iterator

from ws_fallback_lint.core.findings import Safety
from ws_fallback_lint.rules.base import About, AddCause, Report, Rule, View


class LostCause(Rule):
    """A handler of a failed import raises a new exception without its cause.

    The traceback then says "during handling of the above exception, another exception
    occurred", which reads as if the handler itself were broken.

    ```py bad
    try:
        import psycopg
    except ImportError:
        raise RuntimeError("install psycopg")  # FBK106
    ```

    ```py fixed
    try:
        import psycopg
    except ImportError as error:
        raise RuntimeError("install psycopg") from error
    ```

    ```py ok
    try:
        import psycopg
    except ImportError:
        raise
    ```

    Leaving the cause out on purpose is said with `from None`:

    ```py ok
    try:
        import psycopg
    except ImportError:
        raise RuntimeError("install psycopg") from None
    ```
    """

    code = "FBK106"
    name = "lost-cause"
    about = About.CAUGHT
    on_by_default = False
    fix = "add 'from'"

    def check(self, view: View) -> Iterator[Report]:
        """One finding per raise."""
        for handler, _ in view.import_handlers():
            for region in handler.lost_causes:
                finding = self.at(
                    view, region, "raises a new exception without 'from': the failed import is lost"
                )
                yield Report(finding, AddCause(handler, region, Safety.SAFE))


RULE = LostCause()
