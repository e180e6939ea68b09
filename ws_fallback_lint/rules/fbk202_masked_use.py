"""FBK202."""

from collections.abc import Iterator

from ws_fallback_lint.rules.base import Report, Rule, View


class MaskedUse(Rule):
    """Only a `try` around the use hides that the import failed.

    The name is None and the use dies, every time; a handler swallows the error, and
    with it the reason. What the `try` was for, and what the import was for, never runs.

    ```py bad
    try:
        import orjson
    except ImportError:
        orjson = None

    def dump(value):
        try:
            return orjson.dumps(value)  # FBK202
        except Exception:
            return b""
    ```

    Say what happens without the package:

    ```py ok
    try:
        import orjson
    except ImportError:
        orjson = None

    def dump(value):
        if orjson is None:
            return b""
        try:
            return orjson.dumps(value)
        except ValueError:
            return b""
    ```
    """

    code = "FBK202"
    name = "masked-use"
    on_by_default = False

    def check(self, view: View) -> Iterator[Report]:
        """One finding per use."""
        for seen in view.judge.masked_uses():
            message = f"'{seen.name}' may be missing here, and only the 'try' around it hides that"
            yield Report(self.at(view, seen.region, message))


RULE = MaskedUse()
