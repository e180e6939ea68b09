"""Make small trees and walk them."""

from pathlib import Path

from ws_fallback_lint.engine.disk import shown
from ws_fallback_lint.engine.files import discover
from ws_fallback_lint.engine.settings import Finder


def make(*paths: str, text: str = "") -> None:
    for path in paths:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(text, "utf-8")


def walked(*paths: str, force_exclude: bool = False) -> list[str]:
    found = discover(paths or (".",), Finder(), force_exclude)
    assert found.problems == ()
    return [shown(target.path) for target in found.targets]
