"""Print each run-time dependency of pyproject.toml at its lower bound, one requirement a line."""

import re
import tomllib
from pathlib import Path

_BOUND = re.compile(r"([A-Za-z0-9_.-]+)>=([0-9.]+)")


def lowest(requirements: list[str]) -> list[str]:
    """Turn `name>=1.2` into `name==1.2`; raises ValueError for anything else."""
    pinned = []
    for requirement in requirements:
        bound = _BOUND.fullmatch(requirement)
        if bound is None:
            raise ValueError(f"{requirement!r} is not a plain lower bound")
        pinned.append("==".join(bound.groups()))
    return pinned


if __name__ == "__main__":
    pyproject = Path(__file__).parents[1] / "pyproject.toml"
    project = tomllib.loads(pyproject.read_text("utf-8"))["project"]
    print("\n".join(lowest(project["dependencies"])))
