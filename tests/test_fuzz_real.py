"""Real files, as they are, broken in the ways in which files break, and with guarded imports put into them.

None of them is run.
"""

from random import Random

import pytest
from fuzzing import RANDOM, fuzz
from hypothesis import assume, given, note
from hypothesis import strategies as st
from mutations import mutated
from promises import assert_sound, linted, parses, with_everything
from real_files import real_files
from splices import encoded, spliced, with_header

from ws_fallback_lint.core.options import FixStyle
from ws_fallback_lint.core.source import Source

pytestmark = pytest.mark.no_cover

GUARDED = real_files(40, guarded=True)
OTHERS = real_files(40, guarded=False)
FILES = st.sampled_from(GUARDED + OTHERS)


def test_there_are_real_files_of_both_kinds() -> None:
    assert len(GUARDED) == 40
    assert len(OTHERS) == 40


@pytest.mark.parametrize("style", list(FixStyle))
def test_fixes_of_real_files_are_sound(style: FixStyle) -> None:
    fixed = [assert_sound(data, with_everything(style), unsafe=True) for data in GUARDED[:10]]
    assert sum(bool(one.applied) for one in fixed) >= len(fixed) / 4


@fuzz(120)
@given(FILES, FILES, RANDOM)
def test_a_broken_real_file_is_linted_without_an_error(data: bytes, other: bytes, random: Random) -> None:
    broken = mutated(data, other, random)
    note(repr(broken))
    result = linted(broken, with_everything())
    if result.findings:
        assert_sound(broken, with_everything(), unsafe=True)


@fuzz(150)
@given(st.sampled_from(GUARDED), FILES, RANDOM)
def test_a_broken_guarded_import_is_linted_without_an_error(
    data: bytes, other: bytes, random: Random
) -> None:
    piece = around_a_guarded_import(data, random)
    if parses(piece) and random.random() < 0.5:
        piece = encoded(spliced(Source("", piece).text, random), random)
    broken = mutated(piece, around_a_guarded_import(other, random), random)
    note(repr(broken))
    result = linted(broken, with_everything())
    if result.findings:
        assert_sound(broken, with_everything(random.choice(list(FixStyle))), unsafe=True)


def around_a_guarded_import(data: bytes, random: Random) -> bytes:
    """Some lines of a file, with a handler of a failed import among them if there is any."""
    lines = data.splitlines(keepends=True)
    places = [number for number, line in enumerate(lines) if b"ImportError" in line] or [0]
    place = random.choice(places)
    return b"".join(lines[max(0, place - random.randint(1, 12)) : place + random.randint(1, 12)])


@pytest.mark.parametrize("style", list(FixStyle))
@fuzz(15)
@given(data=FILES, random=RANDOM)
def test_fixes_put_into_real_files_are_sound(style: FixStyle, data: bytes, random: Random) -> None:
    text = Source("", data).text
    changed = encoded(with_header(spliced(text, random)), random)
    note(repr(changed))
    assume(parses(changed))
    assert_sound(changed, with_everything(style), unsafe=True)
