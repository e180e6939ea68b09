"""From which size on processes save time: `processes.py TREE [ROUNDS]`. What `WORTH_A_POOL` is drawn from.

The command is run on more and more of the files of a tree, in one process and in two by turns. What counts
is the processor time of the first process and of that worker which had most to do: what a person waits for
on a machine that has nothing else to do, and hardly changed by what else this one does. Medians.
"""

import itertools
import os
import statistics
import subprocess
import sys
from pathlib import Path

JOBS = 2
SIZES = (125_000, 250_000, 500_000, 1_000_000, 2_000_000, 4_000_000)
SCRIPT = """
import os, sys, time
from ws_fallback_lint.engine import pool, run
from ws_fallback_lint.frontends.cli import main

run.WORTH_A_POOL = 1
serve = pool._serve
reading, writing = os.pipe()

def timed(*rest):
    serve(*rest)
    os.write(writing, f"{time.process_time()}\\n".encode())

pool._serve = timed
main(sys.argv[1:])
os.write(writing, b"0")
print(time.process_time() + max(map(float, os.read(reading, 9999).split())))
"""


def first_files(tree: Path, size: int) -> list[str]:
    """Files of a tree that hold about so many bytes, in order."""
    files = sorted(tree.rglob("*.py"))
    held = itertools.accumulate(file.stat().st_size for file in files)
    return [str(file) for file, sum_so_far in zip(files, held, strict=True) if sum_so_far <= size]


def seconds(files: list[str], jobs: int) -> float:
    """How long the command takes for some files."""
    report = ("--quiet", "--output", os.devnull)
    command = [sys.executable, "-c", SCRIPT, "check", *report, f"--jobs={jobs}", *files]
    return float(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)


def main(tree: str, rounds: str = "5") -> None:
    """Print the table."""
    os.chdir(tree)
    print(f"{'bytes':>9} {'files':>6} {'1 process':>10} {f'{JOBS} processes':>12} {'ratio':>6}")
    for size in SIZES:
        files = first_files(Path(), size)
        runs = [(seconds(files, 1), seconds(files, JOBS)) for _ in range(int(rounds))]
        one, more = (statistics.median(run[part] for run in runs) for part in (0, 1))
        print(f"{size:>9} {len(files):>6} {one:>8.2f} s {more:>10.2f} s {more / one:>6.2f}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
