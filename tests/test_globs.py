"""Patterns of .gitignore files and excludes: as pathspec has them, and in no time."""

import os
import random
import re
import subprocess
import time
from pathlib import Path

import pytest
from command import BAD, write
from pathspec import GitIgnoreSpec, RegexPattern
from walking import make, walked

from ws_fallback_lint.engine.globs import swift
from ws_fallback_lint.engine.patterns import Patterns
from ws_fallback_lint.frontends.cli import main

pytestmark = pytest.mark.usefixtures("tree")
PIECES = ("a", "b", "*", "*", "**/", "/", "/**/", "?", "[ab]", "\\*", "**", ".", "\\[", "(", "[a", "]")


def original(line: str) -> re.Pattern[str] | None:
    try:
        (pattern,) = GitIgnoreSpec.from_lines([line]).patterns
    except ValueError:
        return None
    assert isinstance(pattern, RegexPattern)
    return pattern.regex


def found(pattern: re.Pattern[str], path: str) -> object:
    match = pattern.search(path)
    return match and match.groupdict()


def test_nothing_is_matched_otherwise_than_before() -> None:
    chance = random.Random(1)  # noqa: S311 - the same lines and paths in every run
    changed = matched = 0
    for _ in range(6_000):
        line = "".join(chance.choice(PIECES) for _ in range(chance.randint(1, 9)))
        pattern = original(line)
        if pattern is None:
            continue
        fast = swift(pattern)
        changed += fast != pattern
        for _ in range(20):
            names = [
                "".join(chance.choices("ab.*[", k=chance.randint(1, 5))) for _ in range(chance.randint(1, 6))
            ]
            path = "/".join(names) + chance.choice(("", "/"))
            assert found(fast, path) == found(pattern, path), (line, path, fast.pattern)
            matched += found(fast, path) is not None
    assert changed > 500
    assert matched > 5_000


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("*a" * 20 + "*b.py", "a" * 250 + ".py"),
        ("*" * 50 + "a" + "*a" * 20 + "*b.py", "a" * 250 + ".py"),
        ("*[!b]" * 20 + "*[b-z].py", "a" * 250 + ".py"),
        ("*?" * 20 + "*b", "a" * 250),
        ("**/a/" * 15 + "**/b", "a/" * 500 + "c"),
        ("a/**/" + "a/**/" * 15 + "b", "a/" * 500 + "c"),
        ("**/*a*/" * 10 + "**/b", "xax/" * 200 + "c"),
    ],
)
def test_no_pattern_takes_for_ever(line: str, path: str) -> None:
    start = time.process_time()
    patterns = Patterns.of("/", [line])
    assert patterns.verdict(f"/{path}") is None
    assert time.process_time() - start < 2


def test_a_tree_cannot_hold_up_the_walk(capsys: pytest.CaptureFixture[str]) -> None:
    line = "*a" * 20 + "*b.py"
    write(".git/HEAD", "")
    write(".gitignore", f"{line}\n")
    write(
        "pyproject.toml",
        f"[tool.ws-fallback-lint]\nexclude = ['{line}']\nper-file-ignores = {{ '{line}' = ['FBK101'] }}\n",
    )
    write("a" * 200 + ".py", BAD + "x()\n")
    start = time.process_time()
    assert main(["check"]) == 1
    assert time.process_time() - start < 5
    assert "FBK101" in capsys.readouterr().out


def test_classes_stay_within_a_name_as_in_git(tree: Path) -> None:
    make(".gitignore", text="/a[!b]c.py\n/d[+-9]e.py\n/f*[!x]*g*[!x]h.py\n")
    make("a/c.py", "axc.py", "d/e.py", "d5e.py", "f/yg/h.py", "fygzh.py")
    clean = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "PATH": os.environ["PATH"]}
    subprocess.run(["git", "init", "-q", "."], check=True, env=clean, cwd=tree)
    asked = ["git", "ls-files", "--others", "--exclude-standard", "--", "*.py"]
    listed = subprocess.run(asked, check=True, env=clean, cwd=tree, capture_output=True, text=True).stdout
    assert sorted(walked()) == sorted(listed.splitlines()) == ["a/c.py", "d/e.py", "f/yg/h.py"]
