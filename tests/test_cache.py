"""The file of answers from earlier runs: what it gives back, and what happens when it cannot be used."""

import resource
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from command import ran, write

from ws_fallback_lint.engine import cache as module
from ws_fallback_lint.engine.cache import Answer, Cache, clear
from ws_fallback_lint.engine.states import State

ONE = Answer(b"one", b"1", (("/a.py", b"A"), ("/folder/", b"F")))
TWO = Answer(b"two", b"2", (("/a.py", b"A"), ("/b\udce9.py", b"B")))


def holding(*states: State) -> Callable[[State], bool]:
    return set(states).__contains__


def always(_: State) -> bool:
    return True


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def filled(tmp_path: Path, said: list[str]) -> Cache:
    cache = Cache(str(tmp_path / "deep" / "down"), said.append)
    cache.keep([ONE, TWO])
    return cache


def test_answers_come_back(filled: Cache, said: list[str]) -> None:
    assert filled.find([b"one", b"two", b"three"], always) == {b"one": b"1", b"two": b"2"}
    assert not said


def test_an_answer_counts_while_all_its_states_hold(filled: Cache) -> None:
    assert filled.find([b"one", b"two"], holding(*ONE.states)) == {b"one": b"1"}
    assert filled.find([b"one", b"two"], holding(*ONE.states, *TWO.states)).keys() == {b"one", b"two"}
    assert not filled.find([b"one", b"two"], holding(("/a.py", b"B"), ("/folder/", b"F")))


def test_an_answer_takes_the_place_of_another(filled: Cache) -> None:
    filled.keep([Answer(b"one", b"new", (("/c.py", b"C"),))])
    assert filled.find([b"one"], holding(("/c.py", b"C"))) == {b"one": b"new"}
    assert not filled.find([b"one"], holding(*ONE.states))


def test_more_answers_than_one_question_takes(filled: Cache) -> None:
    many = [Answer(b"%d" % n, b"", ((f"/{n}.py", b"x"),)) for n in range(2500)]
    filled.keep(many)
    assert len(filled.find([one.key for one in many], always)) == 2500


def test_it_stays_within_its_bounds_and_keeps_what_was_used_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    cache = Cache(str(tmp_path), said.append, most_bytes=200_000)
    day = 24 * 60 * 60
    for now in range(12):
        monkeypatch.setattr("time.time", lambda now=now: float(now * 2 * day))
        cache.keep([Answer(b"%d %d" % (now, n), b"v" * 500, ((f"/{now}/{n}", b"s"),)) for n in range(60)])
        cache.find([b"0 7"], always)  # used each time, though it is the oldest
    assert cache.find([b"0 7", b"0 8", b"11 7"], always).keys() == {b"0 7", b"11 7"}
    (file,) = tmp_path.iterdir()
    assert file.stat().st_size < 200_000
    with sqlite3.connect(file) as base:
        (answers,) = base.execute("SELECT count(*) FROM answer").fetchone()
        (states,) = base.execute("SELECT count(*) FROM state").fetchone()
    base.close()
    assert states == answers < 12 * 60
    assert not said


def _is_broken(file: Path) -> None:
    file.write_bytes(b"not a database at all, but long enough to be looked at" * 100)


def _is_cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:3000])


def _is_a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def _has_other_tables(file: Path) -> None:
    file.unlink()
    with sqlite3.connect(file) as base:
        base.execute("CREATE TABLE answer (question)")
        base.execute("CREATE TABLE state (of_mind)")
    base.close()


def _is_locked(file: Path) -> sqlite3.Connection:
    base = sqlite3.connect(file, isolation_level=None)
    base.execute("BEGIN EXCLUSIVE")
    return base


@pytest.mark.parametrize("harm", [_is_broken, _is_cut, _is_a_folder, _has_other_tables, _is_locked])
def test_a_file_that_cannot_be_used_is_named_once_and_left_alone(
    harm: Callable[[Path], object],
    filled: Cache,
    said: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_PATIENCE", 0.01)
    (file,) = (tmp_path / "deep" / "down").iterdir()
    kept = harm(file)
    before = file.read_bytes() if file.is_file() else None
    assert not filled.find([b"one"], always)
    filled.keep([ONE])
    assert not filled.find([b"one"], always)
    assert not filled.exists
    (warning,) = said
    assert warning.startswith(f"the cache {file} is not used: ")
    assert (file.read_bytes() if file.is_file() else None) == before
    if isinstance(kept, sqlite3.Connection):
        kept.close()


def test_a_folder_that_cannot_be_made(tmp_path: Path, said: list[str]) -> None:
    (tmp_path / "file").write_text("")
    cache = Cache(str(tmp_path / "file" / "cache"), said.append)
    cache.keep([ONE])
    assert not cache.find([b"one"], always)
    assert len(said) == 1


@pytest.mark.usefixtures("shop")
def test_a_failure_to_write_costs_the_answers_only(tmp_path_factory: pytest.TempPathFactory) -> None:
    for n in range(30):
        write(f"shop/m{n}.py", "import os\n")
    folder = tmp_path_factory.mktemp("full")
    done = subprocess.run(
        [sys.executable, "-B", "-m", "ws_fallback_lint", "check"],  # Python's own cache would be cut short
        capture_output=True,
        check=False,
        env={"WS_FALLBACK_LINT_CACHE_DIR": str(folder), "PATH": ""},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
    )
    assert done.returncode == 1
    assert done.stdout.startswith(b"shop/b.py:4:5: FBK101 ")
    (warning,) = done.stderr.decode().splitlines()
    assert f"the cache {folder}" in warning


@pytest.mark.usefixtures("shop")
def test_runs_at_once_share_it(tmp_path_factory: pytest.TempPathFactory) -> None:
    for n in range(30):
        write(f"shop/m{n}.py", "from shop.b import x\n\ndef f():\n    x()\n")
    folder = str(tmp_path_factory.mktemp("shared"))
    start = [sys.executable, "-m", "ws_fallback_lint", "check", "--format", "json", "--jobs", "1"]
    alone = ran("check", "--format", "json", "--no-cache").stdout
    environment = {"WS_FALLBACK_LINT_CACHE_DIR": folder, "PATH": ""}
    for _ in range(2):
        runs = [
            subprocess.Popen(start, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            for _ in range(4)
        ]
        assert [one.communicate() for one in runs] == [(alone, b"")] * 4


def test_clear_removes_every_file_of_ours(filled: Cache, tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "down"
    (folder / "answers-0.sqlite").write_bytes(b"of another version")
    (folder / "other").write_text("not ours")
    assert clear(str(folder)) > 0
    assert [file.name for file in folder.iterdir()] == ["other"]
    assert clear(str(folder)) == 0
    assert not filled.exists


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("clear",), 0, b"Removed 0.0 MB from "),
        (("clear",), 0, b"Nothing in "),
        ((), 2, b"Missing command. Try 'ws-fallback-lint cache -h'."),
    ],
)
def test_the_command(
    arguments: Sequence[str], status: int, says: bytes, tmp_path: Path, filled: Cache
) -> None:
    if says.startswith(b"Nothing"):
        clear(str(tmp_path / "deep" / "down"))
    done = ran("cache", *arguments, WS_FALLBACK_LINT_CACHE_DIR=str(tmp_path / "deep" / "down"))
    assert done.returncode == status
    assert says in done.stdout + done.stderr
    assert filled.exists is not bool(arguments)


def test_a_cache_that_cannot_be_cleared(tmp_path: Path) -> None:
    (tmp_path / "answers-1.sqlite").mkdir()
    done = ran("cache", "clear", WS_FALLBACK_LINT_CACHE_DIR=str(tmp_path))
    assert done.returncode == 2
    assert b"cannot be cleared" in done.stderr
