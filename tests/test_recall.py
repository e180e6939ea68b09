"""Results that outlive their run: they count exactly as long as a new run would say the same."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest
from command import BAD, FIXED, read, write
from test_many_modules import random_package, written

from ws_fallback_lint.core.config import Config
from ws_fallback_lint.engine import recall as module
from ws_fallback_lint.engine.cache import Cache
from ws_fallback_lint.engine.files import Target, discover
from ws_fallback_lint.engine.recall import Recall
from ws_fallback_lint.engine.run import Checked, Mode, Order, run
from ws_fallback_lint.engine.settings import Finder
from ws_fallback_lint.frontends.cli import main

pytestmark = pytest.mark.no_cover

FALLBACK = "try:\n    import {0}\nexcept ImportError:\n    {0} = None\n"
USE = "from shop.c import gone\ndef f():\n    gone.go()\n"


@dataclass
class Memory:
    """A new run's memory in the same cache; `looked_at` are the files that it did not know."""

    folder: str
    looked_at: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._recall = Recall(Cache(self.folder, pytest.fail))

    def known(self, targets: Sequence[Target], order: Order) -> Mapping[str, Checked]:
        known = self._recall.known(targets, order)
        self.looked_at += sorted(
            os.path.relpath(target.path) for target in targets if target.path not in known
        )
        return known

    def keep(self, targets: Sequence[Target], done: Sequence[Checked], order: Order) -> None:
        self._recall.keep(targets, done, order)


@pytest.fixture
def cache(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("answers"))


def targets() -> tuple[Target, ...]:
    return discover((".",), Finder(None, {})).targets


def looked_at(cache: str, order: Order | None = None, jobs: int = 1) -> list[str]:
    """Which files a run has to look at; that it says what a run without memory says is held on the way."""
    memory = Memory(cache)
    order = order or Order(fixes=True, excerpts=True)
    assert run(targets(), order, jobs, memory=memory) == run(targets(), order)
    return memory.looked_at


@pytest.fixture
def warm(shop: Path, cache: str) -> str:
    """A cache that knows the project: `d` uses what `c` may lose, `b` has a fallback of its own."""
    write(str(shop / "shop" / "c.py"), FALLBACK.format("gone"))
    write("shop/d.py", USE)
    write("shop/e.py", "import os\n")
    # What dies in `d` is told in `c`, which is looked at again for that.
    assert looked_at(cache) == [f"shop/{name}.py" for name in ("__init__", "a", "b", "c", "d", "e", "c")]
    return cache


def test_nothing_is_looked_at_again(warm: str) -> None:
    assert looked_at(warm) == []
    assert looked_at(warm, jobs=2) == []


@pytest.mark.parametrize(
    ("change", "again"),
    [
        (lambda: write("shop/e.py", "import os, re\n"), ["shop/e.py"]),
        (lambda: write("shop/d.py", USE + "x = 1\n"), ["shop/d.py"]),
        (lambda: write("shop/c.py", "import gone\n"), ["shop/c.py", "shop/d.py"]),
        (lambda: os.unlink("shop/c.py"), ["shop/b.py", "shop/d.py"]),
        (lambda: write("shop/notes.txt.bak", "nothing to do with it"), []),
        (lambda: write("shop/__pycache__/c.pyc", "nothing to do with it"), []),
        (lambda: os.utime("shop/c.py", (0, 0)), []),
    ],
)
def test_what_rests_on_a_change_is_looked_at_again(
    change: Callable[[], object], again: list[str], warm: str
) -> None:
    change()
    assert set(looked_at(warm)) >= set(again)
    assert "shop/__init__.py" not in looked_at(warm)
    if not again:
        assert looked_at(warm) == []


def test_a_module_that_appears_counts(warm: str) -> None:
    write("gone.py", "")
    assert {"shop/c.py", "shop/d.py"} <= set(looked_at(warm))


def test_what_the_project_declares_counts(warm: str) -> None:
    write("pyproject.toml", "[project]\nname = 'shop'\ndependencies = ['gone']\n")
    assert "shop/c.py" in looked_at(warm)
    write("requirements.txt", "other\n")
    assert "shop/c.py" in looked_at(warm)
    assert looked_at(warm) == []


def test_the_configuration_counts(warm: str) -> None:
    write("pyproject.toml", "[tool.ws-fallback-lint]\nallow = ['gone']\n")
    assert "shop/c.py" in looked_at(warm)


def test_what_is_wanted_counts(warm: str) -> None:
    assert "shop/b.py" in looked_at(warm, Order())
    assert looked_at(warm, Order()) == []
    assert looked_at(warm) == []


def test_another_version_finds_out_for_itself(warm: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_of_tool", lambda: b"another")
    assert len(looked_at(warm)) == 7


def test_the_same_text_elsewhere_is_another_file(warm: str, monkeypatch: pytest.MonkeyPatch) -> None:
    os.rename("shop/e.py", "shop/f.py")
    assert "shop/f.py" in looked_at(warm)
    monkeypatch.chdir("shop")  # reports name files from where they are made
    assert "b.py" in looked_at(warm)


def test_what_is_no_python_is_said_each_time(warm: str) -> None:
    write("shop/broken.py", BAD + "def\n")
    looked_at(warm)
    assert looked_at(warm) == ["shop/broken.py"]


def test_what_is_remembered_can_still_be_fixed(warm: str) -> None:
    looked_at(warm, Order())
    fix = Order(Mode.FIX)
    known = Memory(warm)
    checked = run(targets(), fix, memory=known)
    assert [one.result.path for one in checked if one.fixed] == ["shop/b.py"]
    assert read("shop/b.py") == FIXED
    assert "shop/e.py" not in known.looked_at
    assert "shop/b.py" not in [one.result.path for one in run(targets(), fix, memory=known) if one.fixed]
    looked_at(warm)


def test_an_answer_that_is_not_ours_is_found_anew(warm: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Cache.find
    for value in (b"no json", b"[]", b'[["x", [], [], []], 5, []]', b"\xff"):
        monkeypatch.setattr(
            Cache, "find", lambda *given, value=value: dict.fromkeys(real(*given), value), raising=True
        )
        assert len(looked_at(warm)) == 7


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("arguments", [(), ("--no-cache",)])
def test_the_command_uses_it(
    arguments: Sequence[str],
    cache: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("WS_FALLBACK_LINT_CACHE_DIR", cache)
    for n in range(20):
        write(f"shop/m{n}.py", FALLBACK.format("shop"))
    outputs = []
    for _ in range(2):
        assert main(["check", *arguments]) == 1
        outputs.append(capsys.readouterr())
    assert outputs[0] == outputs[1]
    assert bool(os.listdir(cache)) is not bool(arguments)


def changed(random: Random, name: str, text: str) -> str | None:
    """A module as it might be after somebody worked on it; None for one that is removed."""
    match random.randrange(6):
        case 0:
            return text.replace(" = None\n", " = str\n", 1)
        case 1:
            return text.replace("except ImportError", "except KeyError", 1)
        case 2:
            return f"{FALLBACK.format('json')}{text}"
        case 3:
            return text.replace("def f", "def _f")
        case 4:
            return f"raise SystemExit\n{text}" if random.random() < 0.3 else f"x = 1\n{text}"
        case _:
            return None if name != "p/m0.py" else "def\n"


@pytest.mark.parametrize("seed", range(3))
def test_a_new_run_says_the_same_after_any_change(
    seed: int, cache: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(seed)  # noqa: S311 - only a package
    files = random_package(random, 24)
    monkeypatch.chdir(written(tmp_path, files))
    recalled = 0
    for _ in range(8):
        memory = Memory(cache)
        found = targets()
        assert run(found, Order(), memory=memory) == run(found, Order())
        recalled += len(found) - len(set(memory.looked_at))
        for name in random.sample(sorted(files), 2):
            text = changed(random, name, files[name])
            if text is None:
                Path(name).unlink(missing_ok=True)
            else:
                write(name, text)
    assert recalled > 24


def test_a_result_rests_on_all_that_is_looked_at_for_it_alone(
    cache: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a run of many files most was looked at for others before."""
    monkeypatch.chdir(written(tmp_path, random_package(Random(5), 40)))  # noqa: S311
    found = targets()
    for target, checked in zip(found, run(found, Order(), memory=Memory(cache)), strict=True):
        (alone,) = run([target], Order(), memory=Memory(f"{cache}-alone-{target.path}"))
        assert alone.basis is not None
        assert checked.basis is not None
        assert set(alone.basis.states) <= set(checked.basis.states), target.path


def test_configurations_that_say_the_same_are_the_same() -> None:
    assert module._of_config(Config(allow=("a",))) == module._of_config(Config(allow=("a",)))
    assert module._of_config(Config(allow=("a",))) != module._of_config(Config(allow=("b",)))
