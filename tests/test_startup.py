"""What a run imports: nothing that the files it looks at, and what is asked of them, can do without.

A short run is mostly the time of its imports, so whoever adds one to the way of a clean file slows down every
pre-commit hook. Each run here is a process of its own, which tells what it has imported.
"""

import subprocess
import sys
from pathlib import Path

import pytest

import ws_fallback_lint

FILES = {
    "pyproject.toml": "[project]\nname = 'shop'\n",
    "clean.py": "import os\n\nprint(os.sep)\n",
    "uses.py": "from clean import os\n\nprint(os.sep)\n",
    "nothing.py": "try:\n    import os\nfinally:\n    print()\n",
    "lost.py": "try:\n    import gone\nexcept ImportError:\n    gone = None\n\ngone.start()\n",
    "inherits.py": "from lost import gone\n\ngone.start()\n",
}
# Not ours, and slow to import; none of them is a part of click.
DEAR = {
    *("libcst", "rich", "packaging", "pathspec", "tomli", "flake8"),
    *("concurrent.futures", "multiprocessing", "asyncio", "subprocess", "importlib.metadata", "tempfile"),
    *("configparser", "difflib", "json", "logging", "pathlib", "pkgutil", "shutil", "string"),
}
# Whatever judges a guarded import, and what a clean file has to do with none of.
JUDGING = (
    *("analysis.module", "flow", "rules", "fixes", "engine.pipeline", "engine.fix", "engine.links"),
    *("project.judge", "project.inherited", "project.provider", "project.carried", "project.declarations"),
    *("project.statements", "core.findings", "core.spans", "core.parse"),
)
ASKING = ("project.roots", "project.neighbours", "project.travel", "project.texts", "project.providers")
_MODULES = "print(status, *sorted(set(sys.modules) - before))"
COMMAND = f"""
import sys, click
before = set(sys.modules)
from ws_fallback_lint.frontends.cli import main
status = main(sys.argv[1:])
{_MODULES}
"""
PACKAGE = f"""
import sys
before = set(sys.modules)
import ws_fallback_lint
status = 0
{_MODULES}
"""
PROCESS = """
import gc
from ws_fallback_lint.__main__ import main
from ws_fallback_lint.engine import run
seen, real = [], run.may_hold_findings
def spy(data, config):
    seen.append(gc.get_freeze_count())
    return real(data, config)
run.may_hold_findings = spy
status = main()
(frozen,) = seen
print(status, gc.isenabled() and 0 < frozen < gc.get_freeze_count())
"""
OURS = "ws_fallback_lint."


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for variable in ("FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(variable, raising=False)
    for name, text in FILES.items():
        Path(name).write_text(text, "utf-8")
    return tmp_path


def told(program: str, *arguments: str) -> tuple[int, set[str]]:
    """What comes back from a program that tells in its last line what it has imported."""
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    status, *modules = done.stdout.splitlines()[-1].split()
    return int(status), set(modules)


def imported(*arguments: str, status: int = 0) -> set[str]:
    """The modules that a run of the command imports."""
    given, modules = told(COMMAND, *arguments)
    assert given == status
    return modules


def parts(modules: set[str], *names: str) -> set[str]:
    """Those of some of our modules and packages that are among others."""
    return {name for name in names if OURS + name in modules}


def test_a_clean_file_needs_little_more_than_click() -> None:
    modules = imported("check", "clean.py")
    assert modules & (DEAR - {"tomli"}) == set()
    assert parts(modules, *JUDGING, *ASKING) == set()
    inside = {
        name.removeprefix(OURS)
        for name in modules
        if name.startswith((OURS + "analysis.", OURS + "project."))
    }
    light = {"analysis.prefilter", "project.asked", "project.folders", "project.reads"}
    assert inside == light | {"project.requires", "project.toml"}


def test_without_a_pyproject_no_toml_is_read() -> None:
    Path("pyproject.toml").unlink()
    assert imported("check", "clean.py") & DEAR == set()


def test_a_file_that_imports_others_needs_their_texts_only() -> None:
    modules = imported("check", "uses.py")
    assert modules & (DEAR - {"tomli"}) == set()
    assert parts(modules, *JUDGING) == set()
    assert parts(modules, *ASKING) == set(ASKING)


def test_a_file_that_only_might_guard_an_import_is_parsed_and_no_more() -> None:
    modules = imported("check", "nothing.py")
    assert parts(modules, "flow", "rules", "fixes", "engine.pipeline", "project.judge") == set()
    assert parts(modules, "analysis.module") == {"analysis.module"}


@pytest.mark.parametrize("name", ["lost.py", "inherits.py"])
@pytest.mark.parametrize("form", ["text", "concise", "github"])
def test_a_finding_that_nobody_wants_fixed_needs_no_libcst(name: str, form: str) -> None:
    modules = imported("check", "--format", form, name, status=1)
    assert (
        modules & {"libcst", "rich", "concurrent.futures", "multiprocessing", "importlib.metadata"} == set()
    )
    assert parts(modules, "engine.pipeline", "fixes", "engine.fix") == {"engine.pipeline"}


@pytest.mark.parametrize("asked", [["--diff"], ["--format", "json"]])
def test_a_fix_that_is_wanted_needs_libcst(asked: list[str]) -> None:
    assert {"libcst", OURS + "fixes"} <= imported("check", *asked, "lost.py", status=1)


def test_a_terminal_alone_needs_rich(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "rich" in imported("check", "lost.py", status=1)


def test_folders_are_walked_without_what_judges() -> None:
    Path("lost.py").unlink()
    Path("inherits.py").unlink()
    Path(".gitignore").write_text("build/\n", "utf-8")
    modules = imported("check", ".")
    assert modules & (DEAR - {"tomli", "pathspec", "pathlib"}) == set()
    assert parts(modules, "engine.walk", "flow", "rules", "engine.pipeline") == {"engine.walk"}


def test_commands_are_imported_when_they_are_asked_for() -> None:
    assert parts(imported("check", "clean.py"), "frontends.describe", "frontends.explain_finding") == set()
    modules = imported("rules")
    assert parts(modules, "frontends.describe", "frontends.explain_finding") == {"frontends.describe"}


def test_the_package_brings_its_names_when_they_are_used() -> None:
    _, modules = told(PACKAGE)
    assert {name for name in modules if name.startswith(OURS)} == set()
    for name in ws_fallback_lint.__all__:
        assert getattr(ws_fallback_lint, name).__name__ == name
    with pytest.raises(AttributeError, match="has no attribute 'Settings'"):
        _ = ws_fallback_lint.Settings


def test_the_collector_is_spared_what_lasts_as_long_as_the_process() -> None:
    assert told(PROCESS, "check", "clean.py") == (0, {"True"})
