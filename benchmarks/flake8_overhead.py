"""What the plugin costs: flake8 with it against flake8 without it, on the same files.

Two environments are made, one of which has never heard of the plugin; their runs alternate, so
that a machine that slows down slows both. The bar is a ratio of the medians of at most 1.05.

    python benchmarks/flake8_overhead.py              # on generated files
    python benchmarks/flake8_overhead.py some/folder  # on real ones
"""

import argparse
import importlib.metadata
import random
import resource
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

REPO = Path(__file__).resolve().parents[1]
BAR = 1.05
FALLBACK_SHARE = 0.06  # of the files of a large real tree


@dataclass(frozen=True, slots=True)
class Run:
    """One run of flake8, in seconds: by the clock, and of processor time."""

    wall: float
    cpu: float


def main() -> int:
    """Measure and print a table; 1 when the ratio is over the bar."""
    options = _options()
    flake8 = f"flake8=={importlib.metadata.version('flake8')}"
    without = _environment(".venv-bench-without", flake8)
    with_plugin = _environment(".venv-bench-with", flake8, str(REPO))
    with tempfile.TemporaryDirectory() as folder:
        paths = options.paths
        if not paths:
            generate(Path(folder), options.files, random.Random(options.seed))
            paths = [Path(folder)]
        sizes = [file.stat().st_size for path in paths for file in _files(path)]
        print(f"{flake8}, {len(sizes)} files, {sum(sizes) / 1e6:.1f} MB, {options.rounds} rounds")
        plain, plugged = _measure(without, with_plugin, paths, options.rounds)
    ratio = _row("clock (s)", [run.wall for run in plain], [run.wall for run in plugged])
    _row("processor (s)", [run.cpu for run in plain], [run.cpu for run in plugged])
    return 0 if ratio <= BAR else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("paths", nargs="*", type=Path, help="files or folders; none: generated files")
    parser.add_argument("--files", type=int, default=200, help="how many files to generate")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each kind")
    parser.add_argument("--seed", type=int, default=1, help="of the generator")
    return parser.parse_args()


def generate(folder: Path, count: int, chance: random.Random) -> None:
    """Write `count` modules into packages of 20 under `folder`."""
    (folder / "pyproject.toml").write_text('[project]\nname = "bench"\nversion = "1"\n', "utf-8")
    for number in range(count):
        package = folder / f"package_{number // 20}"
        package.mkdir(exist_ok=True)
        (package / "__init__.py").touch()
        (package / f"module_{number}.py").write_text(_module(number, chance), "utf-8")


def _module(number: int, chance: random.Random) -> str:
    # Lines of code are log-normal: half of the modules below 120 lines, a few above 1,000.
    wanted = min(int(chance.lognormvariate(4.8, 1.0)), 3000)
    lines = ['"""Generated."""', "", "import json", "import os"]
    if chance.random() < FALLBACK_SHARE:
        lines += ["", *_FALLBACKS[number % len(_FALLBACKS)].splitlines()]
    while len(lines) < wanted:
        lines += _function(len(lines), chance).splitlines()
    lines += ["", "", "def main():", "    return json.dumps(os.sep)", ""]
    return "\n".join(lines)


_FALLBACKS = (
    """\
try:
    import orjson
except ImportError:
    orjson = None


def dump(value):
    return json.dumps(value) if orjson is None else orjson.dumps(value)
""",
    """\
try:
    from package_0.module_0 import main as other
except ImportError:
    other = None
""",
    """\
try:
    import rich
    HAS_RICH = True
except ImportError:
    HAS_RICH = False


def show(value):
    if HAS_RICH:
        rich.print(value)
""",
)


def _function(number: int, chance: random.Random) -> str:
    body = [
        f"\n\ndef work_{number}(first, second=None, *others):",
        f'    """Does part {number} of the work."""',
        "    total = 0",
    ]
    for step in range(chance.randrange(3, 12)):
        match chance.randrange(4):
            case 0:
                body += [
                    f"    for index, value in enumerate(others, {step}):",
                    "        total += index * value",
                ]
            case 1:
                body += [
                    f"    if first and total > {step}:",
                    "        return {'total': total, 'second': second}",
                ]
            case 2:
                body += ["    try:", "        total += int(first)", "    except ValueError as error:"]
                body += ["        raise RuntimeError(f'not a number: {first}') from error"]
            case _:
                body += [f"    total = sum([total, len(str(first)), {step}])  # the running total"]
    return "\n".join([*body, "    return total"])


def _environment(name: str, *requirements: str) -> Path:
    home = REPO / name
    venv.create(home, with_pip=True, clear=True)
    python = home / "bin" / "python"
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, *requirements], check=True)
    return python


def _measure(without: Path, with_plugin: Path, paths: list[Path], rounds: int) -> tuple[list[Run], list[Run]]:
    runs: dict[Path, list[Run]] = {without: [], with_plugin: []}
    for number in range(rounds + 1):
        # The order changes from round to round, so that neither kind is always the second.
        for python in runs if number % 2 else reversed(runs):
            runs[python].append(_run(python, paths))
    # The first round fills caches and is not counted.
    return runs[without][1:], runs[with_plugin][1:]


def _run(python: Path, paths: list[Path]) -> Run:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    command = [str(python), "-m", "flake8", "--isolated", "-j1", "--exit-zero", *map(str, paths)]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Run(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def _files(path: Path) -> Iterator[Path]:
    yield from [path] if path.is_file() else path.rglob("*.py")


def _row(kind: str, plain: list[float], plugged: list[float]) -> float:
    before, after = median(plain), median(plugged)
    print(f"{kind:<14} without {before:8.3f}   with {after:8.3f}   ratio {after / before:.3f}")
    return after / before


if __name__ == "__main__":
    sys.exit(main())
