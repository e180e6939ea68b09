"""The one reader of what people wrote (DESIGN §7)."""

import difflib
import re
import string
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ws_fallback_lint.core.config import Config, CriticalGroup
from ws_fallback_lint.core.errors import ConfigError
from ws_fallback_lint.core.options import (
    GROUP_OPTIONS,
    OPTIONS,
    FixStyle,
    Kind,
    Option,
    Origin,
    Policy,
)

# What a message template may hold in braces; {error} is the only one filled in at run time.
MESSAGE_FIELDS = ("names", "modules", "error", "label", "consequence", "see")
_CODE_PREFIX = re.compile(r"FBK[0-9]{0,3}")
_CODES = {option.name: option for option in OPTIONS if option.name in ("select", "ignore")}


def parse(table: Mapping[str, Any], where: str, base: Config | None = None) -> Config:
    """Read a table of options over `base` (the defaults).

    `where` names the table in errors, for instance "[tool.ws-fallback-lint] of pyproject.toml".
    Raises ConfigError for an unknown key (with the nearest known one) and for a wrong value.
    """
    values: dict[str, Any] = {}
    for key, value in table.items():
        option = _option(key, OPTIONS, where)
        values[option.field] = _value(option, value, where)
    return replace(base or Config(), **values)


def is_specifier(text: str) -> bool:
    """Whether a text says which versions are meant, as PEP 440 has it."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # few configurations need it

    try:
        SpecifierSet(text)
    except InvalidSpecifier:
        return False
    return True


def _option(key: str, known: Sequence[Option], where: str) -> Option:
    for option in known:
        if option.name == key:
            return option
    raise ConfigError(f"{where}: unknown key '{key}'{_nearest(key, [o.name for o in known])}")


def _nearest(given: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(given.replace("_", "-").lower(), known, n=1, cutoff=0.5)
    if near:
        return f"; did you mean '{near[0]}'?"
    return f"; known are {', '.join(known)}"


def _value(option: Option, value: Any, where: str) -> Any:
    match option.kind, value:
        case Kind.STRINGS, list() | tuple() if all(isinstance(item, str) for item in value):
            strings = tuple(value)
            return _codes(strings, option.name, where) if option.name in _CODES else strings
        case Kind.FLAG, bool():
            return value
        case Kind.TEXT, str():
            return _template(value, option.name, where) if "message" in option.name else value
        case Kind.PYTHONS, str() if is_specifier(value):
            return value
        case Kind.CHOICE, str():
            return FixStyle(_one_of(value, option.choices, option.name, where))
        case Kind.PER_FILE, dict():
            return tuple(
                (pattern, _value(_CODES["ignore"], codes, f"{where}, {option.name} '{pattern}'"))
                for pattern, codes in value.items()
            )
        case Kind.NAMES, dict() if all(isinstance(item, str) for item in value.values()):
            return tuple(value.items())
        case Kind.POLICY, dict():
            return tuple(_policy(key, policy, where) for key, policy in value.items())
        case Kind.GROUPS, list() if all(isinstance(item, dict) for item in value):
            return tuple(_group(item, f"{where}, critical group {n}") for n, item in enumerate(value, 1))
        case _:
            pass
    wanted = " or ".join(f"'{c}'" for c in option.choices) or option.kind.value
    raise ConfigError(f"{where}: '{option.name}' must be {wanted}, not {_shown(value)}")


def _codes(codes: tuple[str, ...], key: str, where: str) -> tuple[str, ...]:
    for code in codes:
        if not _CODE_PREFIX.fullmatch(code):
            raise ConfigError(
                f"{where}: '{key}' holds {code!r}, which is no code of ours nor the beginning of"
                " one; they look like FBK101"
            )
    return codes


def _policy(key: str, value: Any, where: str) -> tuple[Origin, Policy]:
    origin = _one_of(key, tuple(Origin), "policy", where)
    if not isinstance(value, str):
        raise ConfigError(f"{where}: the policy for '{key}' must be a string, not {_shown(value)}")
    return Origin(origin), Policy(_one_of(value, tuple(Policy), f"policy.{key}", where))


def _one_of(value: str, known: Sequence[str], key: str, where: str) -> str:
    if value in known:
        return value
    raise ConfigError(f"{where}: '{key}' does not know '{value}'{_nearest(value, list(known))}")


def _group(table: Mapping[str, Any], where: str) -> CriticalGroup:
    values: dict[str, Any] = {}
    for key, value in table.items():
        option = _option(key, GROUP_OPTIONS, where)
        values[option.field] = _value(option, value, where)
    group = CriticalGroup(**values)
    if not (group.names or group.modules):
        raise ConfigError(f"{where}: give it 'names' or 'modules', or it matches nothing")
    return group


def _template(value: str, key: str, where: str) -> str:
    try:
        fields = [part[1:] for part in string.Formatter().parse(value) if part[1] is not None]
    except ValueError as error:
        raise ConfigError(f"{where}: '{key}' is not a template: {error}") from error
    for field in fields:
        name, spec, conversion = field
        if name not in MESSAGE_FIELDS or spec or conversion:
            raise ConfigError(
                f"{where}: '{key}' asks for {{{name}}}; it can hold "
                + ", ".join(f"{{{known}}}" for known in MESSAGE_FIELDS)
                + " (write {{ and }} for braces)"
            )
    return value


def _shown(value: Any) -> str:
    kinds = {bool: "a boolean", int: "a number", float: "a number", str: "a string"}
    kinds |= {list: "a list", dict: "a table"}
    kind = kinds.get(type(value), f"a {type(value).__name__}")
    if isinstance(value, list):
        return f"{kind} that holds {value!r}" if value else kind
    return f"{kind} ({value!r})"
