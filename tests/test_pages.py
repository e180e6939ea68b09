"""Every example on every rule's page does what the page says, and so does every case in cases/."""

import ast
from pathlib import Path

import pytest

from ws_fallback_lint.core.config import Config
from ws_fallback_lint.core.source import Source
from ws_fallback_lint.engine.fix import fix
from ws_fallback_lint.engine.lint import lint
from ws_fallback_lint.project.neighbours import Neighbours
from ws_fallback_lint.project.roots import Project
from ws_fallback_lint.rules import all_rules
from ws_fallback_lint.rules.base import Rule
from ws_fallback_lint.rules.pages import Example, page, parse

CODEC = b"try:\n    from orjson import dumps\nexcept ImportError:\n    dumps = None\n"
FOLDERS = {"/own": ("store",), "/own/store": ("__init__.py", "codec.py", "sessions.py")}
FILES = Neighbours(
    {"/own/store/__init__.py": b"", "/own/store/sessions.py": b"", "/own/store/codec.py": CODEC}.get,
    lambda folder: FOLDERS.get(folder, ()),
)
ALL_RULES_ON = Config(select=("FBK", *(rule.code for rule in all_rules())))
CASES = sorted(Path(__file__).parent.joinpath("cases").glob("*.md"))


def _examples() -> list[tuple[str, Example]]:
    pages = [(rule.code, page(rule)) for rule in all_rules()]
    pages += [(path.stem, parse(path.read_text())) for path in CASES]
    return [(f"{name}-{n}", example) for name, text in pages for n, example in enumerate(text.examples, 1)]


def check(example: Example, config: Config = ALL_RULES_ON) -> None:
    """Hold one example to its page; the package around it is called `shop`, another one `store`."""
    own = ("/own",)
    project = Project(own, package=("shop",), stem="page", home="/nowhere/shop", neighbours=FILES, starts=own)
    source = Source("shop/page.py", example.clean.encode())
    result = lint(source, config, project, fixes=True)
    if example.kind == "broken":
        assert [problem.code for problem in result.problems] == ["FBK900"]
        return
    assert not result.problems
    assert {(finding.place.line, finding.code) for finding in result.findings} == example.expected
    assert bool(example.expected) == (example.kind == "bad")
    offers = any(finding.fix for finding in result.findings)
    assert offers == (example.fixed is not None)
    if example.fixed is not None:
        fixed = fix(source, config, project, unsafe=True)
        assert fixed.source.text == example.fixed
        assert not fixed.result.findings
        assert not fixed.dropped
        ast.parse(example.fixed)
        again = fix(fixed.source, config, project, unsafe=True)
        assert again.source.data == fixed.source.data
        assert not again.applied


@pytest.mark.parametrize("example", [pytest.param(example, id=name) for name, example in _examples()])
def test_example(example: Example) -> None:
    check(example)


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_page_shows_what_the_rule_does(rule: Rule) -> None:
    examples = page(rule).examples
    kinds = {example.kind for example in examples}
    assert "ok" in kinds
    assert kinds & {"bad", "broken"}
    for example in examples:
        assert all(code == rule.code for _, code in example.expected)
