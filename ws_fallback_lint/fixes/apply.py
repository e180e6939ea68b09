"""Edits -> bytes."""

from collections.abc import Sequence

from ws_fallback_lint.core.findings import Fix


def apply(data: bytes, fixes: Sequence[Fix]) -> tuple[bytes, tuple[Fix, ...]]:
    """The bytes with the fixes in place, and the fixes that were applied.

    Of fixes that overlap or touch only the first is applied: the next round sees the others.
    """
    out: list[bytes] = []
    applied: list[Fix] = []
    cursor = 0
    reached = -1
    for fix in sorted(fixes, key=lambda fix: fix.span):
        if fix.span.start <= reached:
            continue
        for edit in sorted(fix.edits):
            out += (data[cursor : edit.span.start], edit.text)
            cursor = edit.span.stop
        reached = fix.span.stop
        applied.append(fix)
    out.append(data[cursor:])
    return b"".join(out), tuple(applied)
