"""FBK900."""

from collections.abc import Iterator

from ws_fallback_lint.rules.base import About, Report, Rule, View


class NotAnalyzed(Rule):
    """A file could not be read or parsed, so nothing is known about it.

    Such a file is always named and the exit status is 2: a file that is skipped in
    silence would count as clean.

    ```py broken
    try:
        import orjson
    except ImportError
        orjson = None
    ```

    ```py ok
    try:
        import orjson
    except ImportError:
        orjson = None
    ```
    """

    code = "FBK900"
    name = "not-analyzed"
    about = About.NONE

    def check(self, view: View) -> Iterator[Report]:
        """Nothing: a view is of a module that was analysed. The engine reports the others."""
        del view
        return iter(())


RULE = NotAnalyzed()
