"""What Python says of itself and of its platform in one environment."""

from dataclasses import dataclass
from typing import Any

from ws_fallback_lint.analysis.where import Where

SYSTEMS = {"linux": "Linux", "darwin": "Darwin", "win32": "Windows", "freebsd14": "FreeBSD"}
SYSTEMS |= {"sunos5": "SunOS", "aix": "AIX", "cygwin": "CYGWIN_NT-10.0"}
BY_PLATFORM = frozenset(
    {
        *("sys.platform", "os.name", "os.sep", "os.linesep", "os.pathsep", "platform.system"),
        *("test.support.MS_WINDOWS", "test.support.has_fork_support"),
    }
)
BY_VERSION = frozenset({"sys.version_info", "sys.hexversion", "six.PY2", "six.PY3", "six.PY34"})


class Open:
    """A value that may be anything."""


OPEN = Open()


@dataclass(frozen=True, slots=True)
class Spot:
    """One environment, with all that is known there."""

    version: tuple[int, int, int]
    platform: str
    where: Where


def named(name: str, spot: Spot) -> Any:
    """What a dotted name holds there; OPEN where that is not known."""
    major, minor, micro = spot.version
    windows = spot.platform == "win32"
    if name.rpartition(".")[2] == "TYPE_CHECKING":
        return False
    values: dict[str, object] = {
        "sys.version_info": (*spot.version, "final", 0),
        "sys.version_info.major": major,
        "sys.version_info.minor": minor,
        "sys.version_info.micro": micro,
        "sys.hexversion": major << 24 | minor << 16 | micro << 8 | 0xF0,
        "six.PY2": major == 2,  # noqa: PLR2004 - the number of a version
        "six.PY3": major == 3,  # noqa: PLR2004 - likewise
        "six.PY34": spot.version >= (3, 4),
        "sys.platform": spot.platform,
        "test.support.MS_WINDOWS": windows,
        "test.support.has_fork_support": not windows,
        "os.name": "nt" if windows else "posix",
        "os.sep": "\\" if windows else "/",
        "os.pathsep": ";" if windows else ":",
        "os.linesep": "\r\n" if windows else "\n",
    }
    return values.get(name, OPEN)
