"""Run the prefilter over folders of real files, and name each that it drops though it holds anything.

python tests/prefilter_on.py FOLDER ...
"""

import os
import sys
from collections import Counter
from collections.abc import Iterator

from ws_fallback_lint.analysis.conditions import Asks
from ws_fallback_lint.analysis.environments import EVERYWHERE, MAINTAINED
from ws_fallback_lint.analysis.module import parse
from ws_fallback_lint.analysis.prefilter import may_hold_guarded_import
from ws_fallback_lint.core.config import Config
from ws_fallback_lint.core.errors import NotAnalyzed
from ws_fallback_lint.core.source import Source
from ws_fallback_lint.engine.lint import Known, lint
from ws_fallback_lint.project.roots import Project
from ws_fallback_lint.rules import all_rules

# Uses of what other modules lose are another matter.
_OWN = Config(select=tuple(rule.code for rule in all_rules()), ignore=("FBK201",), strict=True)


def is_held(source: Source, *, asking: bool = True) -> str:
    """What a file holds that the prefilter is not to drop; empty for a file that it may drop.

    Without `asking`, only what catches a failure counts. Raises NotAnalyzed for what is not Python.
    """
    for pythons in (MAINTAINED, EVERYWHERE):
        for asks in (Asks.NOTHING, Asks.SURROUNDINGS):
            for guarded in parse(source, pythons, asks).guarded_imports:
                if asking or any(handler.meets.name != "BRANCH" for handler in guarded.handlers):
                    return f"a guarded import, line {guarded.region.line}"
    config = _OWN if asking else Config(select=("FBK104", "FBK105", "FBK106"))
    project = Project.around(source.path, None, ())
    for finding in lint(source, config, project, known=Known(may_hold=True)).findings:
        return f"{finding.code}, line {finding.place.line}"
    return ""


def files(folder: str) -> Iterator[str]:
    """The Python files below a folder."""
    for home, folders, names in os.walk(folder):
        folders.sort()
        yield from (
            os.path.join(home, name) for name in sorted(names) if name.endswith((".py", ".pyi", ".pyw"))
        )


def main(folders: list[str]) -> int:
    """Say what is dropped, and name what should not have been."""
    counts: Counter[str] = Counter()
    for folder in folders:
        for path in files(folder):
            with open(path, "rb") as file:
                data = file.read()
            counts["files"] += 1
            for asking in (True, False):
                if may_hold_guarded_import(data, asking=asking):
                    continue
                counts["dropped" if asking else "dropped if nothing is asked"] += 1
                try:
                    held = is_held(Source(path, data), asking=asking)
                except NotAnalyzed as error:
                    held = ""
                    if asking:
                        counts["dropped, not Python"] += 1
                        print(f"{path}: {error.reason}")
                except RecursionError:
                    held = ""
                    counts["dropped, too deep"] += 1
                if held:
                    counts["wrongly dropped"] += 1
                    print(f"{path}: dropped, but it holds {held}")
    print(", ".join(f"{number} {what}" for what, number in counts.items()))
    return counts["wrongly dropped"]


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1:]) else 0)
