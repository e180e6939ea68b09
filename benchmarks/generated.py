"""A tree of files as real projects have them: the same one for the same seed.

Sizes are log-normal, as they are in sympy, networkx, xarray and dask together (2,901 files: median 6.4 kB,
mean 16.4 kB, 90th percentile 41 kB). The other shares are theirs, too: four files in ten are tests, one in
ten is an `__init__.py`, 6 % have fallbacks, about two each, and those are the longer (13 % of the bytes). A
tenth of the files hold a handler of everything that is no fallback. Modules import from those before them,
and now and then what a fallback has left in one of them.
"""

import math
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import NormalDist

import pieces

FALLBACK_SHARE = 0.06
BROAD_SHARE = 0.1
FAIL_FAST_SHARE = 0.4  # of the files with fallbacks
SHARED_SHARE = 0.25  # likewise
UNGUARDED_SHARE = 0.25  # of the uses in other files
LARGEST = 400_000
_SIZES = NormalDist(math.log(6400), 1.4)  # of the logarithm
# Fifty files are a package: an __init__.py, four parts of seven files, and its tests.
_GROUP = 50
_PARTS = ("core", "store", "web", "tools")
_PART = 7
_ASIDE = 2
_WORTH_A_CLASS = 8000
_PROJECT = """\
[project]
name = "bench"
version = "1"
requires-python = ">=3.11"
dependencies = ["numpy", "pyyaml", "requests"]

[project.optional-dependencies]
fast = ["orjson", "uvloop", "msgpack"]
"""


@dataclass(slots=True)
class Module:
    """One file to come: its number, its place, how long it shall be, what it holds beside ordinary code."""

    number: int
    path: str
    size: int = 0
    extras: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """As others import it."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def is_package(self) -> bool:
        """Whether it only hands on the names of others."""
        return self.path.endswith("__init__.py")

    @property
    def is_aside(self) -> bool:
        """Whether only fallbacks import it: these are the last ones of each part of a package."""
        return not (self.is_package or self.is_test) and (self.number % _GROUP - 1) % _PART >= _PART - _ASIDE

    @property
    def is_test(self) -> bool:
        """Whether it holds tests, that nobody imports."""
        return "/test_" in self.path


def make(folder: Path, count: int, seed: int) -> None:
    """Write `count` Python files, and a pyproject.toml, into a folder."""
    chance = Random(seed)
    modules = [Module(number, _place(number)) for number in range(count)]
    with_fallbacks = _sized(modules, chance)
    for module in with_fallbacks:
        _give_fallbacks(module, modules, chance)
    for module in chance.sample(modules, round(count * BROAD_SHARE)):
        module.extras.append(pieces.BROAD.format(n=module.number))
    for module in modules:
        file = folder / module.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(_text(module, modules, chance), "utf-8")
    (folder / "pyproject.toml").write_text(_PROJECT, "utf-8")


def _place(number: int) -> str:
    """Where a file lies."""
    group, place = divmod(number, _GROUP)
    package = f"shop_{group:03}"
    if place == 0:
        return f"{package}/__init__.py"
    part, module = divmod(place - 1, _PART)
    if part < len(_PARTS):
        return f"{package}/{_PARTS[part]}/{f'module_{number}' if module else '__init__'}.py"
    tests = f"{package}/tests"
    return f"{tests}/test_{number}.py" if place > 1 + _PART * len(_PARTS) else f"{tests}/__init__.py"


def _sized(modules: list[Module], chance: Random) -> list[Module]:
    """Share out the sizes; those that shall have fallbacks come back.

    The sizes are evenly spread quantiles, so that a tree of ten times the files has ten times the bytes.
    """
    count = len(modules)
    sizes = [round(math.exp(_SIZES.inv_cdf((rank + 0.5) / count))) for rank in range(count)]
    packages = [module for module in modules if module.is_package]
    others = [module for module in modules if not module.is_package]
    for module, size in zip(packages, sizes, strict=False):
        module.size = size
    longer = [min(size, LARGEST) for size in sizes[len(packages) :]]
    ranks = set[int]()
    while len(ranks) < min(round(count * FALLBACK_SHARE), len(others)):
        # The longer of any two files: about twice the ordinary length, as it is in real trees.
        ranks.add(max(chance.randrange(len(others)), chance.randrange(len(others))))
    chance.shuffle(others)
    for module, size in zip(others, longer, strict=True):
        module.size = size
    return [others[rank] for rank in sorted(ranks)]


def _give_fallbacks(module: Module, modules: list[Module], chance: Random) -> None:
    """Write one to three fallbacks into a module; some of them are used in others."""
    packages = chance.sample(pieces.PACKAGES, 4)
    texts = [text for _, text in pieces.FALLBACKS]
    weights = [weight for weight, _ in pieces.FALLBACKS]
    others = [one for one in modules[: module.number] if one.is_aside]
    for place, text in enumerate(chance.choices(texts, weights, k=chance.choice((1, 1, 1, 2, 2, 3)))):
        other = chance.choice(others or [module])
        words = {"m": packages[place], "M": packages[place].upper(), "n": f"{module.number}_{place}"}
        module.extras.append(text.format(**words, own=other.name, o=other.number))
    if chance.random() < FAIL_FAST_SHARE:
        module.extras.append(pieces.FAIL_FAST.format(m=packages[3], n=module.number))
    if not module.is_test and chance.random() < SHARED_SHARE:
        _share(module, modules, chance)


def _share(module: Module, modules: list[Module], chance: Random) -> None:
    """A fallback whose names other modules import; one use in four is without a guard."""
    words = {"m": "cbor2", "M": "CBOR2", "own": module.name}
    module.extras.append(pieces.SHARED.format(**words))
    after = [one for one in modules[module.number + 1 :] if not one.is_package]
    for user in after[:2]:
        text = pieces.INHERITING_BARE if chance.random() < UNGUARDED_SHARE else pieces.INHERITING_GUARDED
        user.extras.append(text.format(**words, n=f"{module.number}_{user.number}"))


def _text(module: Module, modules: list[Module], chance: Random) -> str:
    if module.is_package:
        return _package(module, modules)
    imports, calls = _imports(module, modules, chance)
    head = f'"""Number {module.number} of the modules that were generated."""\n\n'
    head += "import json\nimport logging\nimport os\n\n" + "".join(imports)
    head += f"\nlog = logging.getLogger(__name__)\nPARTS = ({''.join(f'{call}, ' for call in calls)})"
    tell = "def tell():\n    log.debug('%s of %s', json.dumps([str(part) for part in PARTS]), os.getcwd())"
    blocks = [head, *(extra.rstrip() for extra in module.extras), tell]
    if not module.is_test:
        blocks.append(
            f"def load_{module.number}(path):\n    with open(path) as stream:\n        return stream.read()"
        )
        blocks.append(f"class Part{module.number}:\n    def __init__(self, name):\n        self.name = name")
    length = sum(len(block) + 3 for block in blocks)
    number = 0
    while length < module.size - 400:  # half of what one more block is long
        number += 1
        if module.is_test:
            block = pieces.a_test(number, calls, chance)
        elif module.size - length > _WORTH_A_CLASS and number % 4 == 0:
            block = pieces.a_class(number, calls, chance)
        else:
            block = pieces.a_function(number, calls, chance)
        blocks.append(block)
        length += len(block) + 3
    return "\n\n\n".join(blocks) + "\n"


def _package(module: Module, modules: list[Module]) -> str:
    """An `__init__.py`: the names of the modules beside it, or nothing in front of tests."""
    if module.name.endswith(".tests"):
        return ""
    beside = defaultdict[str, list[Module]](list)
    for other in modules[module.number + 1 : module.number + _GROUP]:
        beside[other.name.rpartition(".")[0]].append(other)
    names = [other.number for other in beside[module.name] if not (other.is_package or other.is_aside)]
    lines = [f"from {module.name}.module_{number} import Part{number}, load_{number}\n" for number in names]
    shown = "".join(f'    "Part{number}",\n    "load_{number}",\n' for number in names)
    return f'"""What {module.name} offers."""\n\n' + "".join(lines) + f"\n__all__ = [\n{shown}]\n"


def _imports(module: Module, modules: list[Module], chance: Random) -> tuple[list[str], list[str]]:
    """Lines that import from a few of the modules before, most of them near; and the functions they bring."""
    before = modules[max(0, module.number - _GROUP) : module.number]
    near = [other for other in before if not (other.is_package or other.is_test or other.is_aside)]
    chosen = {other.number: other for other in (chance.choice(near) for _ in range(4 if near else 0))}
    numbers = sorted(chosen)
    lines = [f"from {chosen[number].name} import Part{number}, load_{number}\n" for number in numbers]
    return lines, [name for number in numbers for name in (f"load_{number}", f"Part{number}")]
