"""The Pythons and platforms that code may run on, as a set: a guarded import can fail on some of them only.

A set is an int with one bit for each pair of a version and a platform, so that joining and
intersecting are `|` and `&`.
"""

import builtins
from collections.abc import Callable, Iterable

# Python's documentation lists what each version brought and dropped; 3.0 to 3.15 are or were released.
VERSIONS = ((2, 7), *((3, minor) for minor in range(16)))
# Values of `sys.platform`. WebAssembly and mobile systems are left out: they lack half of the library.
PLATFORMS = ("linux", "darwin", "win32", "cygwin", "freebsd14", "sunos5", "aix")
NOWHERE = 0
EVERYWHERE = (1 << len(VERSIONS) * len(PLATFORMS)) - 1


def where(holds: Callable[[tuple[int, int], str], bool]) -> int:
    """The environments whose version and platform satisfy `holds`."""
    found = NOWHERE
    for row, version in enumerate(VERSIONS):
        for column, platform in enumerate(PLATFORMS):
            if holds(version, platform):
                found |= bit(row, column)
    return found


def bit(row: int, column: int) -> int:
    """The set of one environment, by its places in VERSIONS and PLATFORMS."""
    return 1 << row * len(PLATFORMS) + column


def on(versions: Iterable[tuple[int, int]]) -> int:
    """All environments with one of these versions."""
    wanted = frozenset(versions)
    return where(lambda version, _: version in wanted)


_BY_VERSION = {version: on((version,)) for version in VERSIONS}
_BY_PLATFORM = {
    platform: sum(bit(row, column) for row in range(len(VERSIONS)))
    for column, platform in enumerate(PLATFORMS)
}


def versions(environments: int) -> frozenset[tuple[int, int]]:
    """The versions that occur in some environments."""
    return frozenset(version for version, every in _BY_VERSION.items() if environments & every)


def platforms(environments: int) -> frozenset[str]:
    """The platforms that occur in some environments."""
    return frozenset(platform for platform, every in _BY_PLATFORM.items() if environments & every)


# Without a word from the project: the Pythons that are still maintained, as linters of today assume.
MAINTAINED = where(lambda version, _: version >= (3, 10))
_UNIX = where(lambda _, platform: platform != "win32")
_WINDOWS = EVERYWHERE & ~_UNIX

# https://docs.python.org/3/library/: modules marked "Availability: Unix", and those for Windows alone. What
# is merely an optional part of a build (readline, curses, ssl, tkinter, …) can be missing anywhere.
_UNIX_ONLY = frozenset({"fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty"})
_WINDOWS_ONLY = frozenset({"_winapi", "msvcrt", "nt", "winreg", "winsound"})
# https://docs.python.org/3/whatsnew/: the version that a module came with.
_ADDED = {
    "annotationlib": (3, 14),
    "asyncio": (3, 4),
    "collections.abc": (3, 3),
    "compression": (3, 14),
    "concurrent.futures": (3, 2),
    "configparser": (3, 0),
    "contextvars": (3, 7),
    "dataclasses": (3, 7),
    "enum": (3, 4),
    "faulthandler": (3, 3),
    "graphlib": (3, 9),
    "html.parser": (3, 0),
    "http": (3, 0),
    "importlib.metadata": (3, 8),
    "importlib.resources": (3, 7),
    "ipaddress": (3, 3),
    "pathlib": (3, 4),
    "queue": (3, 0),
    "secrets": (3, 6),
    "selectors": (3, 4),
    "statistics": (3, 4),
    "string.templatelib": (3, 14),
    "tomllib": (3, 11),
    "tracemalloc": (3, 4),
    "typing": (3, 5),
    "unittest.mock": (3, 3),
    "urllib.error": (3, 0),
    "urllib.parse": (3, 0),
    "urllib.request": (3, 0),
    "zoneinfo": (3, 9),
}


# https://docs.python.org/3/whatsnew/: builtins that came with a version.
_NEW_BUILTINS = {
    "BaseExceptionGroup": (3, 11),
    "EncodingWarning": (3, 10),
    "ExceptionGroup": (3, 11),
    "ModuleNotFoundError": (3, 6),
    "PythonFinalizationError": (3, 13),
    "RecursionError": (3, 5),
    "aiter": (3, 10),
    "anext": (3, 10),
    "breakpoint": (3, 7),
}


def is_builtin(name: str, environments: int) -> bool:
    """Whether all of some environments have a builtin of this name."""
    if name in _NEW_BUILTINS:
        return min(versions(environments)) >= _NEW_BUILTINS[name]
    return hasattr(builtins, name)


# Likewise: the version that a part of a module came with.
_ADDED_PARTS = {
    f"{module}.{name}": since
    for module, since, names in (
        ("asyncio", (3, 7), ("create_task", "get_running_loop", "run")),
        ("asyncio", (3, 9), ("to_thread",)),
        ("asyncio", (3, 11), ("Barrier", "Runner", "TaskGroup", "timeout")),
        ("collections", (3, 1), ("Counter", "OrderedDict")),
        ("contextlib", (3, 7), ("AsyncExitStack", "asynccontextmanager", "nullcontext")),
        ("contextlib", (3, 10), ("aclosing",)),
        ("contextlib", (3, 11), ("chdir",)),
        ("datetime", (3, 11), ("UTC",)),
        ("enum", (3, 11), ("StrEnum",)),
        ("functools", (3, 8), ("cached_property", "singledispatchmethod")),
        ("functools", (3, 9), ("cache",)),
        ("itertools", (3, 10), ("pairwise",)),
        ("itertools", (3, 12), ("batched",)),
        ("typing", (3, 8), ("Final", "Literal", "Protocol", "TypedDict", "get_args", "get_origin")),
        ("typing", (3, 9), ("Annotated",)),
        ("typing", (3, 10), ("Concatenate", "ParamSpec", "TypeAlias", "TypeGuard")),
        ("typing", (3, 11), ("LiteralString", "Never", "NotRequired", "Required", "Self", "assert_never")),
        ("typing", (3, 12), ("TypeAliasType", "override")),
        ("unittest", (3, 8), ("IsolatedAsyncioTestCase",)),
        ("unittest.mock", (3, 8), ("AsyncMock",)),
    )
    for name in names
}


def can_work(module: str) -> int:
    """The environments in which an import of `module` (absolute, dotted) may succeed."""
    top = module.partition(".")[0]
    if top in _UNIX_ONLY:
        return _UNIX
    return _WINDOWS if top in _WINDOWS_ONLY else EVERYWHERE


def can_fail(module: str, attr: str | None) -> int:
    """The environments in which an import of `module`, or of `attr` from it, may fail.

    Any of them where the module is not known here: a part of it may be younger than the module.
    """
    top = module.partition(".")[0]
    if top in _UNIX_ONLY:
        return _WINDOWS
    if top in _WINDOWS_ONLY:
        return _UNIX
    since = _ADDED.get(module) if attr is None else _ADDED_PARTS.get(f"{module}.{attr}")
    return EVERYWHERE if since is None else where(lambda version, _: version < since)
