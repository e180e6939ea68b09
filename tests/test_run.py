"""Runs over many files: order, files that break things, writing."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ws_fallback_lint.core.config import Config
from ws_fallback_lint.core.results import Result
from ws_fallback_lint.core.source import Source
from ws_fallback_lint.engine import run as engine
from ws_fallback_lint.engine.files import Target, discover
from ws_fallback_lint.engine.lint import lint as real_lint
from ws_fallback_lint.engine.run import Checked, Mode, Order, check, run
from ws_fallback_lint.engine.settings import Finder
from ws_fallback_lint.project.roots import Project

BAD = "try:\n    from shop.a import x\nexcept ImportError:\n    x = None\n"
CLEAN = "x = 1\n"


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text("", "utf-8")
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__init__.py").write_text("", "utf-8")
    (tmp_path / "shop" / "a.py").write_text(CLEAN, "utf-8")
    return tmp_path


def files(**sources: str) -> tuple[Target, ...]:
    for name, text in sources.items():
        Path("shop", f"{name}.py").write_text(text, "utf-8")
    return discover([f"shop/{name}.py" for name in sources], Finder()).targets


def breaking(*, when: str, how: Callable[[], object]) -> Callable[..., Result]:
    """A stand-in for `lint` that breaks on files of one name."""

    def lint(source: Source, config: Config, project: Project, **options: Any) -> Result:
        if when in source.path:
            how()
        return real_lint(source, config, project, **options)

    return lint


def codes(checked: Checked) -> list[str]:
    return [finding.code for finding in checked.result.findings]


def messages(checked: Checked) -> list[str]:
    return [problem.message for problem in checked.result.problems]


def test_results_come_in_the_order_of_the_files() -> None:
    done = run(files(z=BAD, b=CLEAN, c=BAD), Order())
    assert [checked.result.path for checked in done] == ["shop/z.py", "shop/b.py", "shop/c.py"]
    assert [codes(checked) for checked in done] == [["FBK101"], [], ["FBK101"]]


@pytest.mark.parametrize(
    ("error", "reason"), [(RecursionError, "nested too deeply"), (MemoryError, "more memory than there is")]
)
def test_a_file_that_is_too_much_costs_itself_only(
    error: type[Exception], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def give_up() -> None:
        raise error

    monkeypatch.setattr(engine, "lint", breaking(when="heavy", how=give_up))
    heavy, light = run(files(heavy=BAD, light=BAD), Order())
    assert (codes(heavy), codes(light)) == ([], ["FBK101"])
    assert reason in messages(heavy)[0]


def test_a_file_that_memory_cannot_hold_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(_path: str) -> bytes:
        raise MemoryError

    monkeypatch.setattr(engine, "read", read)
    (checked,) = run(files(b=BAD), Order())
    assert messages(checked) == ["not analysed: it takes more memory than there is"]


def test_a_file_that_went_away_is_named() -> None:
    targets = files(b=BAD, c=BAD)
    Path("shop/b.py").unlink()
    gone, there = run(targets, Order())
    assert messages(gone) == ["cannot be read: No such file or directory"]
    assert codes(there) == ["FBK101"]


def test_fix_writes_and_reports_what_remains() -> None:
    fixed, clean = run(files(b="#\xe9\n" + BAD, c=CLEAN), Order(Mode.FIX))
    assert [finding.place.line for finding in fixed.fixed] == [5]
    assert (codes(fixed), clean.fixed, clean.change) == ([], (), None)
    text = Path("shop/b.py").read_text("utf-8")
    assert text.startswith("#\xe9\ntry:\n    from shop.a import x\nexcept ImportError as error:\n    raise")
    (again,) = run(files(b=text), Order(Mode.FIX))
    assert (again.fixed, again.change) == ((), None)


def test_unsafe_fixes_are_applied_only_when_asked_for() -> None:
    source = BAD.replace("shop.a", "orjson")
    Path("pyproject.toml").write_text("[tool.ws-fallback-lint]\nstrict = true\n", "utf-8")
    (kept,) = run(files(b=source), Order(Mode.FIX))
    assert (codes(kept), kept.fixed, kept.change) == (["FBK101"], (), None)
    (fixed,) = run(files(b=source), Order(Mode.FIX, unsafe=True))
    assert (codes(fixed), len(fixed.fixed)) == ([], 1)


def test_diff_writes_nothing_and_reports_the_file_as_it_is() -> None:
    (checked,) = run(files(b=BAD), Order(Mode.DIFF))
    assert Path("shop/b.py").read_text("utf-8") == BAD
    assert checked.change is not None
    assert checked.change.before == BAD.encode()
    assert b"raise ImportError" in checked.change.after
    assert (codes(checked), len(checked.fixed)) == (["FBK101"], 1)


def test_a_fix_that_cannot_be_written_leaves_the_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)
    (checked,) = run(files(b=BAD), Order(Mode.FIX))
    assert Path("shop/b.py").read_text("utf-8") == BAD
    assert (codes(checked), checked.fixed) == (["FBK101"], ())
    assert messages(checked) == ["cannot be written: it is read-only"]


def test_excerpts_and_fixes_come_only_when_asked_for() -> None:
    (bare,) = run(files(b="# coding: latin-1\n" + BAD), Order())
    assert (bare.excerpts, bare.result.findings[0].fix, bare.encoding) == ((), None, "iso-8859-1")
    (full,) = run(files(b="# coding: latin-1\n" + BAD), Order(fixes=True, excerpts=True))
    assert full.excerpts == ((5, "    x = None\n"),)
    assert full.result.findings[0].fix is not None


def test_ordinary_files_cost_no_look_around(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Project, "around", lambda *_: pytest.fail("looked for the project"))
    (checked,) = run(files(b=CLEAN), Order())
    assert checked == Checked(Result("shop/b.py"))


def test_a_text_is_checked_without_a_file() -> None:
    checked = check(Source("-", BAD.encode()), Target("shop/none.py", Config(), os.getcwd()), Order())
    assert [finding.path for finding in checked.result.findings] == ["-"]
