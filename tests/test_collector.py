import ast
import gc
import weakref
from pathlib import Path

import pytest

from ws_fallback_lint import lint_source
from ws_fallback_lint.analysis.module import Module
from ws_fallback_lint.engine.collector import Kept, paused

USED = """
from .other import stop
import argparse

parser = argparse.ArgumentParser()

try:
    from .lost import x
except ImportError:
    x = None

def f(flag):
    if not flag:
        parser.error("no")
    return x()

class C:
    def g(self):
        stop()
        return f(True)
"""


def test_it_rests_inside_and_goes_on_behind() -> None:
    assert gc.isenabled()
    with paused():
        assert not gc.isenabled()
        with paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_goes_on_after_an_error() -> None:
    with pytest.raises(RuntimeError), paused():
        raise RuntimeError
    assert gc.isenabled()


def test_who_has_switched_it_off_finds_it_off() -> None:
    gc.disable()
    try:
        with paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_what_is_kept_is_set_aside_each_time_there_is_twice_as_much(monkeypatch: pytest.MonkeyPatch) -> None:
    files: list[int] = []
    aside: list[int] = []
    monkeypatch.setattr(gc, "freeze", lambda: aside.append(files[-1]))
    kept = Kept()
    for number in range(1, 300):
        files.append(number)
        kept.grow()
    assert aside == [32, 64, 128, 256]


class _Ring:
    """An object of a cycle."""

    def __init__(self) -> None:
        self.itself = self


def test_what_lasts_is_set_aside_without_garbage() -> None:
    ring = weakref.ref(_Ring())
    kept = Kept()
    try:
        for _ in range(32):
            kept.grow()
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()
    assert ring() is None


def test_an_analysis_leaves_it_no_tree(tmp_path: Path) -> None:
    (tmp_path / "__init__.py").touch()
    (tmp_path / "other.py").write_text("from sys import exit as stop\n")
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        found = lint_source(USED, str(tmp_path / "a.py"), root=str(tmp_path)).findings
        gc.collect()
        left = [one for one in gc.garbage if isinstance(one, ast.AST | Module)]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()
    assert [(one.code, len(one.uses)) for one in found] == [("FBK104", 0), ("FBK101", 1)]
    assert left == []
