"""What the files of a project state about it, as values: dependencies, Pythons, modules that a build makes.

Each reader of a file format (`pyproject`, `poetry`, `setup_files`, `requirements_txt`) gives a `Stated`. What
cannot be read counts as not said: a broken file is the business of the tool that it is written for.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

# https://packaging.python.org/en/latest/specifications/dependency-specifiers/: a name, then what limits it.
_NAME = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\Z|[\[(<>=!~;@,])")


@dataclass(frozen=True, slots=True)
class Dependency:
    """One line that asks for a distribution: its normalised `name`, and `where` it stands, for messages.

    `needed` tells whether everybody gets it who installs the project, wherever `marker` and `pythons` (a
    version specifier) hold; where they are empty, they always do.
    """

    name: str
    where: str
    needed: bool
    marker: str = ""
    pythons: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A requirements file that another file names: its path as written there."""

    path: str
    needed: bool


@dataclass(frozen=True, slots=True)
class Stated:
    """What one file says. `name` is the project's own, `requires_python` a specifier, both maybe empty.

    `built` are the modules that a build makes: paths without suffix, with "/", from some folder above them.
    `is_answer` tells that the file says what the project needs, be it nothing: then a requirements.txt
    beside it describes somebody's environment.
    """

    dependencies: tuple[Dependency, ...] = ()
    files: tuple[Listed, ...] = ()
    name: str = ""
    requires_python: str = ""
    built: frozenset[str] = frozenset()
    is_answer: bool = False


def normalised(name: str) -> str:
    """The name of a distribution as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def dependency(text: str, where: str, *, needed: bool) -> Dependency | None:
    """Read a dependency as PEP 508 has it; None for anything else."""
    line = text.strip()
    named = _NAME.match(line)
    if named is None:
        return None
    rest = line[named.end(1) :]
    # A URL may hold a semicolon; the one before a marker has a space in front of it there.
    semicolon = r"\s;" if re.match(r"\s*(?:\[[^]]*\]\s*)?@", rest) else ";"
    _, *marker = re.split(semicolon, rest, maxsplit=1)
    return Dependency(normalised(named[1]), where, needed, marker[0].strip() if marker else "")


def dependencies(lines: object, where: str, *, needed: bool) -> tuple[Dependency, ...]:
    """Read what should be a list of dependencies; whatever is none is passed over."""
    if not isinstance(lines, list | tuple):
        return ()
    read = [dependency(line, where, needed=needed) for line in lines if isinstance(line, str)]
    return tuple(found for found in read if found)


def module_paths(names: Iterable[str]) -> frozenset[str]:
    """Dotted module names in the form of `Stated.built`."""
    return frozenset(name.replace(".", "/") for name in names if name)
