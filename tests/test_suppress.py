import pytest

from ws_fallback_lint.core.source import Source
from ws_fallback_lint.engine.suppress import Suppressions


def silenced(text: str, line: int = 1, code: str = "FBK101") -> bool:
    return Suppressions(Source("m.py", text.encode())).silence(line, code)


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa",
        "# NOQA",
        "# noqa: FBK101",
        "# noqa:FBK101",
        "# noqa: E501,FBK101",
        "# noqa: E501 FBK1",
        "# x # noqa",
    ],
)
def test_comments_that_silence(comment: str) -> None:
    assert silenced(f"x = None  {comment}\n")


@pytest.mark.parametrize("comment", ["", "#noqa", "# noqa: E501", "# noqa: fbk101", "# noqa: FBK102"])
def test_comments_that_do_not(comment: str) -> None:
    assert not silenced(f"x = None  {comment}\n")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_only_the_reported_line_counts(end: str) -> None:
    assert not silenced(f"x = None{end}y = 1  # noqa{end}", line=1)
    assert silenced(f"x = None{end}y = 1  # noqa{end}", line=2)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_comment_below_a_string_or_a_continuation_counts_for_all_of_it(end: str) -> None:
    assert silenced(f'x = """{end}a{end}"""  # noqa{end}', line=1)
    assert silenced(f"x = \\{end}  None  # noqa{end}", line=1)


def test_in_brackets_each_line_stands_for_itself() -> None:
    assert not silenced("x = (\n  None\n)  # noqa\n", line=1)


def test_a_line_of_its_own_silences_the_file() -> None:
    assert silenced("x = None\n  # flake8: noqa\n")
    assert not silenced("x = None\ny = 1  # flake8=noqa\n")


def test_what_tokenize_cannot_read_is_taken_line_by_line() -> None:
    assert silenced("x = None  # noqa\ny = (\n")
