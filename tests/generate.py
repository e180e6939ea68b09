"""Random modules with guarded imports, and worlds to run them in where any import can fail."""

import ast
import contextlib
import itertools
import sys
import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

NAMES = ("X", "Y", "Z")
CATCHING = (
    "except ImportError",
    "except ModuleNotFoundError",
    "except Exception",
    "except BaseException",
    "except",
    "except (ImportError, AttributeError)",
    "except (ValueError, ModuleNotFoundError)",
    "except Missing",
    "except ImportError as error",
    "except Exception as exc",
    "except (ImportError, OSError) as e",
    "except builtins.ImportError",
)
OTHER = ("except ValueError", "except (KeyError, OSError)")
SUPPRESSING = ("ImportError", "Exception", "ModuleNotFoundError, ValueError", "ImportError, OSError")
FALLBACKS = (
    "{0} = None",
    "{0} = {1} = None",
    "{0}, {1} = None, None",
    "{0}, {1} = [None] * 2",
    "{0}: object = None",
    "({0} := None)",
    "globals()['{0}'] = None",
    "globals().update({0}=None)",
    "setattr(sys.modules[__name__], '{0}', None)",
    "{0} = False",
    "{0} = {{}}",
    "{0} = object()",
    "{0} = str",
    "{0} = lambda: None",
    "{0} = str if flag{2} else None",
    "HAS_{0} = False",
    "pass",
    "print('no {0}')",
)
HEADER = """\
import sys
import builtins
import contextlib
import importlib
from contextlib import suppress
Missing = ImportError
"""


@dataclass(frozen=True, slots=True)
class Block:
    """A compound statement: headers without their colon, each with its suite."""

    clauses: list[tuple[str, list["Statement"]]]


Statement = str | Block


@dataclass(slots=True)
class Maker:
    """Makes statements out of `random`. Each import has a module of its own, each test a flag.

    `prefix` goes before the names of modules; `imports` and `flags` bound their number.
    """

    random: Random
    prefix: str = "m"
    most_imports: int = 3
    most_flags: int = 2
    in_function: bool = False
    modules: list[str] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)

    def guarded(self, depth: int) -> Block:
        """A `try` or a `with suppress` whose body imports."""
        body = self.suite(depth, in_handler=False)
        body.insert(self.random.randrange(len(body) + 1), self.an_import())
        if self.random.random() < 0.15:
            home = self.random.choice(("suppress", "contextlib.suppress"))
            return Block([(f"with {home}({self.random.choice(SUPPRESSING)})", body)])
        clauses = [("try", body)]
        count = self.random.choice((1, 1, 1, 2, 3))
        heads = [self.random.choice(CATCHING if self.random.random() < 0.8 else OTHER) for _ in range(count)]
        for head in sorted(heads, key=lambda head: head == "except"):
            if head != "except" or clauses[-1][0] != "except":
                clauses.append((head, self.suite(depth, in_handler=True)))
        if self.random.random() < 0.2:
            clauses.append(("else", self.suite(depth - 1, in_handler=False)))
        if self.random.random() < 0.2:
            clauses.append(("finally", self.suite(depth - 1, in_handler=False)))
        return Block(clauses)

    def suite(self, depth: int, *, in_handler: bool) -> list[Statement]:
        """One to three statements."""
        return [self.statement(depth, in_handler=in_handler) for _ in range(self.random.choice((1, 1, 2, 3)))]

    def statement(self, depth: int, *, in_handler: bool) -> Statement:
        """A statement as it stands in a handler, or in the body of a `try`."""
        chance = self.random.random()
        if depth > 0 and chance < 0.3:
            return self.compound(depth - 1, in_handler=in_handler)
        if in_handler:
            if chance < 0.45:
                return self.random.choice(self.endings())
            return self.fallback()
        if chance < 0.6:
            return self.an_import()
        return self.random.choice(("pass", "HAS_{0} = True", "{0} = {1} = 0", "{0} = None")).format(
            *self.names()
        )

    def compound(self, depth: int, *, in_handler: bool) -> Block:
        """A compound statement that is entered or not by a flag of its own, or a guarded import."""
        kind = self.random.choice(("if", "if", "else", "for", "while", "with", "match", "try", "try", "def"))
        suite = self.suite(depth, in_handler=in_handler)
        if kind == "try":
            return self.guarded(depth)
        if kind == "with":
            return Block([("with contextlib.nullcontext()", suite)])
        if kind == "def" and in_handler:
            name = self.random.choice(NAMES)
            return Block([(self.random.choice((f"def {name}()", f"class {name}")), ["pass"])])
        flag = self.a_flag()
        if flag is None:
            return Block([("with contextlib.nullcontext()", suite)])
        other = self.suite(depth, in_handler=in_handler)
        match kind:
            case "if":
                return Block([(f"if {flag}", suite)])
            case "else":
                return Block([(f"if not {flag}", suite), ("else", other)])
            case "for":
                return Block([(f"for step in range({flag})", suite), ("else", other)])
            case "while":
                return Block([(f"while {flag}", [*suite, "break"])])
            case _:
                cases: list[Statement] = [Block([("case 1", suite)]), Block([("case _", other)])]
                return Block([(f"match {flag}", cases)])

    def endings(self) -> tuple[str, ...]:
        """Statements that end a handler's path."""
        common = (
            "raise",
            "raise ImportError('no')",
            "raise ValueError('no')",
            "raise ValueError('no') from None",
        )
        return (*common, "return", "return None") if self.in_function else common

    def fallback(self) -> Statement:
        """A statement that leaves something in the place of an import, or an import in its place."""
        if self.random.random() < 0.15:
            return self.an_import()
        text = self.random.choice(FALLBACKS)
        number = "0"
        if "{2}" in text:
            flag = self.a_flag()
            if flag is None:
                return "pass"
            number = flag.removeprefix("flag")
        return text.format(*self.names()[:2], number)

    def an_import(self) -> str:
        """An import of a module that no other statement imports, or `pass` if there are enough."""
        if len(self.modules) >= self.most_imports:
            return "pass"
        module = f"{self.prefix}{len(self.modules)}"
        self.modules.append(module)
        forms = (
            "import {m} as {0}",
            "from {m} import {0}",
            "from {m} import {0}, {1}",
            "from {m} import part as {0}",
            "import {m}.sub as {0}",
            "{0} = importlib.import_module('{m}')",
            "{0} = __import__('{m}')",
            "from {m}.sub import ({0},)",
        )
        return self.random.choice(forms).format(*self.names(), m=module)

    def a_flag(self) -> str | None:
        """A flag that no other test asks; None if there are enough."""
        if len(self.flags) >= self.most_flags:
            return None
        self.flags.append(f"flag{len(self.flags)}")
        return self.flags[-1]

    def names(self) -> list[str]:
        """The names of the module, shuffled."""
        return self.random.sample(NAMES, len(NAMES))


@dataclass(frozen=True, slots=True)
class Layout:
    """How statements are written down; `random` None: plainly."""

    random: Random | None = None
    indent: str = "    "

    def write(self, statements: Sequence[Statement], level: int = 0) -> list[str]:
        """The lines of some statements, without line ends."""
        lines: list[str] = []
        pad = self.indent * level
        for statement in statements:
            if self._now(0.1):
                lines.append(pad + "# a comment, auf Deutsch: gr\u00fc\u00dfe")
            if self._now(0.05):
                lines.append("")
            if isinstance(statement, str):
                self._simple(statement, pad, lines)
                continue
            for header, suite in statement.clauses:
                simple = [part for part in suite if isinstance(part, str)]
                comment = "  # noted \u00e4" if self._now(0.1) else ""
                if len(simple) == len(suite) and self._now(0.25):
                    lines.append(f"{pad}{header}: {'; '.join(simple)}{comment}")
                else:
                    lines.append(f"{pad}{header}:{comment}")
                    lines += self.write(suite, level + 1)
        return lines

    def _simple(self, statement: str, pad: str, lines: list[str]) -> None:
        comment = "  # type: ignore" if self._now(0.1) else ""
        if (
            lines
            and not comment
            and self._now(0.1)
            and lines[-1].startswith(pad)
            and _is_plain(lines[-1], pad)
        ):
            lines[-1] += "; " + statement
        elif self._now(0.1) and " = " in statement and "\n" not in statement:
            before, after = statement.split(" = ", 1)
            lines += [f"{pad}{before} = \\", f"{pad}  {after}{comment}"]
        else:
            lines.append(pad + statement + comment)

    def _now(self, chance: float) -> bool:
        return self.random is not None and self.random.random() < chance


def _is_plain(line: str, pad: str) -> bool:
    return not any(sign in line for sign in "#:\\") and line[len(pad) : len(pad) + 1].isalpha()


class Brought(types.ModuleType):
    """What an import brings: whatever is asked of it is brought too."""

    def __init__(self) -> None:
        super().__init__("brought")

    def __getattr__(self, name: str) -> "Brought":
        if name.startswith("__"):
            raise AttributeError(name)
        return Brought()


@dataclass(slots=True)
class Ran:
    """What running a module showed.

    `error` ended it, if any. `ends` has an entry for each time that a statement which handles errors was
    left for the next one: its line, the lines of the handlers entered meanwhile, what names then held, and
    what they held before it. `final` is what they held at last.
    """

    error: BaseException | None = None
    ends: list[tuple[int, tuple[int, ...], dict[str, str], dict[str, str]]] = field(default_factory=list)
    final: dict[str, str] = field(default_factory=dict)
    scope: Mapping[str, Any] = field(default_factory=dict)
    failed: list[ImportError] = field(default_factory=list)


def kind_of(scope: Mapping[str, Any], name: str) -> str:
    """What a name holds: "import", "None", "other" or "unbound"."""
    if name not in scope:
        return "unbound"
    value = scope[name]
    return "import" if isinstance(value, Brought) else "None" if value is None else "other"


def kinds_in(scope: Mapping[str, Any]) -> dict[str, str]:
    """What each of the names holds in a scope."""
    return {name: kind_of(scope, name) for name in NAMES}


class _Instrument(ast.NodeTransformer):
    """Tells the world of each handler that is entered and each `try` or `with suppress` that is left."""

    def visit_Try(self, node: ast.Try) -> list[ast.AST]:
        return self._told(node)

    def visit_TryStar(self, node: ast.TryStar) -> list[ast.AST]:
        return self._told(node)

    def visit_With(self, node: ast.With) -> list[ast.AST]:
        return self._told(node)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        self.generic_visit(node)
        node.body.insert(0, _call("_entered", node.lineno))
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if ast.unparse(node.func).endswith("suppress"):
            node.args.insert(0, ast.Constant(node.lineno))
            node.func = ast.Name("_suppress", ast.Load())
        return node

    def _told(self, node: ast.Try | ast.TryStar | ast.With) -> list[ast.AST]:
        self.generic_visit(node)
        return [_call("_begin", node.lineno), node, _call("_end", node.lineno)]


def _call(name: str, line: int) -> ast.Expr:
    scope = ast.Call(ast.Name("locals", ast.Load()), [], [])
    return ast.Expr(ast.Call(ast.Name(name, ast.Load()), [ast.Constant(line), scope], []))


def prepared(text: str) -> types.CodeType:
    """A module, compiled to be run in worlds."""
    tree = ast.fix_missing_locations(_Instrument().visit(ast.parse(text)))
    return compile(tree, "generated", "exec")


def run(
    code: types.CodeType, failing: Mapping[str, type[ImportError] | None], flags: Mapping[str, int]
) -> Ran:
    """Run a prepared module in a world where some imports fail, each in its own way."""
    ran = Ran()
    entered: list[int] = []
    begun: dict[int, tuple[int, dict[str, str]]] = {}

    def begin(line: int, scope: Mapping[str, Any]) -> None:
        begun[line] = len(entered), kinds_in(scope)

    def end(line: int, scope: Mapping[str, Any]) -> None:
        first, before = begun[line]
        ran.ends.append((line, tuple(entered[first:]), kinds_in(scope), before))

    class Suppress(contextlib.suppress):
        def __init__(self, line: int, *types_: type[BaseException]) -> None:
            super().__init__(*types_)
            self._line = line

        def __exit__(
            self,
            kind: type[BaseException] | None,
            error: BaseException | None,
            trace: types.TracebackType | None,
        ) -> bool:
            swallowed = super().__exit__(kind, error, trace)
            if swallowed:
                entered.append(self._line)
            return swallowed

    def load(name: str, *_: object, **__: object) -> object:
        error = failing.get(name.partition(".")[0])
        if error is not None:
            ran.failed.append(error(f"no {name}"))
            raise ran.failed[-1]
        if name == "importlib":
            return types.SimpleNamespace(import_module=load)
        return sys.modules[name] if name in ("sys", "builtins", "contextlib") else Brought()

    module = types.ModuleType("generated")
    scope = module.__dict__
    scope["__builtins__"] = {
        **vars(__import__("builtins")),
        "__import__": load,
        "print": lambda *_: None,
        **flags,
    }
    scope |= {
        "_entered": lambda line, _: entered.append(line),
        "_begin": begin,
        "_end": end,
        "_suppress": Suppress,
    }
    sys.modules["generated"] = module
    try:
        exec(code, scope)  # noqa: S102 - running what was generated is the point
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what the module does
        ran.error = error
    finally:
        del sys.modules["generated"]
    ran.final, ran.scope = kinds_in(scope), scope
    return ran


def worlds(maker: Maker) -> Iterator[tuple[dict[str, type[ImportError] | None], dict[str, int]]]:
    """Every way in which the imports of a module can fail, with every setting of its flags."""
    ways: tuple[type[ImportError] | None, ...] = (None, ModuleNotFoundError, ImportError)
    for failures in itertools.product(ways, repeat=len(maker.modules)):
        for settings in itertools.product((0, 1), repeat=len(maker.flags)):
            yield (
                dict(zip(maker.modules, failures, strict=True)),
                dict(zip(maker.flags, settings, strict=True)),
            )
