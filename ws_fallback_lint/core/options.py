"""The one table of options; pyproject.toml, the command line and flake8 all read it.

A front end makes its own switches out of the rows that carry its face. `core.parse.parse`
checks values against `kind`, whoever brings them.
"""

from dataclasses import dataclass
from enum import Enum, StrEnum


class Kind(Enum):
    """What a value of the option looks like in TOML."""

    STRINGS = "a list of strings"
    FLAG = "true or false"
    TEXT = "a string"
    PYTHONS = "a version specifier such as '>=3.10'"
    CHOICE = "one of a few strings"
    PER_FILE = "a table of file pattern to list of codes"
    POLICY = "a table of origin to policy"
    NAMES = "a table of import name to distribution"
    GROUPS = "an array of tables"


class Face(Enum):
    """Where a person can set the option."""

    PYPROJECT = "pyproject"
    CLI = "cli"
    FLAKE8 = "flake8"


class Origin(StrEnum):
    """Where an imported module comes from (DESIGN §6)."""

    FIRST_PARTY = "first-party"
    REQUIRED = "required"
    OPTIONAL = "optional"
    STDLIB = "stdlib"
    UNKNOWN = "unknown"


class Policy(StrEnum):
    """When a fallback of an origin is reported (DESIGN §6)."""

    NEVER = "never"
    UNLESS_GUARDED = "unless-guarded"
    IF_UNGUARDED = "if-unguarded"
    ALLOWED = "allowed"


class FixStyle(StrEnum):
    """What a fail-fast fix makes of the statement (DESIGN §5)."""

    RAISE = "raise"
    UNWRAP = "unwrap"


@dataclass(frozen=True, slots=True)
class Option:
    """One row: its key in TOML, what its value looks like, what it does, who offers it."""

    name: str
    kind: Kind
    help: str
    faces: frozenset[Face]
    choices: tuple[str, ...] = ()

    @property
    def field(self) -> str:
        """The attribute of `Config` that holds the value."""
        return self.name.replace("-", "_")


_TOML = frozenset({Face.PYPROJECT})
_TOML_CLI = _TOML | {Face.CLI}
_TOML_FLAKE8 = _TOML | {Face.FLAKE8}
_ALL = frozenset(Face)

OPTIONS: tuple[Option, ...] = (
    Option("src", Kind.STRINGS, "folders, from the project's root, that imports start from", _TOML_FLAKE8),
    Option("select", Kind.STRINGS, "codes or prefixes of codes to report", _TOML_CLI),
    Option("ignore", Kind.STRINGS, "codes or prefixes of codes not to report", _TOML_CLI),
    Option("per-file-ignores", Kind.PER_FILE, "codes not to report in some files", _TOML),
    Option("exclude", Kind.STRINGS, "files and folders to leave out (as in .gitignore)", _TOML),
    Option("allow", Kind.STRINGS, "names or modules whose fallbacks are always fine (globs)", _TOML_FLAKE8),
    Option(
        "guards", Kind.STRINGS, "functions and decorators that only pass when the import worked", _TOML_FLAKE8
    ),
    Option("requires-python", Kind.PYTHONS, "the Pythons to run on, as in [project]", _TOML),
    Option("distributions", Kind.NAMES, "what to install for an import of another name", _TOML),
    Option("fix-style", Kind.CHOICE, "what a fix makes of the statement", _TOML_CLI, tuple(FixStyle)),
    Option("fix-message", Kind.TEXT, "the message of the raise that a fix writes", _TOML),
    Option("policy", Kind.POLICY, "when a fallback is reported, by origin", _TOML),
    Option("strict", Kind.FLAG, "no fallback is acceptable, whatever its origin", _ALL),
    Option("critical", Kind.GROUPS, "names whose fallbacks are always reported", _TOML),
)

GROUP_OPTIONS: tuple[Option, ...] = (
    Option("names", Kind.STRINGS, "names or qualified names (globs)", _TOML),
    Option("modules", Kind.STRINGS, "modules (globs)", _TOML),
    Option("label", Kind.TEXT, "what these names are, in a few words", _TOML),
    Option("consequence", Kind.TEXT, "what their absence will cause, as sentences", _TOML),
    Option("see", Kind.TEXT, "where to read more", _TOML),
    Option(
        "message",
        Kind.TEXT,
        "the message of the raise that a fix writes, instead of the three sentences",
        _TOML,
    ),
)


def offered(face: Face) -> tuple[Option, ...]:
    """The options that `face` offers, in the order of the table."""
    return tuple(option for option in OPTIONS if face in option.faces)
