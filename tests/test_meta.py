"""Codes, files, pages and the documents that list them agree."""

import re
from pathlib import Path

import pytest
import tomli

from ws_fallback_lint.core.options import OPTIONS
from ws_fallback_lint.core.parse import parse
from ws_fallback_lint.frontends.cli import main
from ws_fallback_lint.rules import all_rules
from ws_fallback_lint.rules.base import Rule
from ws_fallback_lint.rules.pages import page

ROOT = Path(__file__).parent.parent
RULES = pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)


def test_each_rule_file_holds_the_rule_it_is_named_after() -> None:
    files = {path.stem for path in ROOT.joinpath("ws_fallback_lint/rules").glob("fbk*.py")}
    assert {f"{rule.code.lower()}_{rule.name.replace('-', '_')}" for rule in all_rules()} == files


@RULES
def test_class_and_name_agree(rule: Rule) -> None:
    assert type(rule).__name__ == "".join(word.capitalize() for word in rule.name.split("-"))
    assert type(rule).__module__.endswith(f"{rule.code.lower()}_{rule.name.replace('-', '_')}")


@RULES
def test_the_summary_is_a_sentence(rule: Rule) -> None:
    assert re.fullmatch(r"[A-Z][^.\n]*\.", rule.summary)


@RULES
def test_a_page_shows_a_fix_exactly_where_the_rule_has_one(rule: Rule) -> None:
    assert any(example.fixed is not None for example in page(rule).examples) == bool(rule.fix)


@pytest.mark.parametrize("document", ["README.md", "CHANGELOG.md"])
def test_documents_name_every_code(document: str) -> None:
    listed = set(re.findall(r"FBK\d{3}", ROOT.joinpath(document).read_text(encoding="utf-8")))
    assert {rule.code for rule in all_rules()} <= listed


def test_no_document_promises_a_rule_that_is_not_there() -> None:
    listed = set(re.findall(r"FBK\d{3}", ROOT.joinpath("README.md").read_text(encoding="utf-8")))
    assert listed == {rule.code for rule in all_rules()}


def test_the_table_of_rules_is_the_one_the_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    main(["rules", "--format", "markdown"])
    assert f"-->\n{capsys.readouterr().out}<!-- end -->" in ROOT.joinpath("README.md").read_text(
        encoding="utf-8"
    )


def test_the_configuration_in_the_readme_is_valid() -> None:
    blocks = re.findall(
        r"```toml\n(.*?)```", ROOT.joinpath("README.md").read_text(encoding="utf-8"), re.DOTALL
    )
    table = next(block for block in blocks if "[tool.ws-fallback-lint]" in block)
    config = parse(tomli.loads(table)["tool"]["ws-fallback-lint"], "README.md")
    assert config.critical[0].label == "WebSocket state machine"
    keys = {option.name for option in OPTIONS}
    assert all(re.search(rf"\b{key}\b", table) for key in keys)
