"""Projects of many modules: in circles, in chains, and alone against together."""

import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from ws_fallback_lint import lint_source
from ws_fallback_lint.core.findings import Finding
from ws_fallback_lint.engine.files import discover
from ws_fallback_lint.engine.run import Order, run
from ws_fallback_lint.engine.settings import Finder

pytestmark = pytest.mark.no_cover

FALLBACK = "try:\n    import gone\nexcept ImportError:\n    gone = None\n"
USE = "def f():\n    return gone.x()\n"


def written(folder: Path, files: dict[str, str]) -> Path:
    for name, text in {"pyproject.toml": "[project]\nname = 'case'\n", "p/__init__.py": "", **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def circle(size: int) -> dict[str, str]:
    """Modules that import each other all around; one of them has the fallback, and each hands it on."""
    files = {
        f"p/m{n}.py": f"from . import m{(n + 1) % size}\nfrom .m{n + 1} import gone\n" for n in range(size)
    }
    return files | {
        f"p/m{size - 1}.py": f"{FALLBACK}from . import m0\n",
        "p/use.py": f"from .m0 import gone\n{USE}",
    }


def busy_circle(size: int) -> dict[str, str]:
    """The same, where each does something with the name before it hands it on."""
    files = circle(size)
    return {
        name: text if FALLBACK in text else f"{text}def get():\n    return gone\nthere = gone is not None\n"
        for name, text in files.items()
    }


def stars(size: int) -> dict[str, str]:
    """A chain of modules that take all names."""
    files = {f"p/m{n}.py": f"from .m{n + 1} import *\n" for n in range(size - 1)}
    return files | {f"p/m{size - 1}.py": FALLBACK, "p/use.py": f"from .m0 import *\n{USE}"}


def itself(size: int) -> dict[str, str]:
    """A module that imports itself, many times."""
    again = "".join(f"from p import use as use{n}\nfrom p.use import gone\n" for n in range(size))
    return {"p/a.py": FALLBACK, "p/use.py": f"from .a import gone\n{again}{USE}"}


def facade(size: int) -> dict[str, str]:
    """A package that has all names of its modules, and one that asks it for each."""
    files = {f"p/m{n}.py": f"def f{n}():\n    return {n}\n" for n in range(size)}
    asked = "".join(f"    p.f{n}()\n" for n in range(size))
    return files | {
        "p/__init__.py": "".join(f"from .m{n} import *\n" for n in range(size)),
        "p/a.py": FALLBACK,
        "p/b.py": f"import p\nfrom .a import gone\ndef there():\n{asked}    return 1\n",
        "p/use.py": "from .a import gone\nfrom .b import there\nif there():\n    gone.x()\n",
    }


def one_statement(size: int) -> dict[str, str]:
    """A module where one statement gives all names, each of another."""
    names = "".join(f"    n{n} = n{n - 1}()\n" for n in range(1, size))
    return {
        "p/a.py": f"{FALLBACK}def there():\n    return gone is not None\n",
        "p/b.py": f"from .a import there\nif there():\n    n0 = there\n{names}",
        "p/use.py": f"from .a import gone\nfrom .b import n{size - 1}\nfine = n{size - 1}()\n{USE}",
    }


def lint(folder: Path, name: str = "p/use.py") -> list[Finding]:
    path = folder / name
    result = lint_source(path.read_bytes(), str(path), root=str(folder))
    assert not result.problems
    return [finding for finding in result.findings if finding.code == "FBK201"]


@pytest.mark.parametrize(
    ("make", "size", "finds"),
    [
        (circle, 200, True),
        (stars, 50, True),
        (itself, 50, True),
        (busy_circle, 200, False),
        (facade, 300, True),
        (one_statement, 1500, True),
    ],
)
def test_time_grows_with_the_number_of_modules(
    make: Callable[[int], dict[str, str]], size: int, finds: bool, tmp_path: Path
) -> None:
    spent = {}
    for count in (size // 5, size):
        folder = written(tmp_path / str(count), make(count))
        runs = []
        for _ in range(3):
            start = time.process_time()
            found = lint(folder)
            runs.append(time.process_time() - start)
            assert [finding.uses[0].kind for finding in found] == (["attribute"] if finds else [])
        spent[count] = min(runs)
    # Five times the modules: squared time would be 25 times as much.
    assert spent[size] < 10 * spent[size // 5] + 0.05


def random_package(random: Random, size: int) -> dict[str, str]:
    """A package whose modules try imports, hand names on and use them, guarded or not."""
    files: dict[str, str] = {}
    for n in range(size):
        others = [f"m{random.randrange(n)}" for _ in range(random.randint(0, 3))] if n else []
        lines = []
        names: list[tuple[str, str]] = []
        if not others or random.random() < 0.3:
            lines.append(
                f"try:\n    import gone{n}\n    HAS{n} = True\n"
                f"except ImportError:\n    gone{n} = None\n    HAS{n} = False\n"
            )
            names.append((f"gone{n}", f"HAS{n}"))
        for other in dict.fromkeys(others):
            _, _, known = files[f"p/{other}.py"].rpartition("# ")
            for name, flag in (one.split("/") for one in known.split()):
                match random.randrange(4):
                    case 0:
                        lines.append(f"from .{other} import {name}, {flag}\n")
                        names.append((name, flag))
                    case 1:
                        lines.append(f"from .{other} import {name} as x{n}, {flag}\n")
                        names.append((f"x{n}", flag))
                    case 2:
                        lines.append(
                            f"from . import {other}\ndef h{n}{other}{name}():\n    {other}.{name}.go()\n"
                        )
                    case _:
                        lines.append(f"from .{other} import *\n")
                        names.append((name, flag))
        for name, flag in names:
            how = random.choice(
                [
                    "    {0}.go()\n",
                    "    if {1}:\n        {0}.go()\n",
                    "    return {0} and {0}.go()\n",
                    "    pass\n",
                ]
            )
            lines.append(f"def f{n}{name}():\n{how.format(name, flag)}")
        told = " ".join(f"{name}/{flag}" for name, flag in dict.fromkeys(names))
        files[f"p/m{n}.py"] = "".join([*lines, f"# {told}"])
    return files


@pytest.mark.parametrize(("seed", "size"), [(0, 300), (1, 50), (3, 50)])
def test_alone_and_together_say_the_same(
    seed: int, size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = written(tmp_path, random_package(Random(seed), size))  # noqa: S311 - only a package
    monkeypatch.chdir(folder)
    finder = Finder(None, {})
    targets = discover(("p",), finder).targets
    alone = [run([target], Order())[0].result for target in targets]
    joined = [checked.result for checked in run(targets, Order())]
    dies = {(use.path, use.line) for one in alone for found in one.findings for use in found.uses}
    listed = {(use.path, use.line) for one in joined for found in one.findings for use in found.uses}
    assert dies == listed
    lost = {(f.cause.path, f.cause.line) for one in alone for f in one.findings if f.cause is not None}
    own = {(f.path, f.place.line) for one in alone for f in one.findings if f.cause is None}
    assert lost | own == {(f.path, f.place.line) for one in joined for f in one.findings}
    assert len(lost) > size // 25
    if size > 100:
        return
    # In whatever order, and in whatever company.
    shuffled = Random(seed).sample(targets, len(targets))  # noqa: S311
    again = {checked.result.path: checked.result.findings for checked in run(shuffled, Order())}
    assert again == {result.path: result.findings for result in joined}


def test_a_module_that_is_too_deep_costs_itself_only(tmp_path: Path) -> None:
    deep = f"{FALLBACK}total = gone{' + 1' * 3000}\n"
    own = FALLBACK.replace("gone", "other")
    use = f"{own}from .a import gone\n{USE}other.x()\n"
    folder = written(tmp_path, {"p/a.py": deep, "p/use.py": use})
    for name, said in (("p/a.py", ["FBK900"]), ("p/use.py", ["FBK101"])):
        result = lint_source((folder / name).read_bytes(), str(folder / name), root=str(folder))
        codes = [finding.code for finding in result.findings] + [problem.code for problem in result.problems]
        assert codes == said
