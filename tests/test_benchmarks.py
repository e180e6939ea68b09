"""The benchmark makes the tree that it promises, and its table has every row."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest

RUN = Path(__file__).parents[1] / "benchmarks" / "run"
HANDLER = re.compile(r"^\s*except\b.*\bImportError\b", re.MULTILINE)
NUMBER = r"\d+(?:\.\d+)?"
NO_CACHE = "no cache in this version"
ROWS = (
    *("cold", "cold, --jobs 1", "cold, --jobs 2", "nothing changed", "one file changed"),
    *("one clean file, cold", "import click", "one file with a fallback, cold", "import click, libcst"),
)
# Each bar, how much it allows, the rows whose times it divides.
BARS = (
    ("cold / ruff", 1.0, "cold", "ruff, four rules, no cache"),
    ("cold, one process / ruff", 1.8, "cold, --jobs 1", "ruff, four rules, no cache"),
    ("nothing changed / cold", 0.3, "nothing changed", "cold"),
    ("one file changed / cold", 0.35, "one file changed", "cold"),
    ("one clean file / import click", 2.0, "one clean file, cold", "import click"),
    (
        "one with a fallback / import click, libcst",
        2.0,
        "one file with a fallback, cold",
        "import click, libcst",
    ),
    ("ten times the files, one process", 11.0, "cold, --jobs 1", "cold, --jobs 1, a tenth: 6 files"),
)


def bench(
    *arguments: str | Path, program: tuple[str | Path, ...] = (RUN,), **environment: str
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*program, *arguments],
        env={**os.environ, "PYTHON": sys.executable, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def line(output: str, label: str) -> str:
    """What stands behind a label that begins a line, and nothing else does."""
    found = re.findall(rf"^{re.escape(label)} {{2,}}(.+)$", output, re.MULTILINE)
    assert len(found) == 1, (label, output)
    return str(found[0])


def numbers(text: str) -> list[float]:
    return [float(number) for number in re.findall(NUMBER, text)]


def test_the_generated_tree_has_its_shares(tmp_path: Path) -> None:
    assert bench("--make", tmp_path / "tree", "--files", "200").returncode == 0
    files = {
        path: data.decode() for path, data in contents(tmp_path / "tree").items() if path.endswith(".py")
    }
    for text in files.values():
        ast.parse(text)
    assert len(files) == 200
    assert sum(bool(HANDLER.search(text)) for text in files.values()) == 12
    assert sum("/test_" in path for path in files) == 80
    sizes = sorted(len(text) for text in files.values())
    assert median(sizes) == pytest.approx(6400, rel=0.1)
    assert sum(sizes) / len(sizes) == pytest.approx(16_400, rel=0.1)
    assert sizes[180] == pytest.approx(41_000, rel=0.1)
    assert any("import HAS_CBOR2" in text for text in files.values()), "no fallback is used elsewhere"


def test_the_same_seed_gives_the_same_tree(tmp_path: Path) -> None:
    for name, seed in (("first", "7"), ("again", "7"), ("other", "8")):
        assert bench("--make", tmp_path / name, "--files", "60", "--seed", seed).returncode == 0
    assert contents(tmp_path / "first") == contents(tmp_path / "again")
    assert contents(tmp_path / "first") != contents(tmp_path / "other")


def test_the_table() -> None:
    done = bench("--files", "60", "--repeats", "1", "--peers", "ruff,ripgrep")
    output = done.stdout
    assert done.returncode in (0, 1), done.stderr
    assert "60 files" in output
    rows = {label: line(output, label) for label in (*ROWS, *(row for bar in BARS for row in bar[2:]))}
    assert "x ruff" in output
    line(output, "ripgrep, two names")
    for label, text in rows.items():
        measured = re.fullmatch(rf"({NUMBER} +){{2,3}}{NUMBER}", text.strip())
        missing = "not installed: " in text if label.startswith("ruff") else text == NO_CACHE
        assert measured or missing, (label, text)
    missed = False
    for label, limit, row, base in BARS:
        text = line(output, label)
        if re.fullmatch(r"[a-z].*", rows[row]) or re.fullmatch(r"[a-z].*", rows[base]):
            assert not re.search("yes|no$", text)
            continue
        allowed, ratio, *_ = numbers(text)
        assert allowed == limit
        assert ratio == pytest.approx(numbers(rows[row])[0] / numbers(rows[base])[0], rel=0.05, abs=0.02)
        reached = text.split()[-1]
        if abs(ratio - limit) > 0.01:  # what is printed is rounded
            assert reached == ("yes" if ratio <= limit else "no")
        missed |= reached == "no"
    assert line(output, "MB of all processes together, cold").split()[0] == "500"
    assert done.returncode == int(missed)


def test_a_folder_is_not_written_to_and_what_is_not_there_is_said(tmp_path: Path) -> None:
    (tmp_path / "bench.toml").write_text("")
    (tmp_path / "a.py").write_text("a = 1\n")
    before = contents(tmp_path)
    script = (sys.executable, RUN.with_name("run.py"))
    done = bench(tmp_path, "--repeats", "1", "--peers", "ripgrep", program=script, PATH="/nowhere")
    assert done.returncode in (0, 1), done.stderr
    assert contents(tmp_path) == before
    assert line(done.stdout, "ripgrep, two names").startswith("not installed: ")
    assert line(done.stdout, "one file with a fallback, cold") == "the tree has none"
    assert line(done.stdout, "cold / ruff").endswith("not asked for")


def test_no_such_tool() -> None:
    done = bench("--peers", "ruff,rough")
    assert done.returncode == 2
    assert "no such tool: rough" in done.stderr
