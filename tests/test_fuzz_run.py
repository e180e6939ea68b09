"""Fallbacks of every form in modules of every layout, fixed and run: they fail at once, and with their cause.

Only what is made here is run.
"""

import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from fuzzing import RANDOM, fuzz
from generate import HEADER, NAMES, Block, Layout, Ran, Statement, kind_of, run
from hypothesis import given, note
from promises import assert_sound, with_everything
from splices import encoded, spliced

CONFIG = with_everything()
IMPORTS = (
    *("import {m} as {0}", "from {m} import {0}", "from {m} import {0}, {1}", "from {m} import part as {0}"),
    *("import {m}.sub as {0}", "from {m}.sub import ({0},)"),
    *("{0} = importlib.import_module('{m}')", "{0} = __import__('{m}')"),
)
HANDLERS = (
    *("except ImportError", "except ModuleNotFoundError", "except (ImportError, AttributeError)"),
    *("except ImportError as error", "except ( ModuleNotFoundError , OSError )as exc", "except Missing"),
    *("except builtins.ImportError", "except Exception", "except BaseException as e", "except"),
)
FALLBACKS = (
    *("{0} = None", "{0} = {1} = None", "{0}, {1} = None, None", "{0}: object = None", "({0} := None)"),
    *("{0} = False", "{0} = {{}}", "{0} = object()", "{0} = str", "{0} = lambda: None", "pass", "..."),
    *("print('no {0}')", "HAS_{0} = False", "globals()['{0}'] = None", "'''nothing of {0}'''"),
)
SUPPRESSED = ("suppress(ImportError)", "contextlib.suppress(Exception)", "suppress(ImportError, OSError)")
PLAIN = (
    *("a = 1", "b = 'ä ß'", "c = [n for n in range(3)]", "d = '''one\n two'''", "e = (1,\n2)"),
    *("pass", "'''A text.'''", "f'{1}'", "g = a = 2; h = 3"),
)


@dataclass(slots=True)
class Fallbacks:
    """Makes guarded imports that all let the program go on, each of a module and for names of its own."""

    modules: list[str] = field(default_factory=list)

    def __call__(self, random: Random) -> list[Statement]:
        """One of them."""
        number = len(self.modules)
        names = [f"{name}{number}" for name in random.sample(NAMES, len(NAMES))]
        module = f"m{number}"
        self.modules.append(module)
        body: list[Statement] = [random.choice(IMPORTS).format(*names, m=module)]
        if random.random() < 0.2:
            body.append(f"HAS_{names[0]} = True")
        if random.random() < 0.15:
            return [Block([(f"with {random.choice(SUPPRESSED)}", body)])]
        kinds = random.sample(FALLBACKS, random.choice((1, 1, 2, 3)))
        handler: list[Statement] = [kind.format(*names) for kind in kinds]
        clauses = [("try", body), (random.choice(HANDLERS), handler)]
        if random.random() < 0.15:
            clauses.append(("else", [f"HAS_{names[0]} = True"]))
        if random.random() < 0.15:
            clauses.append(("finally", ["pass"]))
        before: list[Statement] = [f"{names[0]} = None"] if random.random() < 0.1 else []
        return [*before, Block(clauses)]


@dataclass(slots=True)
class Host:
    """Makes harmless modules in which nearly every statement is run."""

    random: Random
    _made: int = 0

    def text(self) -> str:
        """A module."""
        layout = Layout(self.random, self.random.choice(("    ", "\t", " ", "  ")))
        return "\n".join([*layout.write(self._suite(2)), ""])

    def _suite(self, depth: int) -> list[Statement]:
        suite: list[Statement] = []
        for _ in range(self.random.randint(1, 3)):
            if depth and self.random.random() < 0.5:
                suite += self._compound(depth - 1)
            else:
                suite.append(self.random.choice(PLAIN))
        return suite

    def _compound(self, depth: int) -> list[Statement]:
        suite = self._suite(depth)
        self._made += 1
        number = self._made
        returning: list[Statement] = [*suite, "return dict(locals())"]
        match self.random.choice(("def", "class", "for", "if", "try", "with", "while")):
            case "def":
                return [Block([(f"def f{number}(a=1)", returning)]), f"seen{number} = f{number}()"]
            case "class":
                body: list[Statement] = [*suite, Block([("def m(self)", returning)])]
                return [Block([(f"class C{number}", body)]), f"seen{number} = C{number}().m()"]
            case "try":
                return [Block([("try", suite), ("except OSError", ["pass"]), ("finally", ["pass"])])]
            case "if":
                return [Block([("if True", suite), ("else", self._suite(0))])]
            case "while":
                return [Block([("while True", [*suite, "break"])])]
            case "with":
                return [Block([("with contextlib.nullcontext() as w", suite)])]
            case _:
                return [Block([("for n in range(2)", suite)])]


def kinds(value: object) -> object:
    """What a value is, for all that a scope or a class holds: an import, None or something else."""
    if isinstance(value, type):
        value = vars(value)
    if isinstance(value, Mapping):
        return {name: kinds(part) for name, part in value.items() if not str(name).startswith("__")}
    return kind_of({"value": value}, "value")


def module(data: bytes) -> types.CodeType:
    return compile(data, "generated", "exec", dont_inherit=True)


def assert_fails_fast(ran: Ran, missing: str) -> None:
    """The module ended with the error of a fix, and that one tells of the import that failed."""
    assert isinstance(ran.error, ImportError)
    assert ran.error.__cause__ is ran.failed[-1]
    assert missing in str(ran.error).removesuffix(str(ran.error.__cause__))


@fuzz(80)
@given(RANDOM)
def test_what_is_fixed_fails_at_once_and_else_does_as_before(random: Random) -> None:
    fallbacks = Fallbacks()
    text = spliced(Host(random).text(), random, fallbacks, most=4)
    data = encoded(HEADER + text, random)
    note(repr(data))
    fixed = assert_sound(data, CONFIG, unsafe=True)
    note(repr(fixed.source.data))
    before, after = module(data), module(fixed.source.data)
    there = dict.fromkeys(fallbacks.modules)
    old, new = run(before, there, {}), run(after, there, {})
    assert (old.error, new.error) == (None, None)
    assert kinds(old.scope) == kinds(new.scope)
    for missing in fallbacks.modules:
        failing = {**there, missing: ModuleNotFoundError}
        old, new = run(before, failing, {}), run(after, failing, {})
        assert old.error is None
        assert bool(old.failed) is bool(new.failed)
        if new.failed:
            assert_fails_fast(new, missing)
