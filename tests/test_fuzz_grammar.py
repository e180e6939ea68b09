"""Whole modules that follow Python's grammar and nothing else, alone and with guarded imports in them.

They are never run: what such a module does is left to chance.
"""

from random import Random

import hypothesmith
import libcst
import pytest
from fuzzing import RANDOM, fuzz
from generate import Block, Layout, Statement
from hypothesis import assume, given, note
from hypothesis import strategies as st
from promises import assert_sound, linted, parses, with_everything
from splices import encoded, spliced, with_header

from ws_fallback_lint.core.options import FixStyle

# Random code compares with `is` and escapes what need not be; what Python warns of is none of ours.
pytestmark = [
    pytest.mark.no_cover,
    pytest.mark.filterwarnings("ignore::SyntaxWarning", "ignore::DeprecationWarning"),
]

# Of the statements those that do not take hypothesmith a second each.
SIMPLE = (
    *(libcst.Assert, libcst.Assign, libcst.AugAssign, libcst.Del),
    *(libcst.Expr, libcst.Global, libcst.Import, libcst.ImportFrom),
)
COMPOUND = (libcst.ClassDef, libcst.FunctionDef, libcst.If, libcst.While, libcst.With)
HEADS = (
    *("def f(a, /, *b)", "async def g()", "class C", "if A", "for a in A", "while A", "with A as a"),
    *("def f[T](a)", "match A", "try"),
)


def nodes(kinds: tuple[type[libcst.CSTNode], ...]) -> st.SearchStrategy[str]:
    return st.one_of([hypothesmith.from_node(kind, auto_target=False) for kind in kinds])


GRAMMAR = hypothesmith.from_grammar(auto_target=False)
MADE = st.lists(nodes(SIMPLE), max_size=4), st.lists(nodes(COMPOUND), max_size=2)


@st.composite
def modules(draw: st.DrawFn) -> str:
    """Statements of every kind, the simple ones inside others or not."""
    simple, compound = (draw(made) for made in MADE)
    random = draw(RANDOM)
    body: list[Statement] = [*simple]
    for _ in range(random.choice((0, 1, 2))):
        at = random.randint(0, len(body))
        body = [*body[:at], nested(random, body[at:] or ["pass"])]
    text = "\n".join([*Layout(None, random.choice(("    ", "\t", " "))).write([*compound, *body]), ""])
    assume(parses(text.encode()))
    return text


def nested(random: Random, suite: list[Statement]) -> Block:
    match random.choice(HEADS):
        case "try":
            return Block([("try", suite), (random.choice(("finally", "except OSError")), ["pass"])])
        case "match A":
            return Block([("match A", [Block([("case [a, *_] if a", suite)])])])
        case head:
            return Block([(head, suite)])


@fuzz(40)
@given(GRAMMAR)
def test_any_module_of_the_grammar_is_linted_without_an_error(text: str) -> None:
    assert linted(text.encode(), with_everything()).problems == ()


@fuzz(15)
@given(modules(), RANDOM)
def test_any_module_is_linted_in_any_encoding(text: str, random: Random) -> None:
    data = encoded(text, random)
    note(repr(data))
    result = linted(data, with_everything())
    assert result.problems == () or not parses(data)


@pytest.mark.parametrize("style", list(FixStyle))
@fuzz(20)
@given(text=modules(), random=RANDOM)
def test_fixes_in_any_module_are_sound(style: FixStyle, text: str, random: Random) -> None:
    data = encoded(with_header(spliced(text, random)), random)
    note(repr(data))
    assume(parses(data))
    assert_sound(data, with_everything(style), unsafe=True)


@fuzz(40)
@given(GRAMMAR, RANDOM)
def test_fixes_in_any_module_of_the_grammar_are_sound(text: str, random: Random) -> None:
    data = encoded(spliced(text, random), random)
    note(repr(data))
    assume(parses(data))
    assert_sound(data, with_everything(), unsafe=True)
