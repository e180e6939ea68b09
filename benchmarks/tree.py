"""How long `check` takes for a tree, against another copy of the package: `tree.py PATH FOLDER [ROUNDS]`.

FOLDER holds the other `ws_fallback_lint`, as `git archive COMMIT ws_fallback_lint` gives it. The two take
turns, in processes of their own; what counts is the processor time, in seconds, of all their processes.
"""

import os
import statistics
import sys
from pathlib import Path

from measure import Program, cost

HERE = Path(__file__).resolve().parents[1]


def seconds(package: Path, tree: str) -> float:
    """The processor time of one run over a tree."""
    check = (sys.executable, "-m", "ws_fallback_lint", "check", "--no-cache", "--exit-zero", "--quiet", tree)
    # 2: a real tree holds files that are not Python.
    return cost(Program(check, Path("/"), {"PYTHONPATH": str(package)}, endings=(0, 2))).cpu


def main(tree: str, other: str, rounds: str = "3") -> None:
    """Print the medians of some rounds, and their ratio."""
    tree = os.path.abspath(tree)
    theirs, ours = [], []
    for _ in range(int(rounds)):
        theirs.append(seconds(Path(other).resolve(), tree))
        ours.append(seconds(HERE, tree))
    one, two = statistics.median(theirs), statistics.median(ours)
    print(f"{other}: {one:.1f} s, this one: {two:.1f} s, ratio {two / one:.2f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
