"""The guard functions that the configuration lists."""

from dataclasses import dataclass

from ws_fallback_lint.core.config import Config, matches_any
from ws_fallback_lint.project.roots import Project


@dataclass(frozen=True, slots=True)
class ListedGuards:
    """The guard functions that the configuration lists, as one file calls them."""

    config: Config
    project: Project

    def hold(self, name: str) -> bool:
        """Whether a function of this or another module, by its qualified name, is one of them."""
        if not self.config.guards:
            return False
        names = [name, self.project.absolute(name), f"{self.project.module}.{name}"]
        return matches_any(self.config.guards, names)
