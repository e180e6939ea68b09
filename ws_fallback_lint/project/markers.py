"""Environment markers (PEP 508): where a conditional dependency counts."""

from collections.abc import Iterator
from functools import cache

from ws_fallback_lint.analysis.environments import NOWHERE, PLATFORMS, VERSIONS, bit

# A minor version counts when its first and its late releases satisfy a marker.
_MICROS = (0, 99)
# Implementations and machines are not ours to know: what asks for one of them does not hold everywhere.
_KINDS = (("CPython", "x86_64"), ("PyPy", "x86_64"), ("CPython", "riscv64"))
# https://docs.python.org/3/library/platform.html#platform.system
_SYSTEMS = ("Linux", "Darwin", "Windows", "CYGWIN_NT-10.0", "FreeBSD", "SunOS", "AIX")


@cache
def holding(marker: str, environments: int) -> int:
    """Those of some environments in which a marker certainly holds; none for a text that is no marker."""
    from packaging.markers import (  # costs more than most files do
        InvalidMarker,
        Marker,
        UndefinedComparison,
        UndefinedEnvironmentName,
    )

    try:
        wanted = Marker(marker)
    except InvalidMarker:
        return NOWHERE
    found = NOWHERE
    for row, version in enumerate(VERSIONS):
        for column in range(len(PLATFORMS)):
            place = environments & bit(row, column)
            try:
                if place and all(wanted.evaluate(given) for given in _variants(version, column)):
                    found |= place
            except (UndefinedComparison, UndefinedEnvironmentName):
                return NOWHERE
    return found


def _variants(version: tuple[int, int], column: int) -> Iterator[dict[str, str]]:
    short = f"{version[0]}.{version[1]}"
    for micro in _MICROS:
        for implementation, machine in _KINDS:
            yield {
                "extra": "",
                "implementation_name": implementation.lower(),
                "implementation_version": f"{short}.{micro}",
                "os_name": "nt" if PLATFORMS[column] == "win32" else "posix",
                "platform_machine": machine,
                "platform_python_implementation": implementation,
                "platform_release": "",
                "platform_system": _SYSTEMS[column],
                "platform_version": "",
                "python_full_version": f"{short}.{micro}",
                "python_version": short,
                "sys_platform": PLATFORMS[column],
            }
