"""The plugin, in real flake8 on real files."""

import json
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from ws_fallback_lint import __version__
from ws_fallback_lint.core.options import OPTIONS, Face, Kind, Option, offered
from ws_fallback_lint.frontends.flake8_plugin import FallbackPlugin, _shape

EXAMPLES = Path(__file__).parents[1] / "examples"
FALLBACK = "try:\n    from shop.core import start\nexcept ImportError:\n    start = None\n"
FOUND = "4:5: FBK101"
PYPROJECT = '[project]\nname = "shop"\nversion = "1"\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose `shop/app.py` has one fallback for first-party code."""
    (tmp_path / "pyproject.toml").write_text(PYPROJECT, "utf-8")
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__init__.py").touch()
    (tmp_path / "shop" / "core.py").write_text("def start():\n    return 1\n", "utf-8")
    (tmp_path / "shop" / "app.py").write_text(FALLBACK, "utf-8")
    return tmp_path


def configure(project: Path, table: str) -> None:
    (project / "pyproject.toml").write_text(f"{PYPROJECT}\n[tool.ws-fallback-lint]\n{table}\n", "utf-8")


def flake8(folder: Path, *arguments: str, stdin: bytes | None = None) -> "subprocess.CompletedProcess[bytes]":
    command = [sys.executable, "-m", "flake8", *arguments]
    done = subprocess.run(command, cwd=folder, input=stdin, capture_output=True, check=False)
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return done


def reports(folder: Path, *arguments: str, stdin: bytes | None = None) -> list[str]:
    """What flake8 says with our codes alone: `path:line:column: code` of each line it prints."""
    done = flake8(folder, "--select=FBK,E9", *arguments, stdin=stdin)
    assert done.stderr == b""
    return [" ".join(line.split(" ")[:2]) for line in done.stdout.decode().splitlines()]


def test_flake8_knows_the_plugin(project: Path) -> None:
    # flake8 breaks long lines here
    assert f"ws-fallback-lint: {__version__}" in " ".join(
        flake8(project, "--version").stdout.decode().split()
    )
    assert b"--fbk-allow" in flake8(project, "--help").stdout


def test_dependencies_are_read_for_flake8_as_for_the_command(project: Path) -> None:
    (project / "pyproject.toml").write_text(f"{PYPROJECT}dependencies = ['numpy']\n", "utf-8")
    app = project / "shop" / "app.py"
    app.write_text(FALLBACK.replace("shop.core", "numpy"), "utf-8")
    (line,) = flake8(project, "--select=FBK", "shop/app.py").stdout.decode().splitlines()
    assert line.endswith("if 'numpy' cannot be imported: declared in [project] dependencies")
    command = [sys.executable, "-m", "ws_fallback_lint", "check", "--format", "concise", "shop/app.py"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[0] == line


def test_a_finding_says_what_the_command_says(project: Path) -> None:
    (line,) = flake8(project, "shop/app.py").stdout.decode().splitlines()
    command = [sys.executable, "-m", "ws_fallback_lint", "check", "--format", "concise", "shop/app.py"]
    shown = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False).stdout
    assert line in shown.splitlines()
    assert line.startswith(f"shop/app.py:{FOUND} 'start' ")


@pytest.mark.parametrize("jobs", ["-j1", "-j2"])
def test_any_number_of_jobs_says_the_same(project: Path, jobs: str) -> None:
    for number in range(8):
        (project / "shop" / f"app{number}.py").write_text(FALLBACK, "utf-8")
    expected = [f"./shop/app.py:{FOUND}"] + [f"./shop/app{number}.py:{FOUND}" for number in range(8)]
    assert sorted(reports(project, jobs, ".")) == sorted(expected)


def test_processes_that_start_afresh_read_the_options_again(project: Path) -> None:
    (project / "shop" / "app2.py").write_text(FALLBACK, "utf-8")
    program = (
        "import multiprocessing, sys\n"
        "if __name__ == '__main__':\n"
        "    multiprocessing.set_start_method('spawn')\n"
        "    from flake8.main.cli import main\n"
        "    sys.exit(main(sys.argv[1:]))\n"
    )
    (project / "spawned.py").write_text(program, "utf-8")
    found = []
    for extra in ([], ["--fbk-allow=start"]):
        command = [sys.executable, "spawned.py", "-j2", "--select=FBK", *extra, "shop"]
        done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
        assert done.stderr == ""
        found.append(done.stdout.count("FBK101"))
    assert found == [2, 0]


def test_stdin_is_linted_as_the_file_it_stands_for(project: Path) -> None:
    code = FALLBACK.encode()
    assert reports(project, "-", stdin=code) == [f"stdin:{FOUND}"]
    configure(project, 'per-file-ignores = { "shop/app.py" = ["FBK101"] }')
    assert reports(project, "-", stdin=code) == [f"stdin:{FOUND}"]
    assert reports(project, "--stdin-display-name=shop/app.py", "-", stdin=code) == []
    assert reports(project, "--stdin-display-name=shop/new.py", "-", stdin=code) == [f"shop/new.py:{FOUND}"]


def test_the_common_select_shows_the_codes(project: Path) -> None:
    assert b"FBK101" in flake8(project, "--select=E,F,W", "shop").stdout
    assert b"FBK101" in flake8(project, "shop").stdout
    assert b"FBK101" not in flake8(project, "--select=E,W", "shop").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["--extend-ignore=FBK101"],
        ["--extend-ignore=FBK1"],
        ["--per-file-ignores=shop/*:FBK101"],
        ["--extend-exclude=app.py"],
    ],
)
def test_flake8_ignores_what_it_is_told_to(project: Path, arguments: list[str]) -> None:
    done = flake8(project, *arguments, "shop")
    assert (done.stdout, done.returncode) == (b"", 0)


def test_noqa_is_left_to_flake8(project: Path) -> None:
    app = project / "shop" / "app.py"
    app.write_text(FALLBACK.replace("= None", "= None  # noqa: FBK101"), "utf-8")
    assert reports(project, "shop") == []
    assert reports(project, "--disable-noqa", "shop") == [f"shop/app.py:{FOUND}"]
    app.write_text(FALLBACK.replace("= None", "= None  # noqa: E501"), "utf-8")
    assert reports(project, "shop") == [f"shop/app.py:{FOUND}"]


def test_a_syntax_error_is_said_once_and_by_flake8(project: Path) -> None:
    (project / "shop" / "broken.py").write_text(FALLBACK + "def f(:\n", "utf-8")
    found = reports(project, "shop")
    assert [line.split(" ")[1] for line in found if "broken" in line] == ["E999"]
    assert f"shop/app.py:{FOUND}" in found


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ("if 'grün' and 'größer': from shop import core\n".encode() + FALLBACK.encode(), "5:5"),
        ("try: from shop.core import start\nexcept ImportError: x = 'ü'; start = None\n".encode(), "2:30"),
        (FALLBACK.replace("\n", "\r\n").encode(), "4:5"),
        (b"\xef\xbb\xbf" + FALLBACK.encode(), "4:5"),
        (b"# coding: latin-1\nx = '\xe4'\n" + FALLBACK.encode(), "6:5"),
        ("# coding: utf-8\nx = 'ä'\n".encode() + FALLBACK.encode().rstrip(b"\n"), "6:5"),
    ],
    ids=["non-ascii", "non-ascii-before-the-column", "crlf", "bom", "latin-1", "no-newline-at-the-end"],
)
def test_places_are_right_in_any_text(project: Path, data: bytes, place: str) -> None:
    (project / "shop" / "app.py").write_bytes(data)
    expected = [f"shop/app.py:{place}: FBK101"]
    assert reports(project, "shop/app.py") == expected
    assert reports(project, "--stdin-display-name=shop/app.py", "-", stdin=data) == expected


def test_bytes_that_are_no_text_do_not_stop_flake8(project: Path) -> None:
    (project / "shop" / "bad.py").write_bytes(b"# \xff\xfe\n" + FALLBACK.encode())
    (project / "shop" / "odd.py").write_bytes(b"# coding: no-such-codec\n" + FALLBACK.encode())
    assert f"shop/app.py:{FOUND}" in reports(project, "shop")


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ('allow = ["start"]', []),
        ('ignore = ["FBK1"]', []),
        ('select = ["FBK102"]', []),
        ('exclude = ["shop/app.py"]', []),
        ('exclude = ["app.*"]', []),
        ('per-file-ignores = { "shop/*" = ["FBK101"] }', []),
        ('policy = { first-party = "allowed" }', []),
        ('exclude = ["other"]', [f"shop/app.py:{FOUND}"]),
    ],
)
def test_the_configuration_of_the_project_counts(project: Path, table: str, expected: list[str]) -> None:
    configure(project, table)
    assert reports(project, "shop") == expected


OPTIONAL = "try:\n    import elsewhere\nexcept ImportError:\n    elsewhere = None\n"


def test_options_of_flake8_win_over_the_project(project: Path) -> None:
    configure(project, 'allow = ["start"]')
    assert reports(project, "--fbk-allow=other,else*", "shop") == [f"shop/app.py:{FOUND}"]
    (project / "shop" / "app.py").write_text(OPTIONAL, "utf-8")
    assert reports(project, "shop") == []
    assert reports(project, "--fbk-strict", "shop") == [f"shop/app.py:{FOUND}"]


@pytest.mark.parametrize("name", ["setup.cfg", "tox.ini", ".flake8"])
def test_options_can_stand_in_flake8s_own_files(project: Path, name: str) -> None:
    configure(project, "strict = true")
    (project / "shop" / "app.py").write_text(OPTIONAL, "utf-8")
    assert reports(project, "shop") == [f"shop/app.py:{FOUND}"]
    (project / name).write_text("[flake8]\nfbk-strict = false\n", "utf-8")
    assert reports(project, "shop") == []
    (project / name).write_text("[flake8]\nfbk_allow =\n    other,\n    elsewhere\n", "utf-8")
    assert reports(project, "shop") == []


def test_source_folders_can_be_given(project: Path) -> None:
    (project / "lib").mkdir()
    (project / "lib" / "engine.py").write_text("start = print\n", "utf-8")
    code = FALLBACK.replace("shop.core", "engine")
    (project / "shop" / "app.py").write_text(code, "utf-8")
    assert reports(project, "shop") == []
    assert reports(project, "--fbk-src=lib,.", "shop") == [f"shop/app.py:{FOUND}"]


def test_another_configuration_file_can_be_given(project: Path) -> None:
    (project / "other.toml").write_text('[tool.ws-fallback-lint]\nallow = ["start"]\n', "utf-8")
    assert reports(project, "--fbk-config=other.toml", "shop") == []
    (project / ".flake8").write_text("[flake8]\nfbk-config = ./other.toml\n", "utf-8")
    assert reports(project, "shop") == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[tool.ws-fallback-lint\n", "is not TOML"),
        ("[tool.ws-fallback-lint]\nalow = []\n", "did you mean 'allow'?"),
        ("[tool.ws-fallback-lint]\nallow = 3\n", "'allow' must be a list of strings"),
    ],
)
def test_a_broken_pyproject_is_one_report_for_each_file_that_needs_it(
    project: Path, text: str, said: str
) -> None:
    (project / "pyproject.toml").write_text(text, "utf-8")
    done = flake8(project, "shop")
    (line,) = done.stdout.decode().splitlines()
    assert line.startswith("shop/app.py:1:1: FBK900 not analysed: ")
    assert "pyproject.toml" in line
    assert said in line
    assert done.returncode == 1


@pytest.mark.parametrize("jobs", ["-j1", "-j2"])
@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("--fbk-config=./missing.toml", "missing.toml: cannot be read"),
        ("--fbk-config=shop/core.py", "core.py:1:5: is not TOML"),
        ("--fbk-config=./.flake8", "has no table [tool.ws-fallback-lint]"),
    ],
)
def test_a_wrong_option_ends_flake8_with_a_message(project: Path, jobs: str, option: str, said: str) -> None:
    (project / ".flake8").write_text("[flake8]\n", "utf-8")
    done = flake8(project, jobs, option, "shop")
    assert done.returncode == 1
    assert b"There was a critical error during execution of Flake8:" in done.stdout
    assert said in done.stdout.decode()


BROAD = "try:\n    import elsewhere\nexcept Exception:\n    elsewhere = None\n"


def test_a_rule_that_is_off_comes_when_its_full_code_is_asked_for(project: Path) -> None:
    (project / "shop" / "app.py").write_text(BROAD, "utf-8")
    assert reports(project, "shop") == []
    assert reports(project, "--extend-select=FBK105", "shop") == ["shop/app.py:3:1: FBK105"]
    assert reports(project, "--extend-select=FBK10", "shop") == []
    assert b"FBK105" in flake8(project, "--select=FBK105", "shop").stdout
    configure(project, 'select = ["FBK105"]')
    assert reports(project, "shop") == ["shop/app.py:3:1: FBK105"]
    configure(project, 'ignore = ["FBK105"]')
    assert reports(project, "shop") == []
    assert reports(project, "--extend-select=FBK105", "shop") == ["shop/app.py:3:1: FBK105"]
    configure(project, 'ignore = ["FBK1"]')
    assert reports(project, "--extend-select=FBK105", "shop") == []


def _said_of(path: Path) -> bytes:
    command = [sys.executable, "-m", "ws_fallback_lint", "check", "--format", "json", str(path)]
    return subprocess.run(command, cwd=EXAMPLES, capture_output=True, check=False).stdout


def test_flake8_and_the_command_agree_over_the_examples() -> None:
    said = [
        (f["path"], f["line"], f["column"], f["code"], f["message"])
        for path in sorted(EXAMPLES.rglob("*.py"))  # flake8 looks at each file for itself
        for f in json.loads(_said_of(path))["findings"]
    ]
    form = "--format=%(path)s\t%(row)d\t%(col)d\t%(code)s\t%(text)s"
    lines = flake8(EXAMPLES, "--isolated", "--select=FBK", form, ".").stdout.decode().splitlines()
    fields = [line.split("\t") for line in lines]
    found = [
        (path.removeprefix("./"), int(row), int(col), code, text) for path, row, col, code, text in fields
    ]
    assert len(said) >= 6
    assert "FBK201" in {code for _, _, _, code, _ in said}
    assert sorted(found) == sorted(said)


def test_a_crowd_of_ordinary_files_loads_nothing_dear(project: Path) -> None:
    (project / "shop" / "app.py").write_text("import os\n\nprint(os.sep)\n", "utf-8")
    program = (
        "import sys\nfrom flake8.main.cli import main\nstatus = main(['-j1', 'shop'])\n"
        "print(status, {'libcst', 'rich', 'click', 'tomli', 'pathspec'} & set(sys.modules))\n"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert done.stdout == "0 set()\n", done.stdout + done.stderr


def test_every_option_for_flake8_is_one_that_flake8_can_hold() -> None:
    assert [option.name for option in offered(Face.FLAKE8)] == ["src", "allow", "guards", "strict"]
    for option in offered(Face.FLAKE8):
        assert _shape(option)
    (style,) = (option for option in OPTIONS if option.kind is Kind.CHOICE)
    assert _shape(style) == {"choices": ("raise", "unwrap")}


@pytest.mark.parametrize(
    "option", [o for o in OPTIONS if o.kind in (Kind.GROUPS, Kind.POLICY, Kind.PER_FILE)]
)
def test_a_table_cannot_be_offered_to_flake8(option: Option) -> None:
    with pytest.raises(ValueError, match="flake8 cannot set"):
        _shape(option)


def test_the_entry_point_names_the_plugin() -> None:
    (point,) = entry_points(group="flake8.extension", name="FBK")
    assert point.load() is FallbackPlugin
