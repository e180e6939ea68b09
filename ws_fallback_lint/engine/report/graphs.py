"""The graph of `check --graph`, for Graphviz, for Mermaid, and for programs (`graph_schema.json`)."""

import json

from ws_fallback_lint import __version__
from ws_fallback_lint.engine.graph import Graph
from ws_fallback_lint.engine.report.escape import speakable, visible
from ws_fallback_lint.project.routes import Stop, StopKind, Verdict

_SHAPES = {StopKind.FALLBACK: "box", StopKind.NAME: "ellipse", StopKind.USE: "plaintext"}
_BRACKETS = {StopKind.FALLBACK: ("[", "]"), StopKind.NAME: ("(", ")"), StopKind.USE: (">", "]")}
_BAD = frozenset({Verdict.REPORTED.value, Verdict.DIES.value})


def render(graph: Graph, form: str) -> str:
    """The graph as "dot", "mermaid" or "json", ended by a newline."""
    return {"dot": _dot, "mermaid": _mermaid, "json": _json}[form](graph)


def _dot(graph: Graph) -> str:
    """Text for `dot` of Graphviz."""
    ids = _ids(graph)
    lines = ["digraph fallbacks {", "  rankdir=LR;"]
    for stop, node in ids.items():
        colour = ", color=red" if stop.verdict in _BAD else ""
        text = "\\n".join(line.replace("\\", "\\\\").replace('"', '\\"') for line in _lines(stop))
        lines.append(f'  {node} [shape={_SHAPES[stop.kind]}{colour}, label="{text}"];')
    lines += [f"  {ids[one]} -> {ids[other]};" for one, other in graph.steps]
    return "\n".join([*lines, "}"]) + "\n"


def _mermaid(graph: Graph) -> str:
    """Text for Mermaid's flowcharts."""
    ids = _ids(graph)
    lines = ["flowchart LR"]
    for stop, node in ids.items():
        opened, closed = _BRACKETS[stop.kind]
        text = "<br>".join(map(_entities, _lines(stop)))
        lines.append(f'  {node}{opened}"{text}"{closed}')
    lines += [f"  {ids[one]} --> {ids[other]}" for one, other in graph.steps]
    bad = [node for stop, node in ids.items() if stop.verdict in _BAD]
    lines += ["  classDef bad stroke:red", f"  class {','.join(bad)} bad"] if bad else []
    return "\n".join(lines) + "\n"


def _json(graph: Graph) -> str:
    """One JSON object in ASCII; steps name places by their number, from 0."""
    numbers = {stop: number for number, stop in enumerate(graph.stops)}
    document = {
        "version": __version__,
        "stops": [
            {
                "path": speakable(stop.path),
                "line": stop.line,
                "column": stop.column,
                "kind": stop.kind.value,
                "name": speakable(stop.name),
                "verdict": stop.verdict,
            }
            for stop in graph.stops
        ],
        "steps": [[numbers[one], numbers[other]] for one, other in graph.steps],
    }
    return json.dumps(document, indent=2) + "\n"


def _ids(graph: Graph) -> dict[Stop, str]:
    return {stop: f"n{number}" for number, stop in enumerate(graph.stops)}


def _lines(stop: Stop) -> tuple[str, str]:
    return visible(stop.name), f"{visible(stop.path)}:{stop.line} {stop.verdict}"


def _entities(text: str) -> str:
    """Text that means nothing to Mermaid."""
    return "".join(one if one.isalnum() or one in " ._/:-" else f"#{ord(one)};" for one in text)
