"""`explain` and `rules`: what the rules say of themselves."""

import difflib
import sys

import click

from ws_fallback_lint.engine.report.escape import visible
from ws_fallback_lint.frontends.output import put
from ws_fallback_lint.rules import all_rules
from ws_fallback_lint.rules.base import Rule
from ws_fallback_lint.rules.pages import page


def _as_table() -> str:
    rows = [("code", "name", "default", "fix", "summary")]
    for rule in all_rules():
        default = "on" if rule.on_by_default else "off"
        rows.append((rule.code, rule.name, default, rule.fix or "-", rule.summary))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    return "".join(f"{line}\n" for line in lines)


def _as_json() -> str:
    import json

    table = [
        {
            "code": rule.code,
            "name": rule.name,
            "summary": rule.summary,
            "default": rule.on_by_default,
            "fix": rule.fix or None,
        }
        for rule in all_rules()
    ]
    return json.dumps(table, indent=2) + "\n"


def _as_markdown() -> str:
    """The table in the README."""
    rows = ["| code | name | reports | default | fix |", "|---|---|---|---|---|"]
    for rule in all_rules():
        default = "on" if rule.on_by_default else "off"
        rows.append(f"| {rule.code} | {rule.name} | {rule.summary} | {default} | {rule.fix or 'none'} |")
    return "".join(f"{row}\n" for row in rows)


_TABLES = {"text": _as_table, "json": _as_json, "markdown": _as_markdown}


@click.command()
@click.argument("code")
def explain(code: str) -> int:
    """Print the page of a rule, given its code or its name."""
    rule = _named(code)
    put(sys.stdout, f"{rule.code} {rule.name}\n\n{page(rule).text.rstrip()}\n\n{_facts(rule)}\n")
    return 0


@click.command()
@click.option("--format", "form", type=click.Choice(list(_TABLES)), default="text", show_default=True)
def rules(form: str) -> int:
    """List the rules: code, name, whether on by default, fix, summary."""
    put(sys.stdout, _TABLES[form]())
    return 0


def _named(code: str) -> Rule:
    known = {rule.code: rule for rule in all_rules()} | {rule.name: rule for rule in all_rules()}
    for spelling in (code.upper(), code.lower()):
        if spelling in known:
            return known[spelling]
    wanted = code.upper() if code.upper().startswith("FB") else code.lower()
    near = difflib.get_close_matches(wanted, known, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(rule.code for rule in all_rules())}"
    raise click.UsageError(f"no rule is called '{visible(code)}'; {hint}")


def _facts(rule: Rule) -> str:
    return f"On by default: {'yes' if rule.on_by_default else 'no'}. Fix: {rule.fix or 'none'}."
