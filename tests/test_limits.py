"""Whatever is too large ends at once, and is told; what is allowed takes time in proportion to its size."""

import ast
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from command import BAD, ran

from ws_fallback_lint import lint_source
from ws_fallback_lint.analysis.prefilter import may_hold_guarded_import
from ws_fallback_lint.core import limits
from ws_fallback_lint.core.errors import TooLarge
from ws_fallback_lint.core.source import Source
from ws_fallback_lint.engine.settings import Finder
from ws_fallback_lint.engine.suppress import Suppressions
from ws_fallback_lint.frontends.flake8_plugin import Choices, FallbackPlugin
from ws_fallback_lint.project import requirements_txt
from ws_fallback_lint.project.asked import asked_in
from ws_fallback_lint.project.statements import likely
from ws_fallback_lint.project.texts import Text

pytestmark = pytest.mark.no_cover

MEGABYTE = 1_000_000


def checked(path: str, **more: str) -> tuple[int, str, float, float]:
    """How a check of a path ends, what it says, the seconds it took, and the MB of the process.

    (`ru_maxrss` would count what this process had when it started the other one.)
    """
    code = (
        "import sys; from ws_fallback_lint.__main__ import main; status = main();"
        "most = int(open('/proc/self/status').read().split('VmHWM:')[1].split()[0]);"
        "print('MB', most // 1000, file=sys.stderr); sys.exit(status)"
    )
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", code, "check", "--no-cache", path],
        capture_output=True,
        check=False,
        timeout=120,
        env={**os.environ, **more},
        text=True,
    )
    memory = float(done.stderr.rpartition("MB ")[2])
    return done.returncode, done.stdout, time.monotonic() - began, memory


def test_a_gigabyte_is_named_and_not_read(shop: Path) -> None:
    with (shop / "shop/b.py").open("ab") as file:
        file.truncate(1 << 30)
    status, out, seconds, memory = checked("shop")
    said = "FBK900 too large to be looked at: 1,073,741,824 bytes, of which 5,000,000 are allowed\n"
    assert (status, out.splitlines(keepends=True)[0]) == (2, f"shop/b.py:1:1: {said}")
    assert (seconds < 10, memory < 200) == (True, True)


def test_a_line_of_fifty_megabytes_is_named(shop: Path) -> None:
    (shop / "shop/b.py").write_text(f"x = [{'1,' * 25 * MEGABYTE}]\n{BAD}", "utf-8")
    status, out, seconds, memory = checked("shop")
    assert status == 2
    assert out.startswith("shop/b.py:1:1: FBK900 too large to be looked at: 50,000,")
    assert (seconds < 10, memory < 200) == (True, True)


def test_fifty_megabytes_without_an_import_are_nothing_to_look_at(shop: Path) -> None:
    (shop / "shop/b.py").write_text(f"x = [{'1,' * 25 * MEGABYTE}]\n", "utf-8")
    status, out, _, memory = checked("shop")
    assert (status, out) == (0, "No findings (checked 3 files).\n")
    assert memory < 200


def test_a_module_that_is_too_large_is_unknown_to_others(shop: Path) -> None:
    (shop / "shop/a.py").write_text(f"x = [{'1,' * 5 * MEGABYTE}]\n", "utf-8")
    (shop / "shop/b.py").write_text(
        "try:\n    from shop.a import y\nexcept ImportError:\n    raise\n", "utf-8"
    )
    assert checked("shop/b.py")[:2] == (0, "No findings (checked 1 file).\n")


def test_no_front_end_looks_at_more(monkeypatch: pytest.MonkeyPatch) -> None:
    text = BAD + "a;" * 400_001
    (problem,) = lint_source(text).problems
    said = "too large to be looked at: 400,005 lines and statements, of which 400,000 are allowed"
    assert problem.message == said
    monkeypatch.setattr(FallbackPlugin, "choices", Choices(Finder()), raising=False)
    ((line, column, message, _),) = FallbackPlugin(ast.parse(BAD), "x.py", [text]).run()
    assert (line, column, message) == (1, 0, f"FBK900 {said}")
    done = ran("check", "-", source=BAD.encode() + b"#" * 5 * MEGABYTE)
    assert done.returncode == 2
    assert b"too large to be looked at: 5,000,06" in done.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b" " * 5_000_001, "5,000,001 bytes, of which 5,000,000 are allowed"),
        (b"\n" * 400_001, "400,001 lines and statements, of which 400,000 are allowed"),
        (b"+" * 1_200_001, "1,200,001 signs besides words, of which 1,200,000 are allowed"),
    ],
)
def test_the_limits(text: bytes, said: str) -> None:
    with pytest.raises(TooLarge, match=f"too large to be looked at: {said}"):
        limits.allow(text)
    limits.allow(text[1:])


@pytest.mark.parametrize(
    "bomb",
    ["a = " + "[" * 400_000, "a." * 400_000 + "b = 1", "[[a]]\n" * 160_000, "a" * 2 * MEGABYTE],
    ids=["brackets", "dots", "tables", "bytes"],
)
def test_a_configuration_made_to_be_dear_ends_soon(shop: Path, bomb: str) -> None:
    (shop / "pyproject.toml").write_text(bomb, "utf-8")
    status, out, seconds, memory = checked(".")
    assert status == (1 if bomb.startswith("[[") else 2), out
    assert (seconds < 10, memory < 300) == (True, True)


def test_a_list_of_ignored_files_that_is_too_large_is_named(shop: Path) -> None:
    (shop / ".gitignore").write_bytes(b"*.txt\n" * 200_000)
    (shop / ".git").mkdir()
    status, out, _, _ = checked(".")
    assert status == 2
    assert ".gitignore too large to be looked at: 1,200,000 bytes, of which 1,000,000 are allowed" in out


# In proportion to its size

WORDS = (
    b"import |from |a|a.|=|,|(|)| |;|#|'|:|try:|except |if |else |None|return |def |class |__all__|+=|[|]|{|}"
    b"|getattr(|hasattr(|find_spec(|with |suppress(|global |# noqa|# noqa: A1,|:=|yield "
    b"|import_module|-r |egg="
)
PIECES = (*WORDS.split(b"|"), b'"', b'"""', b"f'{", b"\t", b"\n", b"\\\n", b"\r", b"\f")


def _text(data: bytes) -> None:
    text = Text(data)
    list(text.bound())
    list(text.chains("a"))
    _ = (*map(text.mentioned, text.starts("a")), text.given("a"))
    _ = (text.loses("a"), text.exports("a"), text.says("a"), text.only_hands_on("a"))


def _noqa(data: bytes) -> None:
    for line in (1, 2):
        Suppressions(Source("a.py", data)).silence(line, "FBK101")


READERS: dict[str, Callable[[bytes], object]] = {
    "prefilter": may_hold_guarded_import,
    "imports": lambda data: list(asked_in(data)),
    "statements": lambda data: list(likely(data)),
    "texts": _text,
    "noqa": _noqa,
    "requirements": lambda data: requirements_txt.read(data.decode(), "r.txt", needed=True),
}


def _units() -> Iterator[bytes]:
    random = Random(5)  # noqa: S311 - the same units every time
    yield from PIECES
    for _ in range(150):
        yield b"".join(random.choice(PIECES) for _ in range(random.randrange(2, 6)))


@pytest.mark.parametrize("reader", list(READERS))
def test_no_text_takes_a_reader_more_than_its_share(reader: str) -> None:
    """The same few words again and again, on one line or on many: 0.1 MB may take a second, not minutes."""
    read = READERS[reader]
    for unit in _units():
        data = unit * (100_000 // len(unit)) + b"\nimport q\n"
        began = time.process_time()
        read(data)
        assert time.process_time() - began < 1, unit


def test_many_uses_at_import_grow_with_their_number() -> None:
    def seconds(count: int) -> float:
        text = "".join(
            f"try:\n import a{n}\nexcept ImportError:\n a{n} = None\na{n}()\n" for n in range(count)
        )
        began = time.process_time()
        assert len(lint_source(text).findings) == count
        return time.process_time() - began

    assert seconds(1500) < 8 * seconds(300)


def test_a_text_of_allowed_size_stays_within_its_memory(shop: Path) -> None:
    (shop / "shop/b.py").write_text(BAD + "x = 1\n" * 100_000, "utf-8")
    status, _, _, memory = checked("shop/b.py")
    assert status == 1
    assert memory < 1500
