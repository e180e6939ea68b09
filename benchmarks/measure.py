"""Programs, run and measured as a whole: all their processes, their output thrown away."""

import os
import resource
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

_PAUSE = 0.02


@dataclass(frozen=True, slots=True)
class Program:
    """What to run and where; `environment` comes on top of our own, `endings` are good exit statuses."""

    arguments: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    endings: tuple[int, ...] = (0,)


@dataclass(frozen=True, slots=True)
class Cost:
    """One run, in seconds: by the clock, and of processor time."""

    wall: float
    cpu: float


def cost(program: Program) -> Cost:
    """Run a program and time it."""
    with tempfile.TemporaryFile() as complaints:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.perf_counter()
        status = _started(program, complaints.fileno()).wait()
        wall = time.perf_counter() - start
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        _hold(program, status, complaints.fileno())
    return Cost(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def peak(program: Program) -> float:
    """Run a program and sample how many MB its processes hold together; the most that was seen.

    Memory that processes share counts once (PSS). Where there is no /proc, what its largest process held.
    """
    most = 0
    with tempfile.TemporaryFile() as complaints:
        process = _started(program, complaints.fileno())
        while process.poll() is None:
            most = max(most, sum(_held(number) for number in _family(process.pid)))
            time.sleep(_PAUSE)
        _hold(program, process.returncode, complaints.fileno())
    if most:
        return most / 1e6
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return largest * (1 if sys.platform == "darwin" else 1024) / 1e6


def sees_all_processes() -> bool:
    """Whether `peak` counts all processes of a program together."""
    return _held(os.getpid()) > 0


def _started(program: Program, complaints: int) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        program.arguments,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=complaints,
        cwd=program.folder,
        env={**os.environ, **program.environment},
    )


def _hold(program: Program, status: int, complaints: int) -> None:
    """End here if the run was not a good one: its time would mean nothing."""
    if status not in program.endings:
        os.lseek(complaints, 0, os.SEEK_SET)
        said = os.read(complaints, 100_000).decode(errors="replace")
        sys.exit(f"ended with {status}: {shlex.join(program.arguments)[:1000]}\n{said[-2000:]}")


def _family(number: int) -> Iterator[int]:
    """A process and those that it started, as far as they are alive."""
    yield number
    try:
        tasks = os.listdir(f"/proc/{number}/task")
        for task in tasks:
            for child in Path(f"/proc/{number}/task/{task}/children").read_text().split():
                yield from _family(int(child))
    except OSError:
        return


def _held(number: int) -> int:
    """How many bytes a process holds: its share of the memory, or else all that it has in use."""
    for name, key in (("smaps_rollup", "Pss:"), ("status", "VmRSS:")):
        try:
            lines = Path(f"/proc/{number}/{name}").read_text().splitlines()
        except OSError:
            continue
        for line in lines:
            if line.startswith(key):
                return int(line.split()[1]) * 1024
    return 0
