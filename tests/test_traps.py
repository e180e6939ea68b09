"""Nothing that is linted runs: each file of a tree would leave a mark if it did, whatever it is called."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from command import write

from ws_fallback_lint.__main__ import _leave_out_working_folder

SCRIPTS = Path(sys.executable).parent
# What is asked for, one after the other: the last that writes comes last.
COMMANDS = (
    ("check", "--no-cache"),
    ("check", "--no-cache", "--jobs", "2", "--format", "json"),
    ("check", "--format", "github"),
    ("check", "--diff", "--unsafe-fixes"),
    ("check", "--graph", "dot"),
    ("explain-finding", "shop/b.py:3"),
    ("explain", "FBK101"),
    ("cache", "clear"),
    ("check", "--fix", "--unsafe-fixes"),
)
DEPENDENCIES = ("click", "flake8", "libcst", "packaging", "pathspec", "platformdirs", "rich", "tomli", "yaml")
# Run by Python, by what builds, installs or tests a project, and as plugins of others.
OTHERS = (
    "__main__",
    "setup",
    "conftest",
    "sitecustomize",
    "usercustomize",
    "noxfile",
    "hatch_build",
    "versioneer",
    "backend",
)
TRAP = 'open({mark!r}, "a").write({name!r} + "\\n")\n'
FALLBACK = """\
__version__ = "1"
try:
    from shop.lost import x
except ImportError:
    x = None
x.start()
from shop import *
def setup(**_): pass
setup(install_requires=["x"], version=__version__, ext_modules=[], cffi_modules=["backend.py:ffi"])
"""
PYPROJECT = """\
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "shop"
dynamic = ["version", "dependencies"]
dependencies = ["yaml"]
[project.entry-points."flake8.extension"]
EVL = "backend:Plugin"
[tool.setuptools.dynamic]
version = {attr = "shop.__version__"}
[tool.hatch.version]
source = "code"
path = "shop/__init__.py"
[tool.hatch.build.hooks.custom]
path = "hatch_build.py"
"""


@pytest.fixture
def mark(shop: Path) -> Path:
    """The file that is written to if something runs; the working folder is full of what would."""
    mark = shop.parent / f"{shop.name}-ran"
    standard = sys.stdlib_module_names - {*sys.builtin_module_names}
    packages = {f"{name}/__init__.py" for name in (*DEPENDENCIES, "shop")}
    for file in {f"{name}.py" for name in standard | {"codec", "pointed"}} | {"encodings/codec.py"}:
        write(file, TRAP.format(mark=str(mark), name=file))
    for file in {f"{name}.py" for name in OTHERS} | packages:
        write(file, TRAP.format(mark=str(mark), name=file) + FALLBACK)
    for coding in ("codec", "encodings.codec", "shop"):
        write(
            f"coded/{coding}.py",
            f"# coding: {coding}\n" + TRAP.format(mark=str(mark), name=coding) + FALLBACK,
        )
    write("pyproject.toml", PYPROJECT)
    write("requirements.txt", "-e .\nbackend @ file:.\ngit+https://localhost/x\n")
    write(
        "setup.cfg",
        "[options]\nversion = attr: shop.__version__\ninstall_requires = file: requirements.txt\n",
    )
    write("tree.pth", "import pointed\n")
    write("backend-1.dist-info/METADATA", "Name: backend\nVersion: 1\n")
    write("backend-1.dist-info/entry_points.txt", "[flake8.extension]\nEVL = backend:Plugin\n")
    write("large.py", "# so much that processes are worth it\n" * 30_000)
    return mark


def run(*command: str | Path) -> "subprocess.CompletedProcess[bytes]":
    done = subprocess.run(
        command, capture_output=True, check=False, timeout=120, env={**os.environ, "FORCE_COLOR": "1"}
    )
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return done


def held_by_python() -> set[str]:
    """The modules that Python imports for `-m` before it comes to the one that is named."""
    told = "import importlib.util, runpy, sys; print(*sys.modules)"
    return set(subprocess.check_output([sys.executable, "-P", "-c", told], text=True).split())


def linted(mark: Path, *program: str | Path) -> None:
    for command in COMMANDS:
        done = run(*program, *command)
        assert not mark.exists(), (command, mark.read_text("utf-8"))
        if command[:1] == ("check",) and "--graph" not in command:
            assert done.returncode == 2, "the coding lines name no codec of Python's own"
            assert b"FBK101" in done.stdout + done.stderr
    assert b"FBK101" not in run(*program, "check", "shop").stdout, "it was fixed"


def test_the_traps_work(mark: Path) -> None:
    for module in ("shop", "backend"):
        program = f"import sys; sys.path.append('.'); import {module}"
        subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, check=False)
    assert {"shop/__init__.py", "backend.py"}.issubset(mark.read_text("utf-8").split())


def test_the_command_runs_nothing_of_the_tree(mark: Path) -> None:
    linted(mark, SCRIPTS / "ws-fallback-lint")


def test_python_m_runs_nothing_of_the_tree_that_python_itself_does_not_ask_for(mark: Path) -> None:
    # Here the working folder comes first on Python's way, until our own code runs.
    for name in held_by_python():
        Path(f"{name}.py").unlink(missing_ok=True)
    linted(mark, sys.executable, "-m", "ws_fallback_lint")


def test_python_m_with_a_safe_path_runs_nothing_at_all(mark: Path) -> None:
    done = run(sys.executable, "-P", "-m", "ws_fallback_lint", "check")
    assert b"FBK101" in done.stdout
    assert not mark.exists()


def test_nothing_but_the_working_folder_is_left_out(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(shop), "", str(shop)])
    _leave_out_working_folder()
    assert sys.path == ["", str(shop)]
    _leave_out_working_folder()
    assert sys.path == ["", str(shop)]
    Path("gone").mkdir()
    monkeypatch.chdir("gone")
    Path(shop, "gone").rmdir()
    _leave_out_working_folder()
    assert sys.path == ["", str(shop)]


def test_flake8_runs_nothing_of_the_tree(mark: Path) -> None:
    for options in ((), ("--jobs=2",)):
        assert b"FBK101" in run(SCRIPTS / "flake8", "--select=FBK", *options).stdout
        assert not mark.exists(), mark.read_text("utf-8")


def test_processes_that_start_afresh_run_nothing_of_the_tree(mark: Path) -> None:
    spawning = (
        "import multiprocessing, sys\n"
        "from ws_fallback_lint.frontends.cli import main\n"
        "spawn = multiprocessing.get_context('spawn')\n"
        "multiprocessing.get_context = lambda _: spawn\n"
        "if __name__ == '__main__':\n"
        "    sys.exit(main(['check', '--no-cache', '--jobs', '2']))\n"
    )
    program = mark.with_name(f"{mark.name}-spawning") / "spawning.py"
    write(str(program), spawning)
    assert b"FBK101" in run(sys.executable, program).stdout
    assert not mark.exists(), mark.read_text("utf-8")


# What Python tells of: code that is run or made, programs, what is loaded, the network. All that is
# imported and compiled for once is there after the first round.
WATCHED = """\
import sys
from ws_fallback_lint.frontends.cli import main

commands = [command.split() for command in sys.argv[1:]]
for command in commands:
    main(command)
happened = []

def watch(event, arguments):
    if event.partition(".")[0] in {kinds!r} or event in {events!r}:
        happened.append((event, repr(arguments)[:200]))

sys.addaudithook(watch)
for command in commands:
    main(command)
seen, happened = happened, []
exec("pass")
print(seen, file=sys.stderr)
sys.exit(bool(seen) or not happened)
"""
KINDS = {
    "exec",
    "import",
    "subprocess",
    "socket",
    "ctypes",
    "pickle",
    "marshal",
    "urllib",
    "ftplib",
    "function",
}
EVENTS = {"os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "pty.spawn", "code.__new__"}


def test_nothing_is_executed_imported_or_sent(mark: Path) -> None:
    watched = WATCHED.format(kinds=KINDS, events=EVENTS)
    commands = [" ".join(command) for command in COMMANDS if "--jobs" not in command]
    Path("large.py").unlink()  # processes are of our own making
    done = run(sys.executable, "-P", "-c", watched, *commands[:-1])
    assert done.returncode == 0, done.stderr.decode()
    assert not mark.exists()
