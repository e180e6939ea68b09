from typing import Any

import pytest

from ws_fallback_lint.core.config import Config, CriticalGroup, matches_any
from ws_fallback_lint.core.errors import ConfigError
from ws_fallback_lint.core.options import OPTIONS, FixStyle, Origin, Policy
from ws_fallback_lint.core.parse import parse


def test_every_key_of_the_design_is_read() -> None:
    config = parse(
        {
            "src": ["src"],
            "select": ["FBK", "FBK105"],
            "ignore": ["FBK102"],
            "per-file-ignores": {"tests/*": ["FBK101"]},
            "exclude": ["build/*"],
            "allow": ["shop.speedups.*"],
            "guards": ["shop.compat.requires"],
            "distributions": {"yaml": "PyYAML"},
            "fix-style": "unwrap",
            "fix-message": "{names}: {error}",
            "policy": {"first-party": "never", "stdlib": "allowed"},
            "strict": True,
            "critical": [{"names": ["*Registry"], "modules": ["shop.*"], "label": "L", "see": "S"}],
        },
        "here",
    )
    assert config == Config(
        src=("src",),
        select=("FBK", "FBK105"),
        ignore=("FBK102",),
        per_file_ignores=(("tests/*", ("FBK101",)),),
        exclude=("build/*",),
        allow=("shop.speedups.*",),
        guards=("shop.compat.requires",),
        distributions=(("yaml", "PyYAML"),),
        fix_style=FixStyle.UNWRAP,
        fix_message="{names}: {error}",
        policy=((Origin.FIRST_PARTY, Policy.NEVER), (Origin.STDLIB, Policy.ALLOWED)),
        strict=True,
        critical=(CriticalGroup(names=("*Registry",), modules=("shop.*",), label="L", see="S"),),
    )


def test_every_option_is_a_field_of_the_config() -> None:
    assert {option.field for option in OPTIONS} == set(Config.__dataclass_fields__)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"selct": []}, "here: unknown key 'selct'; did you mean 'select'?"),
        ({"fix_style": "raise"}, "here: unknown key 'fix_style'; did you mean 'fix-style'?"),
        ({"select": "FBK"}, "here: 'select' must be a list of strings, not a string ('FBK')"),
        ({"select": [1]}, "here: 'select' must be a list of strings, not a list that holds [1]"),
        ({"select": ["E501"]}, "here: 'select' holds 'E501', which is no code of ours"),
        ({"strict": 1}, "here: 'strict' must be true or false, not a number (1)"),
        ({"fix-style": "rise"}, "here: 'fix-style' does not know 'rise'; did you mean 'raise'?"),
        ({"fix-style": []}, "here: 'fix-style' must be 'raise' or 'unwrap', not a list"),
        ({"fix-message": "{who}"}, "here: 'fix-message' asks for {who}; it can hold {names}"),
        ({"fix-message": "{error!r}"}, "here: 'fix-message' asks for {error}; it can hold"),
        ({"fix-message": "{"}, "here: 'fix-message' is not a template: "),
        ({"policy": {"first": "never"}}, "here: 'policy' does not know 'first'; did you mean 'first-party'?"),
        ({"policy": {"stdlib": "nevr"}}, "here: 'policy.stdlib' does not know 'nevr'; did you mean 'never'?"),
        ({"policy": {"stdlib": 3}}, "here: the policy for 'stdlib' must be a string, not a number (3)"),
        ({"distributions": {"a": 1}}, "here: 'distributions' must be a table of import name to distribution"),
        ({"distributions": ["a"]}, "here: 'distributions' must be a table of import name to distribution"),
        ({"policy": ["never"]}, "here: 'policy' must be a table of origin to policy"),
        ({"per-file-ignores": {"a": ["X"]}}, "here, per-file-ignores 'a': 'ignore' holds 'X'"),
        ({"critical": {}}, "here: 'critical' must be an array of tables, not a table"),
        ({"critical": [{"nams": []}]}, "here, critical group 1: unknown key 'nams'; did you mean 'names'?"),
        ({"critical": [{"label": "x"}]}, "here, critical group 1: give it 'names' or 'modules'"),
        ({"zzz": 1}, "here: unknown key 'zzz'; known are src, select"),
    ],
)
def test_errors_say_what_is_wrong_and_what_is_near(table: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(table, "here")
    assert str(caught.value).startswith(message)


def test_what_is_parsed_lies_over_the_base() -> None:
    base = Config(src=("lib",), ignore=("FBK102",))
    assert parse({"ignore": []}, "here", base) == Config(src=("lib",))


@pytest.mark.parametrize(
    ("config", "code", "on_by_default", "selected"),
    [
        (Config(), "FBK101", True, True),
        (Config(), "FBK105", False, False),
        (Config(select=("FBK1",)), "FBK105", False, False),
        (Config(select=("FBK105",)), "FBK105", False, True),
        (Config(select=("FBK2",)), "FBK101", True, False),
        (Config(ignore=("FBK10",)), "FBK101", True, False),
        (Config(select=("FBK105",), ignore=("FBK105",)), "FBK105", False, False),
    ],
)
def test_selection(config: Config, code: str, on_by_default: bool, selected: bool) -> None:
    assert config.selects(code, on_by_default) is selected


def test_strict_goes_before_policy() -> None:
    assert Config().policy_for(Origin.UNKNOWN) is Policy.IF_UNGUARDED
    assert Config(policy=((Origin.UNKNOWN, Policy.ALLOWED),)).policy_for(Origin.UNKNOWN) is Policy.ALLOWED
    strict = Config(policy=((Origin.UNKNOWN, Policy.ALLOWED),), strict=True)
    assert strict.policy_for(Origin.UNKNOWN) is Policy.NEVER


def test_globs_know_case() -> None:
    assert matches_any(("*Registry",), ("a", "QueueRegistry"))
    assert not matches_any(("*Registry",), ("registry",))
