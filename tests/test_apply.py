from hypothesis import given
from hypothesis import strategies as st

from ws_fallback_lint.core.findings import Edit, Fix, Safety
from ws_fallback_lint.core.spans import Span
from ws_fallback_lint.fixes.apply import apply


def fix(*edits: tuple[int, int, bytes]) -> Fix:
    return Fix(tuple(Edit(Span(start, stop), text) for start, stop, text in edits), Safety.SAFE, "raise")


def test_edits_go_where_they_say() -> None:
    data, applied = apply(b"abcdef", [fix((4, 5, b"E")), fix((0, 0, b">"), (2, 3, b""))])
    assert data == b">abdEf"
    assert len(applied) == 2


def test_of_fixes_that_overlap_or_touch_the_first_is_applied() -> None:
    first, inside, touching, after = (
        fix((0, 3, b"X")),
        fix((1, 2, b"Y")),
        fix((3, 4, b"Z")),
        fix((5, 6, b"F")),
    )
    data, applied = apply(b"abcdef", [touching, after, inside, first])
    assert data == b"XdeF"
    assert applied == (first, after)


def test_a_fix_is_applied_whole_or_not_at_all() -> None:
    wide = fix((0, 1, b"X"), (5, 6, b"Y"))
    data, applied = apply(b"abcdef", [wide, fix((2, 3, b"Z"))])
    assert data == b"XbcdeY"
    assert applied == (wide,)


@given(
    st.binary(max_size=20), st.lists(st.tuples(st.integers(0, 20), st.integers(0, 5), st.binary(max_size=3)))
)
def test_bytes_outside_the_applied_edits_stay(data: bytes, places: list[tuple[int, int, bytes]]) -> None:
    fixes = [fix((s, min(s + n, len(data)), text)) for s, n, text in places if s <= len(data)]
    after, applied = apply(data, fixes)
    rest, cursor, kept = after, 0, b""
    for edit in (edit for one in applied for edit in one.edits):
        outside = data[cursor : edit.span.start]
        assert rest.startswith(outside + edit.text)
        rest = rest[len(outside + edit.text) :]
        kept += outside
        cursor = edit.span.stop
    assert rest == data[cursor:]
