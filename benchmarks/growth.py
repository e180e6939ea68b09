"""How the time for one file grows: ten times the fallbacks may take at most twelve times as long.

Each fallback has ten guarded uses: in functions of their own, at the top of the module, or all in one
function. Medians of five, small and large files in turn.

    python benchmarks/growth.py
"""

import sys
import time
from collections.abc import Callable
from statistics import median

from ws_fallback_lint import Config
from ws_fallback_lint.core.source import Source
from ws_fallback_lint.engine.lint import lint
from ws_fallback_lint.project.roots import Project

BAR = 12.0
SMALL, LARGE = 100, 1000
USES = 10
RUNS = 5


def in_functions(name: str, use: int) -> str:
    """A guarded use in a function of its own."""
    return f"def {name}_{use}():\n    if {name} is None:\n        return None\n    return {name}.go({use})\n"


def in_module(name: str, use: int) -> str:
    """A guarded use at the top of the module."""
    return f"if {name} is not None:\n    {name}.go({use})\n"


def in_one_function(name: str, use: int) -> str:
    """A guarded use in the one function that is open."""
    return f"    if {name} is not None:\n        {name}.go({use})\n"


def module(fallbacks: int, use: Callable[[str, int], str]) -> Source:
    """A module with that many fallbacks and the uses of each."""
    names = [f"lib{number}" for number in range(fallbacks)]
    lines = [f"try:\n    import {name}\nexcept ImportError:\n    {name} = None\n" for name in names]
    if use is in_one_function:
        lines.append("def everything():\n")
    lines += [use(name, number) for name in names for number in range(USES)]
    return Source("module.py", "".join(lines).encode())


def seconds(source: Source) -> float:
    """How long linting takes; nothing may be found, or the uses are not what they should be."""
    project = Project.around("/nowhere/module.py", None, ())
    start = time.perf_counter()
    result = lint(source, Config(), project)
    taken = time.perf_counter() - start
    if result.findings or result.problems:
        sys.exit(f"not a clean run: {result}")
    return taken


def main() -> int:
    """Print the table; end with 1 if a row misses the bar."""
    print(f"{'uses':>16}  {SMALL:>7} s  {LARGE:>7} s  ratio (bar {BAR:g})")
    missed = False
    for use in (in_functions, in_module, in_one_function):
        sources = module(SMALL, use), module(LARGE, use)
        runs = [(seconds(sources[0]), seconds(sources[1])) for _ in range(RUNS)]
        small, large = (median(run[part] for run in runs) for part in (0, 1))
        missed = missed or large / small > BAR
        print(f"{use.__name__:>16}  {small:9.3f}  {large:9.3f}  {large / small:5.1f}")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
