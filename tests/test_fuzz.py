"""Any bytes, and random modules with guarded imports, against the linter, the fixer and real execution."""

import ast
import dataclasses
import warnings
from collections import defaultdict
from random import Random

import pytest
from generate import HEADER, NAMES, Block, Layout, Maker, Ran, Statement, prepared, run, worlds
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st

from ws_fallback_lint.analysis.guarded import GuardedImport, Holds, Leaves, Outcome
from ws_fallback_lint.analysis.module import parse
from ws_fallback_lint.analysis.state import End, Path
from ws_fallback_lint.core.config import Config
from ws_fallback_lint.core.findings import Safety
from ws_fallback_lint.core.options import FixStyle, Origin, Policy
from ws_fallback_lint.core.results import Result
from ws_fallback_lint.core.source import Source
from ws_fallback_lint.engine.fix import Fixed, fix
from ws_fallback_lint.engine.lint import lint
from ws_fallback_lint.project.roots import Project

EVERY_CODE = ("FBK", "FBK105", "FBK106")
STRICT = Config(strict=True)
PLACE = "/nowhere/module.py"
PROJECT = Project.around(PLACE, None, ())
RANDOM = st.randoms(use_true_random=False)
SHOWN = {
    Holds.IMPORT: "import",
    Holds.DERIVED: "import",
    Holds.ALTERNATE: "import",
    Holds.NONE: "None",
    Holds.UNBOUND: "unbound",
}
WORST_FIRST = ("None", "unbound", "other", "import")
PIECES = (
    b"try:\n",
    b"    import a\n",
    b"    from .b import c as d\n",
    b"except ImportError:\n",
    b"except ImportError, OSError:\n",
    b"except* (ImportError, E) as e:\r\n",
    b"except:\r",
    b"    x = None\n",
    b"\tx = None\n",
    b"    pass; raise\n",
    b"else:\n",
    b"finally:",
    b"with suppress(ImportError): import a\n",
    b"from contextlib import suppress\n",
    b"if x:\n",
    b"def f():\n",
    b"match x:\n",
    b" case _: pass\n",
    b"(x := __import__('a'))\n",
    b"# noqa: FBK101\n",
    b"# coding: latin-1\n",
    b"# -*- coding: utf-7 -*-\n",
    b"\xef\xbb\xbf",
    b"\x00",
    b"\xff\xe9",
    "\u00e4\u2028".encode(),
    b"\f",
    b"\\\n",
    b"\r",
    b"(" * 40,
    b"'''",
    b"f'{",
)


def fuzz(examples: int) -> settings:
    """Settings under which every run tries the same examples."""
    return settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )


def with_everything(style: FixStyle = FixStyle.RAISE) -> Config:
    return dataclasses.replace(STRICT, select=EVERY_CODE, fix_style=style)


# (a) any bytes


@fuzz(400)
@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=6), max_size=14).map(b"".join))
def test_any_bytes_are_linted_without_an_error(data: bytes) -> None:
    assert isinstance(lint(Source(PLACE, data), with_everything(), PROJECT, fixes=True), Result)


@fuzz(150)
@given(RANDOM, st.data())
def test_a_broken_module_is_linted_without_an_error(random: Random, data: st.DataObject) -> None:
    whole = module_text(random, Maker(random)).encode()
    start = data.draw(st.integers(0, len(whole)))
    length = data.draw(st.integers(0, 12))
    put = data.draw(st.sampled_from(PIECES) | st.binary(max_size=3))
    broken = whole[:start] + put + whole[start + length :]
    result = lint(Source(PLACE, broken), with_everything(), PROJECT, fixes=True)
    assert not (result.findings and result.problems)
    if not parses(broken):
        assert result.findings == ()


def parses(data: bytes) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(data)
    except (SyntaxError, ValueError):
        return False
    return True


# (b) the invariants of a fix


def statements(random: Random, maker: Maker) -> list[Statement]:
    """What a module may hold above and in guarded imports."""
    before: list[Statement] = [text for text in ("X = None", "Y = 0") if random.random() < 0.2]
    guarded: list[Statement] = [
        maker.guarded(random.choice((0, 0, 1, 2))) for _ in range(random.choice((1, 1, 2)))
    ]
    return [*before, *guarded]


def module_text(random: Random, maker: Maker) -> str:
    """A module as people might lay it out. Each name is read, so that leaving it unbound can hurt."""
    indent = random.choice(("    ", "\t", "  ", " ", "   "))
    layout = Layout(random if random.random() < 0.7 else None, indent)
    body = [*statements(random, maker), f"seen = lambda: ({', '.join(NAMES)})"]
    newline = random.choice(("\n", "\n", "\r\n"))
    return (
        HEADER.replace("\n", newline) + newline.join(layout.write(body)) + newline * random.choice((0, 1, 2))
    )


def wrapped_text(random: Random) -> str:
    """The same inside functions, classes and other blocks, some with `except*`."""
    maker = Maker(random, in_function=True)
    body = [*statements(random, maker), "print(X, Y, Z)"]
    for head in random.sample(
        ("def f(a=1)", "async def g()", "class C", "if X", "with X as Z", "for Y in X"), 2
    ):
        body = [Block([(head, ["'''A text.'''", *body] if random.random() < 0.3 else body)])]
    inner: list[Statement] = [Block([("def outer()", body)])]
    text = "\n".join(Layout(random, random.choice(("    ", "\t", "  "))).write(inner))
    if random.random() < 0.2:
        text = text.replace("except", "except*").replace("except*:", "except* Exception:")
    decorated = "@staticmethod\n" if random.random() < 0.3 else ""
    return f"{HEADER}{decorated}{text}\n"


class WithoutHandlers(ast.NodeTransformer):
    """Empties handlers, and makes a `try` with one handler and a `with suppress` look the same."""

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        node.type, node.name, node.body = None, None, [ast.Pass()]
        return node

    def visit_Try(self, node: ast.Try) -> ast.AST:
        self.generic_visit(node)
        if len(node.handlers) == 1 and not node.orelse and not node.finalbody:
            return ast.If(ast.Constant(1), node.body, [])
        return node

    def visit_With(self, node: ast.With) -> ast.AST:
        self.generic_visit(node)
        if "suppress" in ast.unparse(node.items[0]):
            return ast.If(ast.Constant(1), node.body, [])
        return node


def without_handlers(data: bytes) -> str:
    return ast.dump(WithoutHandlers().visit(ast.parse(data)))


def assert_sound(data: bytes, config: Config, *, unsafe: bool) -> Fixed:
    """What must hold of every fix in whatever module."""
    fixed = fix(Source(PLACE, data), config, PROJECT, unsafe=unsafe)
    after = fixed.source.data
    assert fixed.dropped == ()
    assert fixed.result.problems == ()
    assert fix(fixed.source, config, PROJECT, unsafe=unsafe).source.data == after
    for left in fixed.result.findings:
        assert left.fix is None or (left.fix.safety is Safety.UNSAFE and not unsafe)
    if config.fix_style is FixStyle.RAISE:
        assert without_handlers(after) == without_handlers(data)
    if b"\n" not in data.replace(b"\r\n", b""):
        assert b"\n" not in after.replace(b"\r\n", b"")
    assert_edits_stay_inside(data, config)
    return fixed


def assert_edits_stay_inside(data: bytes, config: Config) -> None:
    """No edit leaves the lines of the statement that it is for; of its handler in the style `raise`."""
    source = Source(PLACE, data)
    tables = parse(source).guarded_imports
    lines = [(table.region.line, table.region.end_line) for table in tables]
    if config.fix_style is FixStyle.RAISE:
        handlers = [handler.region for table in tables for handler in table.handlers]
        lines = [(region.line, region.end_line) for region in handlers]
    inside = [source.span_of_lines(first, last) for first, last in lines]
    for finding in lint(source, config, PROJECT, fixes=True).findings:
        for edit in finding.fix.edits if finding.fix else ():
            assert any(span.start <= edit.span.start and edit.span.stop <= span.stop for span in inside)


@pytest.mark.parametrize("style", list(FixStyle))
@fuzz(100)
@given(random=RANDOM)
def test_fixes_of_modules_are_sound(style: FixStyle, random: Random) -> None:
    text = module_text(random, Maker(random))
    assume(parses(text.encode()))
    note(text)
    assert_sound(text.encode(), with_everything(style), unsafe=True)


@pytest.mark.parametrize("style", list(FixStyle))
@fuzz(100)
@given(random=RANDOM)
def test_fixes_inside_other_blocks_are_sound(style: FixStyle, random: Random) -> None:
    text = wrapped_text(random)
    assume(parses(text.encode()))
    note(text)
    assert_sound(text.encode(), with_everything(style), unsafe=True)


# (c) the truth of fixes


@fuzz(150)
@given(RANDOM)
def test_a_fixed_module_raises_or_does_as_before(random: Random) -> None:
    maker = Maker(random, most_flags=1)
    text = module_text(random, maker)
    assume(parses(text.encode()))
    note(text)
    config = dataclasses.replace(Config(), policy=((Origin.UNKNOWN, Policy.NEVER),))
    fixed = assert_sound(text.encode(), config, unsafe=True)
    before, after = prepared(text), prepared(fixed.source.text)
    # A finding without a fix may be the outer one of a raise: it then swallows what the fix raises.
    is_complete = not fixed.result.findings
    for failing, flags in worlds(maker):
        old, new = run(before, failing, flags), run(after, failing, flags)
        if old.error is not None:
            assert new.error is not None
        elif not any(failing.values()):
            assert (new.error, new.final) == (None, old.final)
        elif new.error is not None:
            # ... unless a handler around it makes another error of it.
            assert isinstance(new.error, ImportError) or str(new.error) == "no"
        elif is_complete:
            assert new.final == old.final


@pytest.mark.parametrize("module_style", ["from {0} import X", "import {0} as X", "X = __import__('{0}')"])
@pytest.mark.parametrize(
    "handler", ["X = None", "pass", "X = object()", "def X(): pass", "globals()['X'] = None"]
)
def test_a_fallback_that_went_on_silently_fails_fast(module_style: str, handler: str) -> None:
    text = f"try:\n    {module_style.format('m0')}\nexcept ImportError:\n    {handler}\nseen = lambda: X\n"
    failing = {"m0": ModuleNotFoundError}
    assert run(prepared(text), failing, {}).error is None
    fixed = fix(Source(PLACE, text.encode()), STRICT, PROJECT, unsafe=True)
    error = run(prepared(fixed.source.text), failing, {}).error
    assert isinstance(error, ImportError)
    assert "m0" in str(error)
    assert isinstance(error.__cause__, ModuleNotFoundError)


# (d) the truth of the table


@fuzz(800)
@given(RANDOM)
def test_the_table_tells_what_execution_shows(random: Random) -> None:
    maker = Maker(random)
    text = HEADER + "\n".join(Layout().write(statements(random, maker))) + "\n"
    assume(parses(text.encode()))
    note(text)
    code = prepared(text)
    tables = {table.region.line: table for table in parse(Source(PLACE, text.encode())).guarded_imports}
    runs = [run(code, failing, flags) for failing, flags in worlds(maker)]
    assume(not any(isinstance(ran.error, NameError) for ran in runs))
    for ran in runs:
        assert_told(ran, tables, text)
    assert_nothing_invented(runs, tables)


def assert_told(ran: Ran, tables: dict[int, GuardedImport], text: str) -> None:
    """Every end that execution showed is in the table, with what each name then holds."""
    for line, entered, kinds, before in ran.ends:
        table = tables.get(line)
        if table is None:
            continue
        path = _own(entered, table)
        if not path:
            brought = {name for name in NAMES if kinds[name] == "import" != before[name]}
            assert brought <= set(table.names)
            continue
        outcomes = _falling(table, path)
        assert outcomes, f"the program went on from {path}, the table does not say so"
        for name in table.names:
            told = {SHOWN.get(outcome.of(name).holds, "other") for outcome in outcomes}
            # What depends on a test, or stood there before, is told as the worst that it can be.
            may_vary = " if flag" in text or kinds[name] == before[name]
            is_worse = may_vary and min(map(WORST_FIRST.index, told)) < WORST_FIRST.index(kinds[name])
            assert kinds[name] in told or is_worse, (line, name, kinds[name], told)


def assert_nothing_invented(runs: list[Ran], tables: dict[int, GuardedImport]) -> None:
    """Where the table says that the program goes on, some world goes on."""
    seen: defaultdict[int, set[tuple[int, ...]]] = defaultdict(set)
    for ran in runs:
        for line, entered, _, _ in ran.ends:
            if line in tables:
                seen[line].add(_own(entered, tables[line]))
    for line, paths in seen.items():
        told = {_lines(outcome) for outcome in tables[line].outcomes if outcome.leaves is Leaves.FALLS}
        assert told <= paths


def _own(entered: tuple[int, ...], table: GuardedImport) -> tuple[int, ...]:
    own = {handler.region.line for handler in table.handlers}
    return tuple(line for line in entered if line in own)


def _lines(outcome: Outcome) -> tuple[int, ...]:
    return tuple(handler.region.line for handler in outcome.handlers)


def _falling(table: GuardedImport, path: tuple[int, ...]) -> list[Outcome]:
    return [
        outcome for outcome in table.outcomes if outcome.leaves is Leaves.FALLS and _lines(outcome) == path
    ]


# growth

INNER_TRY = "    try:\n        import m{0}\n    except ImportError:\n        {1}\n"
GROWING = {
    "tries in a body": "try:\n{0}except ImportError:\n    pass\n",
    "tries in a function": "def f():\n    try:\n        import q\n    except OSError:\n        q = 1\n{0}",
    "tries in a handler": "try:\n    import q\nexcept ImportError:\n{0}",
    "tries in a with": "with suppress(ImportError):\n{0}from contextlib import suppress\n",
}


@pytest.mark.parametrize("shape", list(GROWING))
@pytest.mark.parametrize("handler", ["m{0} = None", "pass", "print('no m{0}')"])
def test_paths_do_not_multiply(shape: str, handler: str, monkeypatch: pytest.MonkeyPatch) -> None:
    forks = 0
    fork = Path.fork

    def counted(self: Path, end: End | None = None) -> Path:
        nonlocal forks
        forks += 1
        assert forks < 20_000, "the number of paths explodes"
        return fork(self, end)

    monkeypatch.setattr(Path, "fork", counted)
    inner = "".join(INNER_TRY.format(number, handler.format(number)) for number in range(40))
    text = GROWING[shape].format(inner)
    assert lint(Source(PLACE, text.encode()), STRICT, PROJECT).problems == ()
    assert forks > 0
