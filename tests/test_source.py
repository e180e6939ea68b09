import pytest
from hypothesis import given
from hypothesis import strategies as st

from ws_fallback_lint.core.errors import NotAnalyzed
from ws_fallback_lint.core.source import Source
from ws_fallback_lint.core.spans import Place, Region, Span


def test_utf8_is_the_default_and_a_bom_is_no_text() -> None:
    source = Source("m.py", b"\xef\xbb\xbfx = 1\n")
    assert (source.encoding, source.text) == ("utf-8", "x = 1\n")


def test_a_coding_line_is_obeyed() -> None:
    source = Source("m.py", b"# coding: latin-1\nx = '\xe9'\n")
    assert source.line(2) == "x = 'é'\n"
    assert source.encode("é") == b"\xe9"


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
@pytest.mark.parametrize("first", ["# coding: latin-1", "#!/bin/python{end}# coding: latin-1"])
def test_a_coding_line_ends_where_python_ends_it(first: str, end: str) -> None:
    text = f"{first}{end}x = 'é'{end}".replace("{end}", end)
    assert Source("m.py", text.encode("latin-1")).text == text
    below = f"x = 1{end}y = 2{end}# coding: latin-1{end}"
    assert Source("m.py", below.encode()).encoding == "utf-8"


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"x = 1\ny = '\xff'\n", 2, "not utf-8: byte 0xff"),
        (b"\xef\xbb\xbfx = 1\ny = '\xff'\n", 2, "not utf-8: byte 0xff"),
        (b"x = 1\ry = 2\r\nz = '\xff'\r", 3, "not utf-8: byte 0xff"),
        (b"# coding: no-such\n", 1, "unknown encoding"),
        (b"# coding: rot13\n", 1, "not a text encoding"),
    ],
)
def test_bytes_that_are_no_text_are_named(data: bytes, line: int, words: str) -> None:
    with pytest.raises(NotAnalyzed, match=words) as caught:
        _ = Source("m.py", data).text
    assert (caught.value.line, caught.value.column) == (line, 1)


def test_lines_end_where_python_ends_them() -> None:
    text = "a\r\nb\rc\x0cd\u2028e\nf"
    assert Source("m.py", text.encode()).lines == ("a\r\n", "b\r", "c\x0cd\u2028e\n", "f")


def test_a_line_outside_the_file_is_empty() -> None:
    source = Source("m.py", b"a\n")
    assert (source.line(0), source.line(2)) == ("", "")


@pytest.mark.parametrize(
    ("data", "newline"), [(b"a\r\nb\n", "\r\n"), (b"a\rb", "\r"), (b"a", "\n"), (b"", "\n")]
)
def test_newline_is_that_of_the_first_line(data: bytes, newline: str) -> None:
    assert Source("m.py", data).newline == newline


@pytest.mark.parametrize(
    ("text", "indent"),
    [("def f():\n\tpass\n", "\t"), ("if x:\n  y\n", "  "), ("x = [\n        1]\n", "    "), ("", "    ")],
)
def test_indent_is_that_of_the_first_block(text: str, indent: str) -> None:
    assert Source("m.py", text.encode()).indent == indent


def test_a_region_becomes_characters_for_people_and_bytes_for_edits() -> None:
    # In UTF-8 "é" is two bytes, in the file's latin-1 it is one.
    source = Source("m.py", b"# coding: latin-1\n'\xe9'; x\n")
    region = Region(2, 6, 2, 7)
    assert source.place(region) == Place(2, 6, 2, 7)
    assert source.span(region) == Span(23, 24)
    assert source.data[23:24] == b"x"


def test_spans_count_the_bom() -> None:
    source = Source("m.py", b"\xef\xbb\xbfx = 1\ny\n")
    assert source.data[slice(*_ends(source.span(Region(1, 0, 1, 1))))] == b"x"
    assert source.data[slice(*_ends(source.span_of_lines(1, 2)))] == b"x = 1\ny\n"


def _ends(span: Span) -> tuple[int, int]:
    return span.start, span.stop


@given(st.lists(st.text(alphabet="aé€😀 \t", max_size=6), min_size=1, max_size=5), st.data())
def test_every_position_survives_the_way_to_bytes(lines: list[str], data: st.DataObject) -> None:
    source = Source("m.py", "\n".join(lines).encode())
    number = data.draw(st.integers(1, len(lines)))
    column = data.draw(st.integers(0, len(lines[number - 1])))
    before = lines[number - 1][:column]
    region = Region(number, len(before.encode()), number, len(before.encode()))
    assert source.place(region).column == column + 1
    assert source.data[: source.span(region).start].decode() == "\n".join([*lines[: number - 1], before])
