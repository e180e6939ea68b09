"""Any bytes, and random modules with guarded imports, against the linter, the fixer and real execution."""

import dataclasses
from collections import defaultdict
from random import Random

import pytest
from fuzzing import RANDOM, fuzz
from generate import HEADER, NAMES, Layout, Maker, Ran, prepared, run, worlds
from hypothesis import assume, given, note
from hypothesis import strategies as st
from mutations import PIECES
from promises import PLACE, PROJECT, STRICT, assert_sound, linted, parses, with_everything
from random_texts import module_text, statements, wrapped_text

from ws_fallback_lint.analysis.guarded import GuardedImport, Holds, Leaves, Outcome
from ws_fallback_lint.analysis.module import parse
from ws_fallback_lint.analysis.state import End, Path
from ws_fallback_lint.core.config import Config
from ws_fallback_lint.core.options import FixStyle, Origin, Policy
from ws_fallback_lint.core.source import Source
from ws_fallback_lint.engine.fix import fix
from ws_fallback_lint.engine.lint import lint

pytestmark = pytest.mark.no_cover

SHOWN = {
    Holds.IMPORT: "import",
    Holds.DERIVED: "import",
    Holds.ALTERNATE: "import",
    Holds.NONE: "None",
    Holds.UNBOUND: "unbound",
}
WORST_FIRST = ("None", "unbound", "other", "import")

# (a) any bytes


@fuzz(400)
@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=6), max_size=14).map(b"".join))
def test_any_bytes_are_linted_without_an_error(data: bytes) -> None:
    linted(data, with_everything())


@fuzz(150)
@given(RANDOM, st.data())
def test_a_broken_module_is_linted_without_an_error(random: Random, data: st.DataObject) -> None:
    whole = module_text(random, Maker(random)).encode()
    start = data.draw(st.integers(0, len(whole)))
    length = data.draw(st.integers(0, 12))
    put = data.draw(st.sampled_from(PIECES) | st.binary(max_size=3))
    broken = whole[:start] + put + whole[start + length :]
    linted(broken, with_everything())


# (b) the invariants of a fix


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
