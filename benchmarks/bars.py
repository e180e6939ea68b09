"""What has to be reached, and the tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from measure import Cost

MEMORY = 500  # MB


@dataclass(frozen=True, slots=True)
class Bar:
    """The time of one row may be at most so many times that of another; `worst` runs are worth a look.

    Without a limit it only tells what can be reached.
    """

    label: str
    limit: float | None
    row: str
    base: str
    worst: bool = False


BARS = (
    Bar("cold / ruff", 1.0, "cold", "ruff"),
    Bar("cold, one process / ruff", 1.8, "jobs 1", "ruff"),
    Bar("  of that: parsing what has to be", None, "floor", "ruff"),
    Bar("nothing changed / cold", 0.3, "warm", "cold"),
    Bar("one file changed / cold", 0.35, "changed", "cold", worst=True),
    Bar("one clean file / import click", 2.0, "clean", "click", worst=True),
    Bar("one with a fallback / import click, libcst", 2.0, "fallback", "libcst", worst=True),
    Bar("flake8 with / without the plugin", 1.05, "flake8 with", "flake8 without"),
    Bar("ten times the files, one process", 11.0, "jobs 1", "tenth"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """What was measured of a row: runs and MB, or `missing`: why there are none; `whole`: for all files."""

    label: str
    runs: Sequence[Cost] = ()
    memory: float = 0
    missing: str = ""
    whole: bool = True

    @property
    def wall(self) -> float:
        """The median by the clock."""
        return median(run.wall for run in self.runs)

    @property
    def cpu(self) -> float:
        """The median of the processor time."""
        return median(run.cpu for run in self.runs)


def print_lines(lines: Mapping[str, Line]) -> None:
    """Print what was measured."""
    ruff = lines.get("ruff")
    print(f"\n{'':<44} {'clock s':>8} {'cpu s':>8} {'MB':>6} {'x ruff':>7}")
    for line in lines.values():
        if line.missing:
            print(f"{line.label:<44} {line.missing}")
            continue
        times = f"{line.wall / ruff.wall:7.2f}" if line.whole and ruff and ruff.runs else ""
        print(f"{line.label:<44} {line.wall:8.3f} {line.cpu:8.3f} {line.memory:6.0f} {times}".rstrip())


def print_bars(lines: Mapping[str, Line]) -> bool:
    """Print what was reached, by the clock; whether all was that could be measured."""
    print(f"\n{'':<44} {'at most':>8} {'clock':>8} {'cpu':>6} {'worst':>7}  reached")
    reached = [_print_bar(bar, lines) for bar in BARS]
    cold = lines["cold"].memory
    print(
        f"{'MB of all processes together, cold':<44} {MEMORY:8} {cold:8.0f} {'':14}  {_word(cold <= MEMORY)}"
    )
    return all([*reached, cold <= MEMORY])


def _print_bar(bar: Bar, lines: Mapping[str, Line]) -> bool:
    row, base = lines.get(bar.row), lines.get(bar.base)
    limit = "" if bar.limit is None else f"{bar.limit:.2f}"
    if not (row and row.runs and base and base.runs):
        missing = next((line.missing for line in (row, base) if line and line.missing), "not asked for")
        print(f"{bar.label:<44} {limit:>8} {missing}")
        return True
    ratio = row.wall / base.wall
    worst = f"{max(run.wall for run in row.runs) / base.wall:7.2f}" if bar.worst else f"{'':7}"
    cpu = row.cpu / base.cpu
    reached = bar.limit is None or ratio <= bar.limit
    word = "" if bar.limit is None else _word(reached)
    print(f"{bar.label:<44} {limit:>8} {ratio:8.2f} {cpu:6.2f} {worst}  {word}".rstrip())
    return reached


def _word(reached: bool) -> str:
    return "yes" if reached else "no"
