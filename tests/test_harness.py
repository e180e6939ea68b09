"""The example runner can fail: planted lies turn it red."""

import pytest
from test_pages import check

from ws_fallback_lint.rules.pages import Example, parse

BAD = "try:\n    from .a import b\nexcept ImportError:\n    b = None{marker}\n"
FIXED = (
    "try:\n    from .a import b\nexcept ImportError as error:\n    raise ImportError(\n"
    '        f"cannot import b from .a: {error}"\n    ) from error\n'
)


def example(kind: str, marker: str = "", fixed: str | None = None) -> Example:
    return Example(kind, BAD.format(marker=marker), fixed)


def test_the_truth_passes() -> None:
    check(example("bad", "  # FBK101", FIXED))


@pytest.mark.parametrize(
    "lie",
    [
        pytest.param(example("ok"), id="a finding in an ok block"),
        pytest.param(example("bad", "", FIXED), id="a marker is missing"),
        pytest.param(example("bad", "  # FBK102", FIXED), id="a marker names another code"),
        pytest.param(example("bad", "  # FBK101"), id="the fixed block is missing"),
        pytest.param(example("bad", "  # FBK101", FIXED.replace("b from", "c from")), id="the fix differs"),
        pytest.param(Example("broken", "x = 1\n"), id="a broken block that is fine"),
        pytest.param(Example("bad", "x = 1\n"), id="a bad block without a finding"),
        pytest.param(
            Example("ok", "try:\n  import a\nexcept ImportError\n"), id="an ok block that is broken"
        ),
    ],
)
def test_a_lie_turns_it_red(lie: Example) -> None:
    with pytest.raises(AssertionError):
        check(lie)


def test_blocks_are_found_with_their_markers() -> None:
    text = (
        "Words.\n\n```py bad\nx  # FBK101\ny\nz  # FBK103\n```\n\n```py fixed\nq\n```\n\n```py ok\nr\n```\n"
    )
    bad, ok = parse(text).examples
    assert bad.expected == {(1, "FBK101"), (3, "FBK103")}
    assert (bad.clean, bad.fixed) == ("x\ny\nz\n", "q\n")
    assert (ok.kind, ok.fixed) == ("ok", None)
