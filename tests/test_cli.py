"""The command as people run it: options, output, exit statuses."""

import json
import os
from pathlib import Path

import pytest
from command import BAD, FIXED, LINE, ran, read, write

from ws_fallback_lint import __version__
from ws_fallback_lint.core.options import FixStyle, Kind, Option
from ws_fallback_lint.engine.processors import usable_processors
from ws_fallback_lint.frontends import cli, switches
from ws_fallback_lint.frontends.cli import main

Capture = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch
pytestmark = pytest.mark.usefixtures("shop")


def test_findings_give_1_and_a_clean_tree_0(capsys: Capture) -> None:
    assert main(["check"]) == 1
    assert capsys.readouterr() == (
        f"shop/b.py:4:5: {LINE}Found 1 finding in 1 file (checked 3 files).\n",
        "",
    )
    assert main(["check", "shop/a.py"]) == 0
    assert capsys.readouterr().out == "No findings (checked 1 file).\n"


def test_quiet_and_concise_print_the_lines_alone(capsys: Capture) -> None:
    for arguments in (["--quiet"], ["-q"], ["--format", "concise"]):
        assert main(["check", *arguments]) == 1
        assert capsys.readouterr().out == f"shop/b.py:4:5: {LINE}"


def test_exit_zero_hides_findings_but_not_problems(capsys: Capture) -> None:
    assert main(["check", "--exit-zero"]) == 0
    assert main(["check", "--exit-zero", "missing.py", "shop/b.py"]) == 2
    out = capsys.readouterr().out
    assert "missing.py:1:1: FBK900 cannot be read: No such file or directory\n" in out
    assert out.count(LINE) == 2


def test_statistics_follow_the_findings(capsys: Capture) -> None:
    for form in ("text", "concise"):
        main(["check", "--statistics", "--format", form])
        assert capsys.readouterr().out.endswith("\n      1  FBK101\n")


def test_json_and_github_can_be_asked_for(capsys: Capture) -> None:
    assert main(["check", "--format", "json"]) == 1
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert (finding["path"], finding["line"], finding["fix"]["safety"]) == ("shop/b.py", 4, "safe")
    assert main(["check", "--format", "github"]) == 1
    assert capsys.readouterr().out.startswith("::error file=shop/b.py,line=4,col=5,")


def test_output_takes_the_report(capsys: Capture) -> None:
    assert main(["check", "--output", "report.txt", "--statistics"]) == 1
    assert capsys.readouterr() == ("", "")
    assert read("report.txt").startswith(f"shop/b.py:4:5: {LINE}")
    assert main(["check", "--output", "none/report.txt"]) == 2
    assert "none/report.txt" in capsys.readouterr().err


def test_fix_writes_says_what_and_ends_with_what_remains(capsys: Capture) -> None:
    assert main(["check", "--fix"]) == 0
    assert read("shop/b.py") == FIXED
    assert capsys.readouterr().out == (
        f"shop/b.py:4:5: {LINE.replace('FBK101', 'FBK101 [fixed]')}Fixed 1 finding.\n"
        "Nothing else found (checked 3 files).\n"
    )
    assert main(["check", "--fix", "--exit-non-zero-on-fix"]) == 0


def test_exit_non_zero_on_fix(capsys: Capture) -> None:
    assert main(["check", "--fix", "--exit-non-zero-on-fix", "--format", "json"]) == 1
    assert json.loads(capsys.readouterr().out)["summary"]["fixed"] == 1


def test_unsafe_fixes_are_asked_for(capsys: Capture) -> None:
    write("shop/b.py", BAD.replace("shop.a", "orjson"))
    assert main(["check", "--strict", "--fix"]) == 1
    assert "1 can be fixed with --fix --unsafe-fixes.\n" in capsys.readouterr().out
    assert main(["check", "--strict", "--fix", "--unsafe-fixes"]) == 0


def test_fix_style_comes_from_the_command_line() -> None:
    assert main(["check", "--fix", "--fix-style", "unwrap"]) == 0
    assert read("shop/b.py") == "from shop.a import x\n"


def test_diff_prints_it_and_writes_nothing(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    crlf = BAD.replace("\n", "\r\n").encode("latin-1")[:-2]
    write("shop/b.py", crlf)
    assert main(["check", "--diff"]) == 1
    assert Path("shop/b.py").read_bytes() == crlf
    out, err = capsysbinary.readouterr()
    assert out.startswith(b"--- shop/b.py\n+++ shop/b.py\n@@ -1,4 +1,6 @@\n try:\r\n")
    assert b"-    x = None\n\\ No newline at end of file\n" in out
    assert err.startswith(f"shop/b.py:4:5: {LINE}Would fix 1 finding.\n".encode())
    write("shop/b.py", "")
    assert main(["check", "--fix", "--diff"]) == 0
    assert capsysbinary.readouterr().out == b""


def test_select_and_ignore_take_lists_and_repeat(capsys: Capture) -> None:
    assert main(["check", "--ignore", "FBK102,FBK101"]) == 0
    assert main(["check", "--select", "FBK102", "--select", "FBK103, FBK105"]) == 0
    assert main(["check", "--select", "FBK102", "--select", "FBK1"]) == 1
    capsys.readouterr()
    assert main(["check", "--select", ""]) == 2
    assert capsys.readouterr().err == "ws-fallback-lint: Invalid value for '--select': holds an empty item\n"
    assert main(["check", "--select", "FBK101,E501"]) == 2
    assert "the command line: 'select' holds 'E501'" in capsys.readouterr().err


def test_config_names_a_file(capsys: Capture) -> None:
    write("lint.toml", "[tool.ws-fallback-lint]\nignore = ['FBK101']\n")
    assert main(["check", "--config", "lint.toml"]) == 0
    assert main(["check", "--config", "none.toml"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("ws-fallback-lint: ")
    assert "none.toml: cannot be read: No such file or directory" in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("jobs", ["0", "-1", "many", "1.5"])
def test_jobs_are_counted_from_1(jobs: str, capsys: Capture) -> None:
    assert main(["check", "--jobs", jobs]) == 2
    assert f"'{jobs}' is neither 'auto' nor a number from 1" in capsys.readouterr().err


@pytest.mark.parametrize(("given", "meant"), [("3", 3), ("auto", usable_processors())])
def test_jobs_reach_the_run(given: str, meant: int, monkeypatch: Patch) -> None:
    seen: list[int] = []

    def run(_targets: object, _order: object, jobs: int, _watch: object, _memory: object) -> tuple[()]:
        seen.append(jobs)
        return ()

    monkeypatch.setattr(cli, "run", run)
    assert main(["check", "--jobs", given, "--no-cache"]) == 0
    assert seen == [meant]


def test_force_exclude_counts_for_named_files(capsys: Capture) -> None:
    write("pyproject.toml", "[tool.ws-fallback-lint]\nexclude = ['b.py']\n")
    assert main(["check", "shop/b.py"]) == 1
    assert main(["check", "--force-exclude", "shop/b.py"]) == 0
    assert capsys.readouterr().err == ""


def test_nothing_to_check_is_said(capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert main(["check", "empty"]) == 0
    assert capsys.readouterr().err == "ws-fallback-lint: no Python files found\n"
    assert main(["check", "--quiet", "empty"]) == 0
    assert capsys.readouterr() == ("", "")


def test_version_and_help(capsys: Capture) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"ws-fallback-lint, version {__version__}\n"
    assert main(["check", "-h"]) == 0
    usage = capsys.readouterr().out
    for option in ("--select LIST", "--ignore LIST", "--strict", "--fix-style [raise|unwrap]", "--no-cache"):
        assert option in usage


@pytest.mark.parametrize("arguments", [[], ["chekc"], ["check", "--foo"], ["check", "--format", "xml"]])
def test_wrong_usage_is_one_line_and_2(arguments: list[str], capsys: Capture) -> None:
    assert main(arguments) == 2
    out, error = capsys.readouterr()
    assert (out, error.count("\n")) == ("", 1)
    assert error.startswith("ws-fallback-lint: ")


def test_a_working_folder_that_is_gone_is_said(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "gone").mkdir()
    os.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert main(["check"]) == 2
    assert capsys.readouterr().err == "ws-fallback-lint: cannot go on: No such file or directory\n"


def test_a_choice_or_text_of_the_table_becomes_a_switch_and_a_table_cannot() -> None:
    choice = Option("style", Kind.CHOICE, "help", frozenset(), tuple(FixStyle))
    for option in (choice, Option("message", Kind.TEXT, "help", frozenset())):
        command = switches._switch(option)(lambda: None)
        assert command is not None
    for kind in (Kind.PER_FILE, Kind.POLICY, Kind.GROUPS):
        with pytest.raises(ValueError, match="the command line cannot set 'x'"):
            switches._switch(Option("x", kind, "help", frozenset()))


# Two worlds in one outcome: what the class gets is not the same in both.
_TWICE = """
try:
    import lib.fast
except ImportError:
    lib = None

try:
    import lib.slow
except ImportError:
    pass

class A:
    lib = lib

    def load(self):
        if self.lib is None:
            return 0
        return lib.load()

    def peek(self, what=lib):
        return what.peek()

def load():
    return lib.load()
"""


def test_every_process_says_the_same() -> None:
    write("twice.py", _TWICE)
    said = {ran("check", "twice.py", PYTHONHASHSEED=str(seed)).stdout for seed in range(8)}
    assert len(said) == 1
    assert b"used at line 21, used at line 24" in said.pop()
