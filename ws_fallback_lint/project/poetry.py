"""Poetry's tables: `[tool.poetry]`, its groups, and its own way to write versions."""

import re
from collections.abc import Iterator

from ws_fallback_lint.project.declared import Dependency, Stated, normalised
from ws_fallback_lint.project.toml import table, text

# How many dots a version with a micro release has: a shorter one stands for all of its releases here.
_MICRO = 2
_CONDITION = re.compile(r"(\^|~=|~|===?|!=|<=?|>=?|=)?\s*v?([0-9][0-9A-Za-z.*+-]*|\*)")


def read(poetry: dict[str, object]) -> Stated:
    """What `[tool.poetry]` says; the table may be empty."""
    main = table(poetry, "dependencies")
    found = [*_dependencies(main, "[tool.poetry.dependencies]", needed=True)]
    found += _dependencies(table(poetry, "dev-dependencies"), "[tool.poetry.dev-dependencies]", needed=False)
    for group in table(poetry, "group"):
        where = f"[tool.poetry.group.{group}.dependencies]"
        found += _dependencies(table(poetry, "group", group, "dependencies"), where, needed=False)
    return Stated(
        tuple(found), name=text(poetry.get("name")), requires_python=pythons(main), is_answer=bool(main)
    )


def pythons(dependencies: dict[str, object]) -> str:
    """The Pythons that `[tool.poetry.dependencies]` asks for, as a specifier; empty where it does not say."""
    return specifier(text(dependencies.get("python")))


def specifier(poetry: str) -> str:
    """A version constraint of Poetry's as PEP 440 writes it, alternatives still divided by `||`.

    Empty for one that admits everything or makes no sense.
    """
    alternatives = [_alternative(part) for part in re.split(r"\s*\|\|?\s*", poetry.strip())]
    return "" if "" in alternatives else " || ".join(alternatives)


def _alternative(part: str) -> str:
    conditions = _CONDITION.findall(part)
    return ",".join(found for operator, version in conditions if (found := _condition(operator, version)))


def _condition(operator: str, version: str) -> str:
    if version == "*":
        return ""
    release = [int(number) for number in re.findall(r"[0-9]+", version.partition("-")[0])]
    match operator:
        case "^":
            fixed = next((index for index, number in enumerate(release) if number), len(release) - 1)
        case "~":
            fixed = min(1, len(release) - 1)
        case "" | "=" | "==" | "===":
            short = version.count(".") < _MICRO and not version.endswith("*")
            return f"=={version}.*" if short else f"=={version}"
        case _:
            return f"{operator}{version}"
    below = [*release[:fixed], release[fixed] + 1]
    return f">={version},<{'.'.join(map(str, below))}"


def _dependencies(entries: dict[str, object], where: str, *, needed: bool) -> Iterator[Dependency]:
    for name, entry in entries.items():
        if name == "python":
            continue
        # Several tables under one name hold for several Pythons or platforms.
        for limits in entry if isinstance(entry, list) else [entry]:
            marker = text(table(limits).get("markers"))
            platform = text(table(limits).get("platform"))
            if platform:
                marker = " and ".join(
                    part for part in (f"({marker})" * bool(marker), f"sys_platform == '{platform}'") if part
                )
            is_optional = table(limits).get("optional") is True
            yield Dependency(
                normalised(name),
                where,
                needed and not is_optional,
                marker,
                specifier(text(table(limits).get("python"))),
            )
