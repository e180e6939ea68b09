"""Trees as nobody makes them on purpose: crowds, abysses, circles, names like options, no ground."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from command import BAD, ran, write
from walking import make, walked

from ws_fallback_lint.engine.run import run
from ws_fallback_lint.frontends import cli
from ws_fallback_lint.frontends.cli import main

Capture = pytest.CaptureFixture[str]
pytestmark = [pytest.mark.no_cover, pytest.mark.usefixtures("tree")]
# Reported wherever it stands.
LOST = BAD + "x()\n"
# `benchmarks/crowd.py` has the figures for 100,000.
CROWD = 10_000
SECONDS, MEGABYTES = 10, 80


@pytest.fixture
def crowd(tree: Path) -> Iterator[Path]:
    folder = tree / "crowd"
    folder.mkdir()
    for number in range(CROWD):
        with open(folder / f"m{number}.py", "w", encoding="utf-8") as file:
            file.write("import os\n" if number % 2 else "")
    yield folder
    subprocess.run(["rm", "-rf", folder], check=True)  # pytest would keep them for three runs


@pytest.mark.parametrize("options", [("--no-cache",), ()], ids=["anew", "cached"])
def test_a_crowd_in_one_folder_takes_little_for_each(crowd: Path, options: tuple[str, ...]) -> None:
    write("crowd/m7.py", LOST)
    program = (
        "import resource, sys\n"
        "from ws_fallback_lint.frontends.cli import main\n"
        "status = main(sys.argv[1:])\n"
        "used = resource.getrusage(resource.RUSAGE_SELF)\n"
        "most = int(open('/proc/self/status').read().split('VmHWM:')[1].split()[0])\n"
        "print(used.ru_utime + used.ru_stime, most / 1024, file=sys.stderr)\n"
        "sys.exit(status)\n"
    )
    command = [sys.executable, "-c", program, "check", "--jobs", "1", *options, str(crowd)]
    for _ in range(2):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 1, done.stderr
        assert f"Found 1 finding in 1 file (checked {CROWD} files)." in done.stdout
        seconds, megabytes = map(float, done.stderr.split())
        # What looks at each file once for each other one takes minutes.
        assert (seconds < SECONDS, megabytes < MEGABYTES) == (True, True), done.stderr


@pytest.fixture
def abyss(tree: Path) -> Iterator[Path]:
    """Folders in folders, deeper than a path can be long; each holds a file."""
    here = os.getcwd()
    for _ in range(2_000):
        os.mkdir("dd")
        os.chdir("dd")
        os.close(os.open("x.py", os.O_CREAT | os.O_WRONLY))
    os.chdir(here)
    yield tree / "dd"
    subprocess.run(["rm", "-rf", tree / "dd"], check=True)  # `shutil.rmtree` calls itself too often


@pytest.mark.usefixtures("abyss")
def test_folders_deeper_than_a_path_can_be_long_are_named() -> None:
    write("b.py", LOST)
    for options in (("--graph", "dot"), ("--fix", "--unsafe-fixes")):
        done = ran("check", "--no-cache", *options)
        out = (done.stdout + done.stderr).decode()
        assert done.returncode == 2
        assert "Traceback" not in out
        problems = [line for line in out.splitlines() if "FBK900 " in line]
        # The first folder beyond, and perhaps the last file before it.
        assert 1 <= len(problems) <= 2
        assert all(line.endswith(":1:1: FBK900 cannot be read: File name too long") for line in problems)
    assert "raise ImportError" in Path("b.py").read_text("utf-8")


@pytest.mark.parametrize("ring", ["ab", "abc"])
def test_links_in_a_ring_lead_to_each_file_once(ring: str) -> None:
    make(*(f"{name}/{name}.py" for name in ring))
    for name, following in zip(ring, ring[1:] + ring[:1], strict=True):
        Path(name, f"to_{following}").symlink_to(f"../{following}")
    every = [f"{name}/{name}.py" for name in ring]
    assert walked() == every
    assert walked(*ring) == every
    assert walked("a/to_b/" + "/".join(f"to_{name}" for name in (ring + ring)[2:])) != []


def test_links_alone_that_lead_in_a_ring_are_named(capsys: Capture) -> None:
    make("good.py")
    for name, following in (("a", "b"), ("b", "c"), ("c", "a"), ("d.py", "e.py"), ("e.py", "d.py")):
        Path(name).symlink_to(following)
    assert main(["check"]) == 2
    out = capsys.readouterr().out
    assert out.count("FBK900 cannot be read: Too many levels of symbolic links") == 2
    assert "checked 1 file)" in out
    assert main(["check", "a"]) == 2


def test_devices_and_pipes_are_named_and_never_opened() -> None:
    write("b.py", LOST)
    os.mkfifo("pipe.py")
    for device in ("null", "zero", "tty"):
        Path(f"{device}.py").symlink_to(f"/dev/{device}")
    names = ("null.py", "pipe.py", "tty.py", "zero.py")
    for paths in ((), (".", *names), ("b.py", *names)):
        done = ran("check", "--no-cache", *paths)
        lines = done.stdout.decode().splitlines()
        assert done.returncode == 2
        assert [line for line in lines if "it is a device, not a file" in line or "(FIFO)" in line] == [
            f"{name}:1:1: FBK900 cannot be read: it is a {kind}, not a file"
            for name, kind in zip(names, ("device", "pipe (FIFO)", "device", "device"), strict=True)
        ]
        assert any(line.startswith("b.py:4:5: FBK101") for line in lines)
    for name in names:
        assert ran("explain-finding", f"{name}:1").returncode == 2


def test_what_a_project_is_made_of_may_be_a_pipe_too() -> None:
    write("b.py", LOST)
    for name in (
        "pyproject.toml",
        "setup.cfg",
        "setup.py",
        "requirements.txt",
        ".gitignore",
        "gone.py",
        ".git",
    ):
        os.mkfifo(name)
    assert b"b.py:4:5: FBK101" in ran("check", "--no-cache").stdout


def test_names_that_differ_in_case_alone_are_two_files_and_a_link_is_none(capsys: Capture) -> None:
    write("Shop.py", LOST)
    write("shop.py", LOST)
    write("SHOP/a.py", LOST)
    Path("sHOP.py").symlink_to("shop.py")
    assert walked() == ["SHOP/a.py", "Shop.py", "shop.py"]
    assert walked("sHOP.py", "shop.py", "./Shop.py") == ["sHOP.py", "Shop.py"]
    assert main(["check", "--fix", "--no-cache", "--unsafe-fixes"]) == 0
    assert "Fixed 3 findings" in capsys.readouterr().out


def test_names_that_look_like_options(capsys: Capture) -> None:
    write("shop/a.py", "x = 1\n")
    for name in ("-x.py", "--fix", "-", "--", "--help.py"):
        write(name, BAD)
    assert main(["check"]) == 1
    assert [line.partition(":")[0] for line in capsys.readouterr().out.splitlines()[:2]] == [
        "--help.py",
        "-x.py",
    ]
    assert main(["check", "--quiet", "--", "-x.py", "--fix", "--", "./-"]) == 1
    names = [line.partition(":")[0] for line in capsys.readouterr().out.splitlines()]
    assert names == ["-x.py", "--fix", "--", "-"]
    assert Path("-x.py").read_text("utf-8") == BAD
    done = ran("check", "--", "-", source=b"")
    assert (done.returncode, done.stdout) == (0, b"No findings (checked 1 file).\n")
    assert main(["explain-finding", "--", "-x.py:4"]) == 0
    assert main(["check", "--fix", "--unsafe-fixes", "--", "-x.py", "--fix"]) == 0
    assert Path("--fix").read_text("utf-8") == Path("-x.py").read_text("utf-8") != BAD


@pytest.mark.parametrize("arguments", ["check", "check x.py", "check -", "explain-finding x.py:1"])
def test_a_working_folder_that_is_gone_is_said(tree: Path, arguments: str) -> None:
    script = (
        f'mkdir gone && cd gone && rmdir ../gone && exec "{sys.executable}" -m ws_fallback_lint {arguments}'
    )
    done = subprocess.run(["sh", "-c", script], capture_output=True, check=False, timeout=60, cwd=tree)
    assert done.returncode == 2
    assert done.stderr == b"ws-fallback-lint: cannot go on: No such file or directory\n"


@pytest.mark.parametrize("options", [[], ["--jobs", "2"], ["--fix"]])
def test_a_working_folder_that_goes_while_it_is_linted_is_said(
    tree: Path, options: list[str], monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    go_on = run

    def without_ground(*arguments: object) -> object:
        os.rename("b.py", tree / "b.py")
        os.rmdir(tree / "gone")
        return go_on(*arguments)  # type: ignore[arg-type]

    write("gone/b.py", BAD)
    monkeypatch.chdir("gone")
    monkeypatch.setattr(cli, "run", without_ground)
    assert main(["check", "--no-cache", *options]) == 2
    assert capsys.readouterr().err == "ws-fallback-lint: cannot go on: No such file or directory\n"
