"""Find and read the configuration of a file (DESIGN §7).

The nearest pyproject.toml above a file is the one that counts, whether it has our table or not.
First-party modules and dependencies are looked up from the nearest folder that holds any of `_ROOT_FILES`;
where there is none above the file, from the nearest one with a requirements.txt.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ws_fallback_lint.core.config import Config
from ws_fallback_lint.core.errors import ConfigError, NotAnalyzed
from ws_fallback_lint.core.limits import MOST_BYTES_OF_SETTINGS
from ws_fallback_lint.engine.disk import is_ours, read
from ws_fallback_lint.project.requires import requires_python

if TYPE_CHECKING:
    from ws_fallback_lint.engine.patterns import Patterns

TABLE = "ws-fallback-lint"
_LOOSE_FILE = "requirements.txt"
_ROOT_FILES = ("pyproject.toml", "setup.cfg", "setup.py")


class ConfigFileError(ConfigError):
    """A configuration file that cannot be used. `path` is absolute, `line` and `column` 1-based.

    `reason` is the message without the place; `str()` has both.
    """

    def __init__(self, path: str, reason: str, line: int = 1, column: int = 1) -> None:
        place = f":{line}:{column}" if (line, column) != (1, 1) else ""
        super().__init__(f"{path}{place}: {reason}")
        self.path = path
        self.reason = reason
        self.line = line
        self.column = column


@dataclass(frozen=True)
class Settings:
    """What counts for the files of one folder.

    `base` is the folder that patterns count from, `root` the one that first-party modules are looked up
    from (None: no project file above), `config_path` the file the configuration was read from. All absolute.
    """

    config: Config
    base: str
    root: str | None = None
    config_path: str | None = None

    def excluded(self, path: str, folder: bool = False) -> bool:
        """Whether `exclude` leaves out a path, be it through a folder above it."""
        return bool(self.config.exclude) and self._exclude.covers(os.path.abspath(path), folder)

    def ignored_codes(self, path: str) -> tuple[str, ...]:
        """The codes, or beginnings of codes, that `per-file-ignores` silences for a file."""
        if not self.config.per_file_ignores:
            return ()
        place = os.path.abspath(path)
        ignored = [codes for patterns, codes in self._ignores if patterns.covers(place)]
        return tuple(sorted({code for codes in ignored for code in codes}))

    def config_for(self, path: str) -> Config:
        """The configuration with what `per-file-ignores` says of this file put into `ignore`."""
        extra = self.ignored_codes(path)
        return replace(self.config, ignore=(*self.config.ignore, *extra)) if extra else self.config

    @cached_property
    def _exclude(self) -> "Patterns":
        from ws_fallback_lint.engine.patterns import Patterns

        return Patterns.of(self.base, self.config.exclude)

    @cached_property
    def _ignores(self) -> "tuple[tuple[Patterns, tuple[str, ...]], ...]":
        from ws_fallback_lint.engine.patterns import Patterns

        ignores = self.config.per_file_ignores
        return tuple((Patterns.of(self.base, (pattern,)), codes) for pattern, codes in ignores)

    def refused(self) -> tuple[tuple[str, str], ...]:
        """The patterns that are none, each behind the key that holds it."""
        if not (self.config.exclude or self.config.per_file_ignores):
            return ()
        ignores = [("per-file-ignores", line) for patterns, _ in self._ignores for line in patterns.refused]
        excludes = self._exclude.refused if self.config.exclude else ()
        return (*(("exclude", line) for line in excludes), *ignores)


class Finder:
    """Finds the settings of files and remembers what each folder and each configuration file gave.

    `explicit` is a configuration file that counts for every file; it must hold our table. `overrides` are
    options as the table would hold them; they win over what files say, and `said_by` names them in errors.
    Raises ConfigError at once for overrides that are wrong and for an explicit file that cannot be used.
    """

    def __init__(
        self,
        explicit: str | None = None,
        overrides: Mapping[str, Any] | None = None,
        said_by: str = "the command line",
    ) -> None:
        self._overrides = dict(overrides or {})
        self._said_by = said_by
        self._folders: dict[str, _Above] = {}
        self._configs: dict[str, Config | ConfigFileError] = {}
        self._settings: dict[tuple[str | None, str | None], Settings] = {}
        self._default = self._overridden(Config())
        self._explicit = os.path.abspath(explicit) if explicit is not None else None
        if self._explicit is not None:
            self._config(self._explicit, needed=True)

    def find(self, path: str) -> Settings:
        """The settings of a file, which need not exist.

        Raises ConfigFileError, for every file anew, when the configuration file cannot be used.
        """
        above = self._look_up(os.path.dirname(os.path.abspath(path)))
        config_path = self._explicit or above.config
        root = above.root or above.loose
        key = config_path, root
        if key not in self._settings:
            config = self._config(config_path) if config_path else self._default
            base = os.path.dirname(config_path) if config_path else os.getcwd()
            settings = Settings(config, base, root, config_path)
            for option, line in settings.refused():
                reason = f"'{option}' holds {line!r}, which is no pattern as .gitignore knows them"
                raise ConfigFileError(config_path or base, f"[tool.{TABLE}]: {reason}")
            self._settings[key] = settings
        return self._settings[key]

    def _look_up(self, folder: str) -> "_Above":
        """What lies nearest, from `folder` upwards."""
        climbed = []
        found = self._folders.get(folder)
        while found is None:
            climbed.append(folder)
            parent = os.path.dirname(folder)
            found = _Above() if parent == folder else self._folders.get(parent)
            folder = parent
        for lower in reversed(climbed):
            found = self._folders[lower] = _held(lower, found)
        return found

    def _config(self, path: str, needed: bool = False) -> Config:
        if path not in self._configs:
            try:
                self._configs[path] = self._overridden(_read(path, needed))
            except ConfigFileError as error:
                self._configs[path] = error
        known = self._configs[path]
        if isinstance(known, ConfigFileError):
            raise known
        return known

    def _overridden(self, config: Config) -> Config:
        if not self._overrides:
            return config
        from ws_fallback_lint.core.parse import parse

        return parse(self._overrides, self._said_by, config)


def find(path: str, explicit: str | None = None) -> Settings:
    """The settings of one file, for a caller that asks once; `Finder` is for many.

    Raises ConfigError when the configuration cannot be used.
    """
    return Finder(explicit).find(path)


@dataclass(frozen=True, slots=True)
class _Above:
    """The nearest pyproject.toml, folder with a root file, and folder with a requirements.txt."""

    config: str | None = None
    root: str | None = None
    loose: str | None = None


def _held(folder: str, above: _Above) -> _Above:
    files = [os.path.join(folder, name) for name in _ROOT_FILES]
    held = [os.path.isfile(file) for file in files]
    return _Above(
        files[0] if held[0] else above.config,
        folder if any(held) else above.root,
        folder if os.path.isfile(os.path.join(folder, _LOOSE_FILE)) else above.loose,
    )


def _read(path: str, needed: bool) -> Config:
    import tomli  # not wanted at start-up: many a folder has no pyproject.toml

    try:
        document = tomli.loads(read(path, MOST_BYTES_OF_SETTINGS).decode())
    except NotAnalyzed as error:
        raise ConfigFileError(path, error.reason) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigFileError(path, "is not UTF-8, as TOML must be", line) from error
    except tomli.TOMLDecodeError as error:
        raise ConfigFileError(path, f"is not TOML: {error.msg}", error.lineno, error.colno) from error
    except RecursionError as error:
        raise ConfigFileError(path, "is nested too deeply to be read") from error
    base = Config(requires_python=requires_python(document))
    tools = document.get("tool", {})
    table = tools.get(TABLE) if isinstance(tools, dict) else tools
    if table is None and not needed:
        return base
    if not isinstance(table, dict):
        wrong = f"has no table [tool.{TABLE}]" if table is None else f"'tool.{TABLE}' must be a table"
        raise ConfigFileError(path, wrong)
    from ws_fallback_lint.core.parse import parse

    try:
        config = parse(table, f"[tool.{TABLE}]", base)
    except ConfigError as error:
        raise ConfigFileError(path, str(error)) from error
    home = os.path.dirname(path)
    outside = next((one for one in config.src if not is_ours(home, one)), None)
    if outside is not None and not needed:  # whoever names a file by --config knows what is in it
        reason = f"'src' holds {outside!r}, which lies neither in the project nor in its repository"
        raise ConfigFileError(path, f"[tool.{TABLE}]: {reason}; only a file named by --config may do so")
    return config
