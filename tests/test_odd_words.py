"""Literals that name what no file can be called: modules, folders, dependencies."""

from pathlib import Path

import pytest
from command import BAD, LINE, write

from ws_fallback_lint.frontends.cli import main

pytestmark = pytest.mark.usefixtures("shop")

# No text, no path, no pattern, all of them where only a name was thought of.
WORDS = ("shop.\ud800", "shop.\0", "shop.(", "shop.[a-", "shop./../x", "..")
FORMS = """\
import importlib
import sys
from importlib.util import find_spec
from unittest.mock import patch

import shop.a

try:
    a = importlib.import_module({word})
except ImportError:
    a = None
try:
    b = __import__({word}).b
except ImportError:
    setattr(sys.modules[__name__], {word}, None)
    globals()[{word}] = None
c = importlib.import_module({word}) if find_spec({word}) else None
d = getattr(shop.a, {word}, None)
a.x(), b.x(), c.x(), d.x()


@patch({word})
def test_a() -> None:
    a.x()
"""


@pytest.mark.parametrize("word", WORDS, ids=ascii)
def test_words_that_name_no_module(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    write("shop/odd.py", FORMS.format(word=ascii(word)))
    write("shop/marks.py", "a.( = 1; [a-\n")
    assert main(["check", "--diff"]) == 1
    out = capsys.readouterr()
    assert "shop/odd.py:11:5: FBK101 'a' becomes None" in out.err
    assert "--- shop/odd.py" in out.out
    assert main(["check", "--graph", "dot"]) == 0
    assert "shop/odd.py:19 dies" in capsys.readouterr().out
    assert main(["explain-finding", "shop/odd.py:10"]) == 0
    assert "guarded import of a" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("pyproject.toml", '[tool.ws-fallback-lint]\nsrc = ["\\u0000", "."]\n'),
        ("setup.py", "setup(package_dir={'': '\\0'}, install_requires=['\\ud800'])\n"),
        ("requirements.txt", "-r \0\n-r \ud800\n-r .\n"),
    ],
)
def test_words_that_are_no_path(file: str, content: str, capsys: pytest.CaptureFixture[str]) -> None:
    write(file, content.encode("utf-8", "surrogatepass"))
    for number in range(20):  # enough for the cache
        Path(f"m{number}.py").write_text(BAD)
    for _ in range(2):
        assert main(["check"]) == 1
        out = capsys.readouterr()
        assert f"shop/b.py:4:5: {LINE}" in out.out
        assert out.err == ""
