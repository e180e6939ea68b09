"""The command in a process of its own, with something planted where it looks at a file."""

import subprocess
import sys
from pathlib import Path

# Processes are worth it from the first byte; `plant` runs with the path of each file, before it is checked.
SCRIPT = """
import ctypes, os, signal, sys, time
from ws_fallback_lint.engine import run
from ws_fallback_lint.frontends.cli import main

signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs the tests may ignore it
run.WORTH_A_POOL = 1
check_file = run._check_file

def plant(path):
    {plant}

def planted(target, *rest):
    with open("looks.log", "a") as log:
        log.write(f"{{os.getpid()}} {{target.path}}\\n")
    plant(target.path)
    return check_file(target, *rest)

run._check_file = planted
{first}
sys.exit(main(sys.argv[1:]))
"""


def start(
    plant: str, *arguments: str, first: str = "", stderr: int = subprocess.PIPE
) -> subprocess.Popen[bytes]:
    """Start it, in a group of processes of its own as a terminal has it; `first` runs before everything."""
    command = [sys.executable, "-c", SCRIPT.format(plant=plant, first=first), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, start_new_session=True)


def looks() -> list[tuple[str, str]]:
    """Who has looked at what so far: (process, path)."""
    log = Path("looks.log")
    lines = log.read_text("utf-8").splitlines() if log.exists() else []
    return [(process, path) for process, _, path in (line.partition(" ") for line in lines)]
