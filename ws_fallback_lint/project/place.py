"""Where a module of the project lies, and what its relative imports stand for."""

import os
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Place:
    """A module of the project, by the name it is imported under."""

    path: str
    name: str = field(compare=False)

    @property
    def package(self) -> str:
        """What its relative imports start from."""
        is_package = os.path.basename(self.path) == "__init__.py"
        return self.name if is_package else self.name.rpartition(".")[0]

    @property
    def root(self) -> str:
        """The folder that its name starts from."""
        folder = os.path.dirname(self.path)
        for _ in range(self.package.count(".") + 1 if self.package else 0):
            folder = os.path.dirname(folder)
        return folder


def absolute_in(place: Place, module: str) -> str:
    """The absolute name of a module that one of the project writes; empty where it leaves the top package."""
    name = module.lstrip(".")
    level = len(module) - len(name)
    if not level:
        return name
    package = place.package.split(".") if place.package else []
    parents = package[: len(package) - level + 1] if level <= len(package) else []
    return ".".join([*parents, name] if name else parents) if parents else ""
