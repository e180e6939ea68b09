"""How time and memory grow with the files in one folder: ten times the files may take twelve times as long.

Every second file is empty, the others import something; one of them loses a name. One process, without the
cache, then with it twice: empty and filled.

    python benchmarks/crowd.py [FILES]
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

BAR = 12.0
MANY = 100_000
LOST = "try:\n    import gone\nexcept ImportError:\n    gone = None\ngone.start()\n"
PROGRAM = """
import resource, sys
from ws_fallback_lint.frontends.cli import main
main(sys.argv[1:])
used = resource.getrusage(resource.RUSAGE_SELF)
print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, file=sys.stderr)
"""


def fill(folder: Path, files: int) -> None:
    """Make that many small modules in a folder."""
    folder.mkdir()
    for number in range(files):
        text = "import os\n" if number % 2 else ""
        folder.joinpath(f"m{number}.py").write_text(LOST if number == 0 else text, "utf-8")


def measure(folder: Path, *options: str) -> tuple[float, float]:
    """Seconds of processor time and megabytes that a run over a folder takes."""
    command = [sys.executable, "-c", PROGRAM, "check", "--jobs", "1", *options, str(folder)]
    cache = {**os.environ, "WS_FALLBACK_LINT_CACHE_DIR": str(folder.parent / f"cache-of-{folder.name}")}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=cache)
    if "Found 1 finding in 1 file" not in done.stdout:
        sys.exit(f"not the run it should be: {done.stdout}")
    seconds, megabytes = map(float, done.stderr.split())
    return seconds, megabytes


def main() -> int:
    """Print the table; end with 1 if a row misses the bar."""
    many = int(sys.argv[1]) if len(sys.argv) > 1 else MANY
    few = many // 10
    print(f"{'':>14}  {few:>8} s  {'MB':>5}  {many:>8} s  {'MB':>5}  ratio (bar {BAR:g})")
    missed = False
    with tempfile.TemporaryDirectory() as home:
        folders = Path(home, "few"), Path(home, "many")
        for folder, files in zip(folders, (few, many), strict=True):
            fill(folder, files)
        for name, options in (("no cache", ["--no-cache"]), ("cache, empty", []), ("cache, filled", [])):
            (small, light), (large, heavy) = (measure(folder, *options) for folder in folders)
            missed = missed or large / small > BAR
            print(
                f"{name:>14}  {small:10.2f}  {light:5.0f}  {large:10.2f}  {heavy:5.0f}  {large / small:5.1f}"
            )
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
