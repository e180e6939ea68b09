"""FBK104."""

from collections.abc import Iterator
from dataclasses import replace

from ws_fallback_lint.analysis.guarded import GuardedImport, Imported, Meets
from ws_fallback_lint.core.findings import Finding
from ws_fallback_lint.project.absent import Absent
from ws_fallback_lint.rules.base import About, Report, Rule, View


class ImpossibleImport(Rule):
    """A guarded import asks the project for a module or a name that does not exist.

    It fails on every machine, so what was meant as a fallback is all there is: mostly a module that
    was renamed or removed, or a slip of the pen, which the handler hides. Here the package `store` of the
    same project holds a module `sessions`:

    ```py bad
    try:
        from store import session  # FBK104
    except ImportError:
        import shelve as session
    ```

    ```py ok
    try:
        from store import sessions
    except ImportError:
        import shelve as sessions
    ```

    Compiled and generated modules may be missing from a checkout, and are not reported; nor are names
    of a module that gets some by `globals()`, `__getattr__`, or a star-import from elsewhere.
    """

    code = "FBK104"
    name = "impossible-import"
    about = About.CAUGHT

    def check(self, view: View) -> Iterator[Report]:
        """One finding per missing module of a guarded import, and per missing name."""
        for guarded in view.module.guarded_imports:
            told: set[Absent] = set()
            for ref in _tried(guarded):
                absent = view.judge.absent(ref)
                if absent is not None and absent not in told:
                    told.add(absent)
                    yield Report(self._finding(view, ref, absent))

    def _finding(self, view: View, ref: Imported, absent: Absent) -> Finding:
        return replace(
            self.at(view, ref.region, _message(absent)),
            modules=(view.judge.shown(ref),),
            origin="first-party",
            reason="impossible",
        )


def _tried(guarded: GuardedImport) -> Iterator[Imported]:
    """What is imported where a handler hides that it fails."""
    failed = (
        ref
        for outcome in guarded.outcomes
        if all(handler.meets is not Meets.BRANCH for handler in outcome.handlers)
        for ref in outcome.failed
    )
    yield from sorted(dict.fromkeys(failed), key=lambda ref: ref.region)


def _message(absent: Absent) -> str:
    hint = f" (did you mean '{absent.nearest}'?)" if absent.nearest else ""
    if absent.name is None:
        return f"the project has no module '{absent.module}'{hint}: this import always fails"
    return f"'{absent.module}' has no '{absent.name}'{hint}: this import always fails"


RULE = ImpossibleImport()
