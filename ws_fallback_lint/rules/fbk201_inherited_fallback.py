"""FBK201."""

from collections.abc import Iterator
from dataclasses import replace

from ws_fallback_lint.core.findings import Becomes, Cause, Finding
from ws_fallback_lint.project.inherited import Inherited
from ws_fallback_lint.rules.base import About, Report, Rule, View
from ws_fallback_lint.rules.fallback import use_at, when

_MAY_BE = {Becomes.NONE: "None", Becomes.STAND_IN: "a stand-in", Becomes.UNBOUND: "unbound"}


class InheritedFallback(Rule):
    """A use of a name that another module may have left None, a stand-in or unbound.

    The import that fails, and the handler that hides it, are in one file; what dies of it is in another,
    which took the name from there. Where both files are looked at, the fallback is reported, and the use
    is listed with it. Here the module `store.codec` of the same project tries to import `orjson`, and has
    `dumps = None` in its handler:

    ```py bad
    from store.codec import dumps

    def save(order):
        return dumps(order)  # FBK201
    ```

    ```py ok
    from store.codec import dumps

    def save(order):
        if dumps is None:
            raise RuntimeError("orders cannot be saved: install orjson")
        return dumps(order)
    ```
    """

    code = "FBK201"
    name = "inherited-fallback"
    about = About.NONE

    def check(self, view: View) -> Iterator[Report]:
        """One finding per use and guarded import."""
        for inherited in view.inherited:
            yield Report(self._finding(view, inherited), inherited=inherited)

    def _finding(self, view: View, inherited: Inherited) -> Finding:
        verdict = inherited.verdict
        cause, seen = inherited.source.place(verdict.region), inherited.seen
        path = view.shown(inherited.source.path)
        why = verdict.leading.why
        name = seen.name or inherited.names[0]
        message = f"'{name}' may be {_MAY_BE[verdict.becomes]}: {path}:{cause.line} goes on {when(verdict)}"
        return replace(
            self.at(view, seen.region, message),
            modules=verdict.modules,
            origin=why.origin.value,
            reason=why.reason,
            uses=(use_at(view, seen),),
            cause=Cause(path, cause.line, cause.column),
        )


RULE = InheritedFallback()
