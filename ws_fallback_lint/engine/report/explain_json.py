"""What is known of a guarded import, for programs; `explain_schema.json` beside this file describes it.

Outcomes are numbered from 1, as people see them in the text.
"""

import json
from collections.abc import Iterable
from typing import Any

from ws_fallback_lint import __version__
from ws_fallback_lint.analysis.guarded import Holds, Leaves, Outcome
from ws_fallback_lint.core.source import Source
from ws_fallback_lint.core.spans import Region
from ws_fallback_lint.engine.disk import shown
from ws_fallback_lint.engine.explain import Answer, Explained
from ws_fallback_lint.engine.report.escape import speakable
from ws_fallback_lint.project.explain import Absence, Explanation, UseFacts
from ws_fallback_lint.project.needed import Needs
from ws_fallback_lint.project.verdicts import Why

_LEAVES = {Leaves.FALLS: None, Leaves.RETURNS: "function", Leaves.JUMPS: "loop"}


def render(answer: Answer) -> str:
    """One JSON object in ASCII, ended by a newline."""
    document = {
        "version": __version__,
        "path": speakable(answer.source.path),
        "explanations": [_explained(answer.source, one) for one in answer.explained],
    }
    return json.dumps(document, indent=2) + "\n"


def _explained(source: Source, explained: Explained) -> dict[str, Any]:
    explanation = explained.explanation
    return {
        **_place(source, explanation.guarded.region),
        "names": [speakable(name) for name in explanation.guarded.names],
        "modules": [
            {"module": speakable(one.module), "origin": one.origin.value, "policy": one.policy.value}
            for one in explanation.provenance
        ],
        "outcomes": [
            _outcome(source, explanation, index, outcome)
            for index, outcome in enumerate(explanation.outcomes)
        ],
        "uses": [_use(source, use) for use in explanation.uses],
        "verdict": {
            "findings": [
                {
                    "code": finding.code,
                    "line": finding.place.line,
                    "column": finding.place.column,
                    "message": speakable(finding.message),
                    "shown": shown.value,
                }
                for finding, shown in explained.findings
            ],
            "names": _opinions(explanation),
        },
    }


def _outcome(source: Source, explanation: Explanation, index: int, outcome: Outcome) -> dict[str, Any]:
    return {
        "number": index + 1,
        "imported": not outcome.handlers,
        "failed": [speakable(ref.module) for ref in outcome.failed],
        "handlers": [_place(source, handler.header) for handler in outcome.handlers],
        "leaves": _LEAVES[outcome.leaves],
        "names": [_held(name, outcome) for name in explanation.columns],
        "ruled_out_by": _needs(dict(explanation.ruled_out).get(index)),
    }


def _needs(needs: Needs | None) -> dict[str, Any] | None:
    return {"path": speakable(shown(needs.path)), "line": needs.line} if needs else None


def _held(name: str, outcome: Outcome) -> dict[str, Any]:
    binding = outcome.of(name)
    constant = binding.known.literal if binding.holds is Holds.CONSTANT else None
    return {
        "name": speakable(name),
        "holds": binding.holds.name.lower().replace("_", "-"),
        "value": constant and speakable(constant),
        "line": binding.region and binding.region.line,
    }


def _use(source: Source, use: UseFacts) -> dict[str, Any]:
    return {
        "name": speakable(use.name) or None,
        **_place(source, use.region),
        "kind": use.kind.value,
        "when": use.when.value,
        "met": _numbers(use.met),
        "fails": _numbers(use.fails),
        "masked": _numbers(use.masked),
        "absent": [_absence(source, absence) for absence in use.absences],
    }


def _absence(source: Source, absence: Absence) -> dict[str, Any]:
    return {
        "outcome": absence.outcome + 1,
        "because": "something-else" if absence.elsewise else "not-reached",
        "redundant": absence.redundant,
        "guards": [{"kind": guard.kind.value, **_place(source, guard.region)} for guard in absence.guards],
    }


def _opinions(explanation: Explanation) -> list[dict[str, Any]]:
    """What was decided on each name that an outcome leaves without its import."""
    return [
        {
            "name": speakable(opinion.name),
            "outcome": index + 1,
            "critical": isinstance(opinion.said, Why),
            "reason": opinion.said.reason if isinstance(opinion.said, Why) else opinion.said.value,
        }
        for index, opinion in explanation.opinions
    ]


def _place(source: Source, region: Region) -> dict[str, Any]:
    place = source.place(region)
    return {
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
        "text": speakable(source.line(place.line).strip()),
    }


def _numbers(outcomes: Iterable[int]) -> list[int]:
    return [outcome + 1 for outcome in outcomes]
