"""The library, the command, its standard input and flake8 say the same of the same files, and fix them alike.

Two differences are meant. What Python cannot read is FBK900 for the command and the library. For flake8 it is
its own E999, or nothing in a file that it is told to leave out; what Python cannot decode, flake8 takes for
latin-1, and what it has read is linted. FBK301, on comments that silence nothing, is for the command only.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from command import ran
from fuzzing import TIMES
from generate import Maker
from mutations import mutated
from promises import EVERY_CODE
from random_texts import module_text, wrapped_text
from real_files import real_files
from splices import encoded, spliced, with_header

from ws_fallback_lint import Config, fix_source, lint_source
from ws_fallback_lint.core.errors import NotAnalyzed
from ws_fallback_lint.core.source import Source

pytestmark = pytest.mark.no_cover

# Line, column, code and message of a finding.
Said = tuple[int, int, str, str]

PYPROJECT = f"[tool.ws-fallback-lint]\nstrict = true\nselect = {json.dumps(EVERY_CODE)}\n"
CONFIG = Config(strict=True, select=EVERY_CODE)
COMMENTS = (
    "# noqa",
    "# noqa: FBK101",
    "# NOQA:FBK1,E501",
    "# noqa: E501",
    "# flake8: noqa",
    "# x # noqa: FBK103",
)
SEED = 1
STDIN = 3


def a_module(random: Random) -> bytes:
    return encoded(with_header(module_text(random, Maker(random))), random)


def a_nest(random: Random) -> bytes:
    return encoded(wrapped_text(random), random)


def a_real_file(random: Random) -> bytes:
    return random.choice(real_files(40, guarded=True))


def a_changed_file(random: Random) -> bytes:
    data = random.choice(real_files(40, guarded=random.random() < 0.5))
    return encoded(with_header(spliced(Source("", data).text, random)), random)


def a_broken_file(random: Random) -> bytes:
    return mutated(a_module(random), a_nest(random), random)


def a_commented_file(random: Random) -> bytes:
    lines = a_module(random).splitlines(keepends=True)
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(lines))
        end = lines[at][len(lines[at].rstrip(b"\r\n")) :]
        comment = random.choice(COMMENTS).encode()
        lines[at] = lines[at].removesuffix(end) + random.choice((b"  ", end or b"\n")) + comment + end
    return b"".join(lines)


MAKERS: dict[Callable[[Random], bytes], int] = {
    a_module: 12,
    a_nest: 10,
    a_real_file: 6,
    a_changed_file: 8,
    a_broken_file: 15,
    a_commented_file: 19,
}


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """Files of every kind; none of their names can be meant by an import of another."""
    random = Random(SEED)  # noqa: S311 - they are to be the same every time
    made = [make(random) for make, count in MAKERS.items() for _ in range(count * TIMES)]
    return {f"file-{number:05}.py": data for number, data in enumerate(made)}


@pytest.fixture(scope="module")
def folder(files: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(files, tmp_path_factory.mktemp("faces"))


def written(files: dict[str, bytes], folder: Path) -> Path:
    (folder / "pyproject.toml").write_text(PYPROJECT, "utf-8")
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture(scope="module")
def library(files: dict[str, bytes], folder: Path) -> dict[str, set[Said]]:
    """What the library says of each file."""
    said: dict[str, set[Said]] = {}
    for name, data in files.items():
        result = lint_source(data, str(folder / name), CONFIG, root=str(folder))
        said[name] = {(one.place.line, one.place.column, one.code, one.message) for one in result.findings}
        said[name] |= {(one.line, one.column, one.code, one.message) for one in result.problems}
    return said


def in_json(report: bytes) -> dict[str, set[Said]]:
    told = json.loads(report)
    said: dict[str, set[Said]] = {}
    for one in [*told["findings"], *told["errors"]]:
        said.setdefault(one["path"], set()).add((one["line"], one["column"], one["code"], one["message"]))
    return said


def test_the_files_are_worth_comparing(library: dict[str, set[Said]]) -> None:
    codes = set().union(*map(codes_of, library.values()))
    assert {"FBK101", "FBK102", "FBK103", "FBK105", "FBK106", "FBK900"} <= codes
    assert sum(bool(codes_of(said) - {"FBK900"}) for said in library.values()) > len(library) / 3


def test_the_command_says_what_the_library_says(
    library: dict[str, set[Said]], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    done = ran("check", "--no-cache", "--format", "json", ".")
    assert done.stderr == b""
    said = in_json(done.stdout)
    for name, expected in library.items():
        assert said.get(name, set()) == expected, name


def test_flake8_says_what_the_library_says(
    library: dict[str, set[Said]], files: dict[str, bytes], folder: Path
) -> None:
    form = "%(path)s\t%(row)d\t%(col)d\t%(code)s\t%(text)s"
    command = [sys.executable, "-m", "flake8", "--isolated", "-j1", "--select", ",".join([*EVERY_CODE, "E9"])]
    done = subprocess.run(
        [*command, "--format", form, *files], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    said: dict[str, set[Said]] = {}
    for line in done.stdout.splitlines():
        path, row, column, code, message = line.split("\t", 4)
        said.setdefault(path, set()).add((int(row), int(column), code, message))
    for name, expected in library.items():
        found = said.get(name, set())
        if "FBK900" in codes_of(expected):
            is_left_out = b"flake8: noqa" in files[name]
            assert codes_of(found) & {"E902", "E999"} or is_left_out or not is_text(files[name]), name
        else:
            assert {one for one in found if one[2].startswith("FBK")} == expected, name


def codes_of(said: set[Said]) -> set[str]:
    return {code for _, _, code, _ in said}


def is_text(data: bytes) -> bool:
    try:
        _ = Source("", data).text
    except NotAnalyzed:
        return False
    return True


@pytest.mark.parametrize("number", range(STDIN))
def test_stdin_says_what_the_library_says(
    number: int,
    library: dict[str, set[Said]],
    files: dict[str, bytes],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name = list(files)[number * (len(files) // STDIN)]
    monkeypatch.chdir(folder)
    done = ran("check", "--format", "json", "--stdin-filename", name, source=files[name])
    assert done.stderr == b""
    assert in_json(done.stdout).get(name, set()) == library[name]
    fixed = ran("check", "--fix", "--unsafe-fixes", "--stdin-filename", name, source=files[name])
    assert (
        fixed.stdout
        == fix_source(files[name], str(folder / name), CONFIG, root=str(folder), unsafe=True).source.data
    )


def test_the_command_writes_what_the_library_fixes(
    files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(written(files, tmp_path))
    ran("check", "--no-cache", "--fix", "--unsafe-fixes", "--quiet", ".")
    for name, data in files.items():
        path = tmp_path / name
        fixed = fix_source(data, str(path), CONFIG, root=str(tmp_path), unsafe=True)
        assert path.read_bytes() == fixed.source.data, name
