"""Conditions of random modules, right and wrong ones, and the functions that help them."""

from dataclasses import dataclass, field, replace
from random import Random
from typing import TypeVar

T = TypeVar("T")
Lines = list[str]


@dataclass(frozen=True, slots=True)
class Where:
    """Where statements are to stand.

    `names` and `there` are those of a Form, local names in addition. `safe`: a guard stands before them.
    `knows_helpers`: functions of the module can tell whether the import is there.
    """

    names: tuple[str, ...]
    there: tuple[str, ...]
    is_readable: bool
    only_calls: bool
    is_constant: bool
    knows_helpers: bool
    safe: bool = False
    in_function: bool = False
    in_loop: bool = False
    gives_nothing: bool = False


@dataclass(slots=True)
class Conditions:
    """Makes conditions out of `random`; `careless` is how often a guard is left out or wrong.

    `asked` are the conditions of the import that functions of the module know; `helpers` are those functions.
    """

    random: Random
    careless: float = 0.0
    asked: tuple[str, ...] = ()
    helpers: dict[str, Lines] = field(default_factory=dict)
    _numbers: int = 0

    def now(self, chance: float) -> bool:
        """True in so many of all cases."""
        return self.random.random() < chance

    def pick(self, *weighted: tuple[T, int]) -> T:
        """One of some things, by their weights."""
        [thing] = self.random.choices([one for one, _ in weighted], [weight for _, weight in weighted])
        return thing

    def name(self, kind: str) -> str:
        """A name that nothing else has."""
        self._numbers += 1
        return f"{kind}{self._numbers}"

    def there(self, where: Where) -> str:
        """A condition that should hold only where the import is there."""
        if self.now(self.careless):
            return self.pick(
                (self.negated(self._atom(where)), 3),
                ("other", 2),
                ("choose()", 1),
                (f"{self._atom(where)} or choose()", 2),
            )
        atom = self._atom(where)
        return self.pick(
            (atom, 10),
            (f"{atom} and choose()", 2),
            (f"choose() and {atom}", 1),
            (f"not ({self.negated(atom)} or choose())", 1),
            (f"{atom} and {self._atom(where)}", 1),
            (f"({atom} if choose() else False)", 1),
            (f"all(({atom}, choose()))", 1),
            (f"other and {atom}", 1),
        )

    def missing(self, where: Where) -> str:
        """A condition that should hold wherever the import is missing."""
        if self.now(self.careless):
            return self.pick(
                (self._atom(where), 3),
                ("not other", 2),
                (f"{self.negated(self._atom(where))} and choose()", 2),
            )
        atom = self._atom(where)
        bad = self.negated(atom)
        return self.pick(
            (bad, 10), (f"{bad} or choose()", 2), (f"choose() or {bad}", 1), (f"any(({bad}, choose()))", 1)
        )

    def _atom(self, where: Where) -> str:
        if where.knows_helpers and self.now(0.15):
            return f"{self.helper('has', where)}()"
        return self.random.choice(where.there)

    def negated(self, atom: str) -> str:
        if atom.endswith(" is not None"):
            return atom.replace(" is not ", " is ")
        return f"not {atom}" if atom.isidentifier() else f"not ({atom})"

    def helper(self, kind: str, where: Where) -> str:
        """The name of a function of the module that tells, or demands, that the import is there."""
        name = {"has": "has_it", "require": "require_it", "needs": "needs_it", "take": "_take"}[kind]
        if name not in self.helpers:
            plain = replace(where, there=self.asked, knows_helpers=False)
            condition = self.random.choice(self.asked)
            bad = self.negated(condition)
            fails = self.random.choice(("raise RuntimeError('no')", "raise SystemExit(1)"))
            self.helpers[name] = []
            self.helpers[name] = {
                "has": lambda: self._has(name, condition, bad),
                "require": lambda: [
                    f"def {name}():",
                    *(["    if choose():", "        return"] if self.now(self.careless) else []),
                    f"    if {self.missing(plain)}:",
                    f"        {fails}",
                ],
                "needs": lambda: self._needs(name, bad, fails),
                "take": lambda: [f"def {name}(given):", "    return given()"],
            }[kind]()
        return name

    def _has(self, name: str, condition: str, bad: str) -> Lines:
        early = self.now(self.careless)
        return self.pick(
            ([f"def {name}():", "    if choose():", f"        return {early}", f"    return {condition}"], 2),
            ([f"def {name}():", f"    return {condition}"], 6),
            ([f"def {name}():", f"    if {bad}:", "        return False", "    return True"], 3),
            ([f"def {name}():", f"    if {condition}:", "        return 1"], 3),
            ([f"{name} = lambda: {condition}"], 1),
        )

    def _needs(self, name: str, bad: str, fails: str) -> Lines:
        inner = ["def wrapper(*args):", f"    if {bad}:", f"        {fails}", "    return function(*args)"]
        if self.now(0.3):
            inner = [f"if {bad}:", "    return lambda *args: None", "return function"]
        else:
            inner.append("return wrapper")
        return [f"def {name}(function):", *inside(inner)]


def inside(lines: Lines) -> Lines:
    return ["    " + line for line in lines]


def block(header: str, body: Lines) -> Lines:
    return [f"{header}:", *inside(body)]
