"""What this tool takes on a tree, cold and warm, beside its peers, and which of its bars it reaches.

    benchmarks/run                  # on a tree of 2,000 generated files
    benchmarks/run PATH             # on a copy of the Python files of a folder
    benchmarks/run --make FOLDER    # only write the generated tree, to look at it

Whole processes, their output thrown away: medians of five, all programs in turn, by the clock (which decides)
and of processor time. Memory is from runs of its own. flake8 gets the first files: all would take minutes.
The one file that changed, or that is looked at alone, is another one each time. On a real tree, the tenth of
the files that growth is measured from lacks much of what they import. Ends with 1 if a bar is missed.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, repeat
from pathlib import Path
from random import Random
from statistics import mean, median, quantiles

from bars import Line, print_bars, print_lines
from files import Tree, copied, thinned
from generated import make
from measure import Cost, Program, cost, peak, sees_all_processes
from peers import NAMES, Peer, peers

PYTHON = (sys.executable, "-P")  # -P: no module of the tree may stand in for one of ours
CHECK = (*PYTHON, "-m", "ws_fallback_lint", "check")
CACHE = "WS_FALLBACK_LINT_CACHE_DIR"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: the program of each run, or why it is `missing`; `whole`: for all files."""

    key: str
    label: str
    programs: Iterator[Program] | None
    missing: str = ""
    whole: bool = True


def main() -> int:
    """Make the tree, measure, print."""
    options = _options()
    if options.make:
        make(options.make, options.files, options.seed)
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch).resolve()
        os.environ[CACHE] = str(work / "cache")  # for every program: none may meet, or fill, that of the user
        tree, tenth = _trees(options, work)
        endings = _introduced(tree, options)
        ours = list(_ours(tree, tenth, endings, Random(options.seed)))
        some = tree.first(options.flake8_files)
        others = [_peer_row(peer) for peer in peers(options.peers, tree.folder, some)]
        lines = _measured([*ours, *others], options.repeats)
    print_lines(lines)
    if not sees_all_processes():
        print("(MB: of the largest process that ran so far, since this system has no /proc)")
    return 0 if print_bars(lines) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "benchmarks/run", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("path", nargs="?", type=Path, help="a folder; none: generated files")
    parser.add_argument("--files", type=int, default=2000, help="how many files to generate")
    parser.add_argument("--seed", type=int, default=1, help="of what is generated, and of every choice")
    parser.add_argument("--repeats", type=int, default=5, help="runs of each kind")
    parser.add_argument(
        "--peers", type=_names, default=NAMES, help=f"some of: {','.join(NAMES)}", metavar="LIST"
    )
    parser.add_argument(
        "--flake8-files", type=int, default=100, help="how many files flake8 looks at", metavar="N"
    )
    parser.add_argument("--make", type=Path, help="only write the generated tree there", metavar="FOLDER")
    options = parser.parse_args()
    if options.path and not options.path.is_dir():
        parser.error(f"{options.path} is not a folder")
    if options.make and options.make.exists():
        parser.error(f"{options.make} is there already")
    if min(options.files, options.repeats, options.flake8_files) < 1:
        parser.error("there must be at least one file and one run")
    return options


def _names(text: str) -> tuple[str, ...]:
    names = tuple(filter(None, text.split(",")))
    if unknown := set(names) - set(NAMES):
        raise argparse.ArgumentTypeError(f"no such tool: {', '.join(sorted(unknown))}")
    return names


def _trees(options: argparse.Namespace, work: Path) -> tuple[Tree, Tree]:
    """The tree to work on, and one with a tenth of its files."""
    whole, tenth = work / "tree", work / "tenth"
    if options.path:
        tree = copied(options.path.resolve(), whole)
        if not tree.sizes:
            sys.exit(f"{options.path} holds no Python files")
        return tree, thinned(tree, tenth, 10)
    make(whole, options.files, options.seed)
    make(tenth, max(1, options.files // 10), options.seed)
    return Tree(whole), Tree(tenth)


def _introduced(tree: Tree, options: argparse.Namespace) -> tuple[int, ...]:
    """Print what this is about; the exit statuses of good runs of ours come back."""
    sizes = sorted(tree.sizes.values())
    share = len(tree.with_fallbacks) / len(sizes)
    arguments = [*CHECK, "--no-cache", "--exit-zero", "--format", "json", "."]
    run = subprocess.run(arguments, cwd=tree.folder, check=False, capture_output=True)
    if run.returncode not in (0, 2):
        sys.exit(f"{' '.join(arguments)}: ended with {run.returncode}\n{run.stderr.decode()}")
    report = json.loads(run.stdout)
    where = options.path or f"generated with seed {options.seed}"
    cuts = quantiles(sizes, n=10) if len(sizes) > 1 else sizes * 9
    print(f"{where}: {len(sizes):,} files, {sum(sizes) / 1e6:.1f} MB")
    print(
        f"sizes: median {median(sizes):,.0f}, mean {mean(sizes):,.0f}, 90th percentile {cuts[-1]:,.0f} bytes"
    )
    print(f"files with handlers of a failed import: {len(tree.with_fallbacks):,} ({share:.1%})")
    print(f"findings: {len(report['findings'])}, files that cannot be analysed: {len(report['errors'])}")
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} processors, medians of {options.repeats}",
        flush=True,
    )
    return (0, 2) if report["errors"] else (0,)


def _ours(tree: Tree, tenth: Tree, endings: tuple[int, ...], chance: Random) -> Iterator[Row]:
    def checking(*arguments: str, where: Tree = tree) -> Program:
        return Program((*CHECK, "--quiet", "--exit-zero", *arguments), where.folder, endings=endings)

    yield Row("cold", "cold", repeat(checking("--no-cache", ".")))
    for jobs in ("1", "2"):
        yield Row(f"jobs {jobs}", f"cold, --jobs {jobs}", repeat(checking("--no-cache", "--jobs", jobs, ".")))
    warm = checking(".")
    cost(warm)  # fills the cache
    if any(Path(os.environ[CACHE]).glob("*")):
        yield Row("warm", "nothing changed", repeat(warm))
        yield Row("changed", "one file changed", _after_changes(tree, warm, chance))
    else:
        yield Row("warm", "nothing changed", None, "no cache in this version")
        yield Row("changed", "one file changed", None, "no cache in this version")
    for key, label, paths, base, libraries in (
        ("clean", "one clean file", tree.sizes.keys() - tree.with_fallbacks, "click", "click"),
        ("fallback", "one file with a fallback", tree.with_fallbacks, "libcst", "click, libcst"),
    ):
        some = chance.sample(sorted(paths), len(paths))
        alone = (checking("--no-cache", path) for path in cycle(some)) if some else None
        yield Row(key, f"{label}, cold", alone, "" if some else "the tree has none", whole=False)
        starting = Program((*PYTHON, "-c", f"import {libraries}"), tree.folder)
        yield Row(base, f"import {libraries}", repeat(starting), whole=False)
    small = checking("--no-cache", "--jobs", "1", ".", where=tenth)
    yield Row("tenth", f"cold, --jobs 1, a tenth: {len(tenth.sizes):,} files", repeat(small), whole=False)


def _after_changes(tree: Tree, program: Program, chance: Random) -> Iterator[Program]:
    """The program, each time after another file has changed."""
    for path in cycle(chance.sample(sorted(tree.sizes), len(tree.sizes))):
        with (tree.folder / path).open("ab") as file:
            file.write(b"\nx_changed = 1\n")
        yield program


def _peer_row(peer: Peer) -> Row:
    programs = repeat(peer.program) if peer.program else None
    return Row(peer.key, peer.label, programs, peer.missing, peer.whole)


def _measured(rows: list[Row], repeats: int) -> dict[str, Line]:
    programs = {row.key: row.programs for row in rows if row.programs}
    memory = {key: peak(next(some)) for key, some in programs.items()}
    runs: dict[str, list[Cost]] = {key: [] for key in programs}
    for number in range(repeats):
        print(f"round {number + 1} of {repeats}", file=sys.stderr, flush=True)
        # The order changes from round to round, so that none is always behind the same other.
        for key in programs if number % 2 else reversed(programs):
            runs[key].append(cost(next(programs[key])))
    return {
        row.key: Line(row.label, runs.get(row.key, ()), memory.get(row.key, 0), row.missing, row.whole)
        for row in rows
    }


if __name__ == "__main__":
    sys.exit(main())
