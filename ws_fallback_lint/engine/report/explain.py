"""What is known of a guarded import, for people: its outcomes, its uses, what decided, the verdict."""

from collections.abc import Iterable, Iterator

from ws_fallback_lint.analysis.guarded import Binding, Holds, Leaves, Outcome
from ws_fallback_lint.core.source import Source
from ws_fallback_lint.core.spans import Region
from ws_fallback_lint.engine.disk import shown
from ws_fallback_lint.engine.explain import Answer, Explained, Shown
from ws_fallback_lint.engine.report.escape import visible
from ws_fallback_lint.flow.trace import Guard, GuardKind
from ws_fallback_lint.flow.uses import When
from ws_fallback_lint.project.explain import Absence, Explanation, UseFacts
from ws_fallback_lint.project.hurts import Silence
from ws_fallback_lint.project.verdicts import Opinion

_LONGEST_EXCERPT = 80
_HOLDS = {
    Holds.IMPORT: "the import",
    Holds.DERIVED: "made with the import",
    Holds.ALTERNATE: "another import",
    Holds.NONE: "None",
    Holds.CONSTANT: "a constant",
    Holds.STAND_IN: "a stand-in",
    Holds.MOCK: "a Mock",
    Holds.UNBOUND: "unbound",
}
_LEAVES = {Leaves.RETURNS: "; leaves the function", Leaves.JUMPS: "; goes on with the loop"}
_WHEN = {When.IMPORT: "while the module is imported", When.CALL: "when called"}
_GUARDS = {
    GuardKind.FAILURE: "fails before, at ",
    GuardKind.IMPORT: "fails before, at ",
    GuardKind.HANDLER: "the handler leaves, at ",
    GuardKind.PLACE: "stands inside the statement, at ",
}
_SILENCES = {
    Silence.LISTED: "it is listed in 'allow'",
    Silence.ALLOWED: "the policy for its origin is 'allowed'",
    Silence.GUARDED: "every use is guarded",
    Silence.MASKED: "no use of it dies but inside a 'try' that swallows the error (FBK202)",
    Silence.HARMLESS: "no use asks for anything that it is seen to lack",
    Silence.UNUSED: "no use asks anything of it here",
    Silence.DEFAULT: "it is made with the import, and a default in its place is ordinary error handling",
    Silence.NEVER_READ: "nothing outside the statement reads it there",
}
_SHOWN = {
    Shown.REPORTED: "Reported",
    Shown.NOQA: "Silenced by a noqa comment",
    Shown.NOT_SELECTED: "Not selected, by 'select', 'ignore' or 'per-file-ignores'",
}


def render(answer: Answer) -> str:
    """A page for each guarded import, parted by an empty line."""
    pages = ("".join(f"{line}\n" for line in _page(answer.source, one)) for one in answer.explained)
    return "\n".join(pages)


def _page(source: Source, explained: Explained) -> Iterator[str]:
    explanation = explained.explanation
    yield from _statement(source, explanation)
    yield ""
    yield "Outcomes"
    for index, outcome in enumerate(explanation.outcomes):
        yield from _outcome(source, explanation, index, outcome)
    yield ""
    yield "Uses" if explanation.uses else "Uses: none that the walk through the module meets"
    for use in explanation.uses:
        yield from _use(source, use)
    yield ""
    yield "Verdict"
    yield from _verdict(explained)


def _statement(source: Source, explanation: Explanation) -> Iterator[str]:
    region = explanation.guarded.region
    names = ", ".join(visible(name) for name in explanation.guarded.names)
    place = source.place(region)
    yield f"{visible(source.path)}:{place.line}:{place.column}: guarded import of {names or 'no name'}"
    for known in explanation.provenance:
        module = visible(known.module) or "a module whose name is made at run time"
        declared = f", declared in {visible(known.where)}" if known.where else ""
        yield f"  {module}: {known.origin.value}{declared}, policy '{known.policy.value}'"


def _outcome(source: Source, explanation: Explanation, index: int, outcome: Outcome) -> Iterator[str]:
    yield f"  {index + 1}  {_way(source, outcome)}{_LEAVES.get(outcome.leaves, '')}"
    width = max(map(len, explanation.columns), default=0)
    for name in explanation.columns:
        yield f"       {visible(name):<{width}}  {_held(outcome.of(name))}"
    for number, needs in explanation.ruled_out:
        if number == index:
            yield f"       cannot fail here: {visible(shown(needs.path))}:{needs.line} imports it as well"


def _way(source: Source, outcome: Outcome) -> str:
    if not outcome.handlers:
        return "imported"
    failed = ", ".join(dict.fromkeys(visible(ref.module or ref.name) for ref in outcome.failed))
    through = ", then ".join(
        f"`{_excerpt(source, handler.header)}` at line {handler.header.line}" for handler in outcome.handlers
    )
    return f"failed: {failed or 'something else'} -> {through}"


def _held(binding: Binding) -> str:
    said = binding.known.literal if binding.holds is Holds.CONSTANT else None
    where = "" if binding.region is None else f" (line {binding.region.line})"
    return visible(said or _HOLDS[binding.holds]) + where


def _use(source: Source, use: UseFacts) -> Iterator[str]:
    place = source.place(use.region)
    name = visible(use.name) or _excerpt(source, use.region)
    said = f"{name}: {use.kind.value}, {_WHEN[use.when]}: {_line(source, use.region)}"
    yield f"  {place.line}:{place.column}  {said}"
    yield f"       met in {_numbers(use.met) or 'no outcome'}{_harm(use)}"
    for absence in use.absences:
        yield f"       {_absence(source, absence)}"


def _harm(use: UseFacts) -> str:
    fails = f", FAILS in {_numbers(use.fails)}" if use.fails else ""
    masked = f", fails in {_numbers(use.masked)} inside a 'try' that swallows it" if use.masked else ""
    return fails + masked


def _absence(source: Source, absence: Absence) -> str:
    if absence.elsewise:
        said = f"in {absence.outcome + 1} it holds something else"
    else:
        said = f"not in {absence.outcome + 1}"
    if not absence.guards:
        return said
    either = "each is enough: " if absence.redundant else ""
    return f"{said}: {either}" + "; ".join(_guard(source, guard) for guard in absence.guards)


def _guard(source: Source, guard: Guard) -> str:
    return f"{_GUARDS.get(guard.kind, '')}line {guard.region.line} {_line(source, guard.region)}"


def _verdict(explained: Explained) -> Iterator[str]:
    for finding, fate in explained.findings:
        place = f"{visible(finding.path)}:{finding.place.line}:{finding.place.column}"
        yield f"  {_SHOWN[fate]}: {place}: {finding.code} {visible(finding.message)}"
    opinions = explained.explanation.opinions
    for silence in Silence:
        silent = [(index, opinion) for index, opinion in opinions if opinion.said is silence]
        if silent:
            yield f"  Silent on {_subjects(silent)}: {_SILENCES[silence]}."
    if not explained.explanation.guarded.outcomes:
        yield "  Silent: where the import fails, the program does not go on."
    elif not opinions:
        yield "  Silent: no outcome leaves a name without an import."


def _subjects(opinions: Iterable[tuple[int, Opinion]]) -> str:
    where: dict[str, list[int]] = {}
    for index, opinion in opinions:
        where.setdefault(opinion.name, []).append(index)
    return ", ".join(f"'{visible(name)}' in {_numbers(found)}" for name, found in where.items())


def _numbers(outcomes: Iterable[int]) -> str:
    return ", ".join(str(outcome + 1) for outcome in outcomes)


def _line(source: Source, region: Region) -> str:
    text = source.line(region.line).strip()
    return f"`{_short(text)}`"


def _excerpt(source: Source, region: Region) -> str:
    place = source.place(region)
    end = place.end_column - 1 if place.end_line == place.line else None
    return _short(source.line(region.line)[place.column - 1 : end].strip())


def _short(text: str) -> str:
    return visible(text if len(text) <= _LONGEST_EXCERPT else text[: _LONGEST_EXCERPT - 1] + "…")
