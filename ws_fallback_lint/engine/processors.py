"""How many processors this process may use."""

import math
import os
from collections.abc import Iterator

from ws_fallback_lint.core.errors import NotAnalyzed
from ws_fallback_lint.engine.disk import read

# Of a control group (Linux, version 2), which is how containers are given their share.
_OWN_GROUP = "/proc/self/cgroup"
_GROUPS = "/sys/fs/cgroup"


def usable_processors() -> int:
    """As many as the system lets this process run on, but no more than its control group pays for."""
    counted = getattr(os, "process_cpu_count", None)  # Python 3.13 has it
    allowed = getattr(os, "sched_getaffinity", None)  # Linux has it
    number = counted() if counted else len(allowed(0)) if allowed else os.cpu_count()
    return min([number or 1, *_paid_for()])


def _paid_for() -> Iterator[int]:
    """What this process's group, and each that it is part of, may use; parts of a processor count as one."""
    for line in _text(_OWN_GROUP).splitlines():
        if line.startswith("0::/"):
            path = line.removeprefix("0::").rstrip("/")
            while True:
                quota, _, period = _text(f"{_GROUPS}{path}/cpu.max").strip().partition(" ")
                if quota.isdecimal() and period.isdecimal():
                    yield max(1, math.ceil(int(quota) / int(period)))
                if not path:
                    return
                path = path.rpartition("/")[0]


def _text(path: str) -> str:
    try:
        return read(path).decode("utf-8", "replace")
    except NotAnalyzed:
        return ""
