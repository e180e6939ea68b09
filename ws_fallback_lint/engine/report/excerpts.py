"""Findings as a terminal shows them: the source line, carets under what is meant, colours."""

import io
from collections.abc import Iterator

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from ws_fallback_lint.core.findings import Finding
from ws_fallback_lint.core.spans import Place
from ws_fallback_lint.engine.report.concise import finding_line, problem_line
from ws_fallback_lint.engine.report.escape import visible
from ws_fallback_lint.engine.report.summary import Report

_TAB = "    "
# How much of a long line stays in front of what is meant.
_LEAD = 20


def paint(report: Report, width: int, colour: bool) -> str:
    """All findings and problems, each as its line and, where the report has it, the source below."""
    out = io.StringIO()
    console = Console(
        file=out,
        width=width,
        force_terminal=True,
        color_system="standard" if colour else None,
        markup=False,
        emoji=False,
        highlight=False,
        legacy_windows=False,
    )
    for text in _texts(report, width):
        console.print(text, soft_wrap=True)
    return out.getvalue()


def _texts(report: Report, width: int) -> Iterator[Text]:
    for checked in report.checked:
        if report.written:
            yield from (_headline(finding_line(done, fixed=True), "green") for done in checked.fixed)
        lines = dict(checked.excerpts)
        for finding in checked.result.findings:
            yield _headline(finding_line(finding), "bold red")
            if finding.place.line in lines:
                yield _excerpt(finding, lines[finding.place.line], width)
        yield from (_headline(problem_line(problem), "bold red") for problem in checked.result.problems)
    yield from (_headline(problem_line(problem), "bold red") for problem in report.other_problems)


def _headline(line: str, style: str) -> Text:
    place, colon, rest = line.partition(": ")
    code, space, message = rest.partition(" ")
    return Text.assemble((place, "bold"), colon, (code, style), space, message)


def _excerpt(finding: Finding, line: str, width: int) -> Text:
    number = str(finding.place.line)
    before, meant, after = _cut(line.rstrip("\r\n"), finding.place, width - len(number) - 3)
    gutter = " " * len(number)
    carets = "^" * max(cell_len(meant), 1)
    return Text.assemble(
        (f"{number} | ", "blue"),
        *(before, meant, after),
        (f"\n{gutter} | ", "blue"),
        " " * cell_len(before),
        (carets, "bold red"),
        "\n",
    )


def _cut(line: str, place: Place, width: int) -> tuple[str, str, str]:
    """The line before, within and after the place, as it will show; a long line loses its ends."""
    stop = place.end_column - 1 if place.end_line == place.line else len(line)
    before = _shown(line[: place.column - 1])
    meant = _shown(line[place.column - 1 : stop])
    after = _shown(line[stop:])
    if cell_len(before + meant + after) <= width:
        return before, meant, after
    if cell_len(before) > _LEAD:
        before = "…" + before[-_LEAD:]
    room = max(width - cell_len(before), _LEAD)
    if cell_len(meant) > room:
        return before, meant[: room - 1] + "…", ""
    rest = room - cell_len(meant)
    return before, meant, after if cell_len(after) <= rest else after[: max(rest - 1, 0)] + "…"


def _shown(text: str) -> str:
    return visible(text.replace("\t", _TAB))
