"""What is known of files from other runs, as a run asks for it."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from ws_fallback_lint.engine.files import Target
from ws_fallback_lint.engine.run import Checked, Order


class Memory(Protocol):
    """Answers for the files of one run."""

    def known(self, targets: Sequence[Target], order: Order) -> Mapping[str, Checked]:
        """What still counts of some files, by their paths."""

    def keep(self, targets: Sequence[Target], done: Sequence[Checked], order: Order) -> None:
        """Remember what became of some files."""
