"""Runs in more than one process: the same results, crashes, interruptions, who counts the processors."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from command import BAD, ran, read, write
from planted import looks, start

from ws_fallback_lint.core.errors import NotAnalyzed
from ws_fallback_lint.engine import pool, processors
from ws_fallback_lint.engine import run as engine
from ws_fallback_lint.engine.files import discover
from ws_fallback_lint.engine.pool import Work, chunks, shared_out
from ws_fallback_lint.engine.processors import usable_processors
from ws_fallback_lint.engine.run import Checked, Mode, Order, run
from ws_fallback_lint.engine.settings import Finder
from ws_fallback_lint.frontends.cli import main

Patch = pytest.MonkeyPatch
CRASHED = "not analysed: it crashed the process that tried"
LONG = "time.sleep(0.01)\n    while True: pass"


def small_shop(files: int) -> None:
    """Files that lose names, files that die of those of others, one that cannot be read."""
    write("pyproject.toml", "[project]\nname = 'shop'\ndependencies = ['orjson']\n")
    write("shop/__init__.py", "")
    write("shop/a.py", "x = 1\n")
    for n in range(files):
        write(f"shop/compat{n}.py", "try:\n    import gone\nexcept ImportError:\n    gone = None\n" * (n + 1))
        write(f"shop/uses{n}.py", f"from .compat{n} import gone\n\ndef f():\n    gone.x()\n")
        write(f"shop/bad{n}.py", BAD.replace("shop.a", "orjson"))
        write(f"shop/plain{n}.py", "y = 2\n" * n)
    write("shop/broken.py", "try:\n  import (\nexcept ImportError: 0\n")


def contents() -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted(Path("shop").glob("*"))}


@pytest.fixture
def pools(tree: Path, monkeypatch: Patch) -> Path:
    """An empty folder, where processes are worth it from the first byte."""
    monkeypatch.setattr(engine, "WORTH_A_POOL", 1)
    return tree


@pytest.mark.usefixtures("pools")
@pytest.mark.parametrize("mode", list(Mode))
def test_results_are_the_same_whatever_the_number_of_jobs(mode: Mode) -> None:
    outcomes: list[tuple[tuple[Checked, ...], dict[Path, bytes]]] = []
    for jobs in (1, 2, 3):
        small_shop(8)
        write("shop/gone.py", "")
        targets = discover(["."], Finder()).targets
        Path("shop/gone.py").unlink()
        outcomes.append((run(targets, Order(mode, unsafe=True, fixes=True, excerpts=True), jobs), contents()))
        for path in contents():
            path.unlink()
    alone, *shared = outcomes
    assert shared == [alone, alone]
    done, _ = alone
    assert [checked.result.path for checked in done] == sorted(checked.result.path for checked in done)
    assert {problem.path for checked in done for problem in checked.result.problems} == {
        "shop/broken.py",
        "shop/gone.py",
    }
    findings = [finding for checked in done for finding in (*checked.result.findings, *checked.fixed)]
    assert {use.path for finding in findings for use in finding.uses} >= {
        f"shop/uses{n}.py" for n in range(8)
    }


@pytest.mark.usefixtures("pools")
def test_reports_are_the_same_whatever_the_number_of_jobs(capsys: pytest.CaptureFixture[str]) -> None:
    small_shop(5)
    reports = set()
    for jobs in ("1", "2", "3", "auto"):
        assert main(["check", "--format", "json", "--jobs", jobs]) == 2
        reports.add(capsys.readouterr())
    assert len(reports) == 1


@pytest.mark.usefixtures("pools")
def test_processes_need_not_be_forked(monkeypatch: Patch) -> None:
    small_shop(2)
    targets = discover(["."], Finder()).targets
    alone = run(targets, Order())
    spawn = multiprocessing.get_context("spawn")
    monkeypatch.setattr(multiprocessing, "get_context", lambda _method: spawn)
    assert run(targets, Order(), jobs=2) == alone


def test_processes_are_started_where_there_is_enough_to_do(tree: Path, monkeypatch: Patch) -> None:
    small_shop(1)
    targets = discover(["."], Finder()).targets
    total = sum(Path(target.path).stat().st_size for target in targets)
    started: list[int] = []

    def no_processes(work: Work[object, Checked], items: tuple[object, ...], *_: object) -> list[Checked]:
        started.append(len(items))
        look = work.start()
        return [look(item) for item in items]

    monkeypatch.setattr(pool, "shared_out", no_processes)
    for worth, jobs in ((total + 1, 2), (total, 1), (total, 2)):
        assert not started
        monkeypatch.setattr(engine, "WORTH_A_POOL", worth)
        run(targets, Order(), jobs)
    assert started == [len(targets)]
    assert str(tree) == os.getcwd()


def test_chunks_are_about_as_large_as_each_other_and_lose_nothing(monkeypatch: Patch) -> None:
    monkeypatch.setattr(pool, "_CHUNKS_PER_JOB", 8)
    sizes = (1, 1, 1, 500, 1, 300, 200, 1, 1)
    cut = list(chunks(sizes, 1))
    assert [sizes[part.start : part.stop] for part in cut] == [(1, 1, 1, 500), (1, 300), (200,), (1, 1)]
    assert [place for part in cut for place in part] == [*range(9)]
    assert list(chunks((), 2)) == []
    assert len(list(chunks([1000] * 10_000, 2))) == 16


def doubled(plant: Callable[[int], object]) -> Work[int, int | str]:
    """Doubles numbers, after something that was planted."""

    def look(number: int) -> int | str:
        plant(number)
        return number * 2

    return Work(lambda: look, lambda number: f"lost {number}")


def nothing(_: object) -> None:
    """Is told, or planted, to no effect."""


def crash_on(*numbers: int) -> Callable[[int], None]:
    def crash(number: int) -> None:
        if number in numbers:
            os._exit(1)

    return crash


def test_outcomes_come_in_order_and_are_counted() -> None:
    counts: list[int] = []
    sizes = [1, 1000] * 50
    assert shared_out(doubled(nothing), range(100), sizes, 3, counts.append) == tuple(range(0, 200, 2))
    assert counts == sorted(counts)
    assert counts[-1] == 100
    assert len(set(counts)) > 10


def test_no_items_are_no_work() -> None:
    assert shared_out(doubled(nothing), (), (), 3, nothing) == ()


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_item_that_crashes_costs_itself_only(jobs: int) -> None:
    bad = (0, 40, 41, 99)
    done = shared_out(doubled(crash_on(*bad)), range(100), [1] * 100, jobs, nothing)
    assert done == tuple(f"lost {n}" if n in bad else n * 2 for n in range(100))


def test_a_crash_has_only_what_was_lost_looked_at_again(tree: Path) -> None:
    def plant(number: int) -> None:
        with open(tree / "log", "a", encoding="utf-8") as log:
            log.write(f"{os.getpid()} {number}\n")
        crash_on(1000)(number)

    shared_out(doubled(plant), range(2000), [1] * 2000, 2, nothing)
    lines = read("log").splitlines()
    chunk = 2000 // 32 + 1
    assert 2000 < len(lines) <= 2000 + chunk + 1
    # The two at the start, one for each time that the item took its process down, but for the last.
    assert len({line.split()[0] for line in lines}) <= 5


def test_a_worker_that_dies_of_what_it_has_piled_up_costs_no_item() -> None:
    seen: list[int] = []

    def plant(number: int) -> None:
        seen.append(number)
        if len(seen) == 5:
            os.kill(os.getpid(), signal.SIGKILL)

    assert shared_out(doubled(plant), range(40), [1] * 40, 1, nothing) == tuple(range(0, 80, 2))


def test_a_worker_that_dies_when_it_has_nothing_to_do_is_no_loss() -> None:
    def plant(number: int) -> None:
        if number == 0:
            time.sleep(0.3)

    first: list[int] = []

    def kill_the_idle(count: int) -> None:
        idle = [child for child in multiprocessing.active_children() if child.pid]
        if count == 1 and not first:
            first.append(count)
            for child in sorted(idle, key=lambda child: child.pid or 0)[1:]:
                child.kill()

    assert shared_out(doubled(plant), range(2), [1, 1], 2, kill_the_idle) == (0, 2)
    assert first


def test_what_is_wrong_with_the_program_is_not_taken_for_a_crash() -> None:
    def stumble(number: int) -> None:
        if number == 7:
            raise LookupError("seven")

    with pytest.raises(LookupError, match="seven") as raised:
        shared_out(doubled(stumble), range(20), [1] * 20, 2, nothing)
    assert "in stumble" in raised.value.__notes__[0]
    assert not multiprocessing.active_children()


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize(
    "crash", ["os._exit(0)", "os.kill(os.getpid(), signal.SIGKILL)", "ctypes.string_at(0)"]
)
def test_a_file_that_crashes_is_named_and_the_others_are_as_ever(crash: str) -> None:
    small_shop(3)
    Path("shop/broken.py").unlink()
    write("shop/killer.py", "z = 1\n")
    usual = ran("check", "--format", "concise").stdout.splitlines()
    with start(f"if 'killer' in path: {crash}", "check", "--format", "concise", "--jobs", "2") as process:
        out, error = process.communicate(timeout=30)
    lines = out.splitlines()
    named = f"shop/killer.py:1:1: FBK900 {CRASHED}".encode()
    assert (process.returncode, error, lines.count(named)) == (2, b"", 1)
    assert [line for line in lines if line != named] == usual


@pytest.mark.usefixtures("tree")
def test_a_file_that_crashes_does_not_answer_for_others() -> None:
    small_shop(1)
    plant = "if 'compat' in path: os._exit(0)"
    with start(plant, "check", "--format", "concise", "--jobs", "2", "--select", "FBK201") as process:
        out, _ = process.communicate(timeout=30)
    assert b"shop/uses0.py:4:5: FBK201" in out
    assert f"shop/compat0.py:1:1: FBK900 {CRASHED}".encode() in out


def interrupted(
    plant: str, number: int, *arguments: str, group: bool, workers: int, within: float = 1
) -> int:
    """The exit status of a run that is told to end while files are looked at.

    For tests without coverage, of which each process writes its part before it ends: that takes many seconds
    where others keep the processors busy.
    """
    with start(plant, "check", *arguments) as process:
        deadline = time.monotonic() + 20
        while len({who for who, _ in looks()}) < workers and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.1)
        began = time.monotonic()
        (os.killpg if group else os.kill)(process.pid, number)
        # The streams end when the last process that has them is gone.
        out, error = process.communicate(timeout=20)
        assert time.monotonic() - began < within
    assert (out, error.strip()) == (b"", b"")
    return process.returncode


@pytest.mark.no_cover
@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize(
    ("number", "group", "status"),
    [(signal.SIGINT, True, 130), (signal.SIGINT, False, 130), (signal.SIGTERM, False, 143)],
)
def test_an_interruption_ends_all_at_once(jobs: int, number: int, status: int, *, group: bool) -> None:
    small_shop(4)
    before = contents()
    assert interrupted(LONG, number, "--fix", "--jobs", str(jobs), group=group, workers=jobs) == status
    assert contents() == before


@pytest.mark.no_cover
@pytest.mark.usefixtures("tree")
def test_no_worker_outlives_a_run_that_is_killed() -> None:
    small_shop(4)
    killed = interrupted(LONG, signal.SIGKILL, "--jobs", "3", group=False, workers=3, within=10)
    assert killed == -signal.SIGKILL


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interruption_while_files_are_written_leaves_them_whole(number: int, status: int) -> None:
    small_shop(4)
    before = contents()
    plant = "os.replace = lambda *_: (open('looks.log', 'a').write('0 writes\\n'), time.sleep(60))"
    with start(plant, "check", "--fix", "--unsafe-fixes", "--jobs", "1") as process:
        while ("0", "writes") not in looks() and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(number)
        process.communicate(timeout=20)
    assert process.returncode == status
    assert contents() == before


@pytest.mark.usefixtures("tree")
def test_whoever_ignores_ctrl_c_is_not_ended_by_it() -> None:
    small_shop(4)
    usual = ran("check", "--format", "concise").stdout
    deaf = "signal.signal(signal.SIGINT, signal.SIG_IGN)"
    with start("time.sleep(0.02)", "check", "--jobs", "2", "--format", "concise", first=deaf) as process:
        while not looks():
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGINT)
        assert process.communicate(timeout=20) == (usual, b"")
    assert process.returncode == 2


def test_processors_are_counted_as_the_system_tells_them(monkeypatch: Patch) -> None:
    monkeypatch.setattr(processors, "_text", lambda _path: "")
    monkeypatch.delattr(os, "process_cpu_count", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 7)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: {0, 3, 5}, raising=False)
    assert usable_processors() == 3
    monkeypatch.delattr(os, "sched_getaffinity")
    assert usable_processors() == 7
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert usable_processors() == 1
    monkeypatch.setattr(os, "process_cpu_count", lambda: 5, raising=False)
    assert usable_processors() == 5


@pytest.mark.parametrize(
    ("groups", "own", "number"),
    [
        ({"": "max 100000"}, "0::/\n", 64),
        ({"": "200000 100000"}, "0::/\n", 2),
        ({"": "150000 100000"}, "0::/\n", 2),
        ({"": "50000 100000"}, "1:cpu:/old\n0::/\n", 1),
        ({"/a": "300000 100000", "/a/b": "max 100000"}, "0::/a/b\n", 3),
        ({"/a": "300000 100000", "/a/b": "100000 100000"}, "0::/a/b\n", 1),
        ({"/a": "100000 100000"}, "0::/b\n", 64),
        ({"": "100000 100000"}, "1:cpu:/\n", 64),
        ({"": "odd"}, "0::/\n", 64),
        ({}, "", 64),
    ],
)
def test_a_control_group_pays_for_so_many_processors(
    groups: dict[str, str], own: str, number: int, monkeypatch: Patch
) -> None:
    def group(path: str) -> bytes:
        texts = {f"/sys/fs/cgroup{name}/cpu.max": f"{text}\n" for name, text in groups.items()}
        texts["/proc/self/cgroup"] = own
        if path not in texts:
            raise NotAnalyzed("not there")
        return texts[path].encode()

    monkeypatch.setattr(processors, "read", group)
    monkeypatch.setattr(os, "process_cpu_count", lambda: 64, raising=False)
    assert usable_processors() == number
