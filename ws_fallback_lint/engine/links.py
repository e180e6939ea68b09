"""Between the files of a run: what one file loses and another dies of is told where it is lost."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ws_fallback_lint.core.results import Result
from ws_fallback_lint.engine.files import Target

if TYPE_CHECKING:
    from ws_fallback_lint.core.findings import External, Link


@dataclass(frozen=True, slots=True)
class Links:
    """The files of a run that answer for findings in others, by the paths of those files.

    `externals` are what each has to know then.
    """

    targets: dict[str, Target]
    externals: "dict[str, tuple[External, ...]]"

    @classmethod
    def between(cls, targets: Sequence[Target], results: Sequence[Result]) -> "Links":
        """Find them among the results of all files; one that could not be looked at answers for none."""
        both = zip(targets, results, strict=True)
        links = cls({os.path.abspath(target.path): target for target, one in both if not one.failed}, {})
        for link in (link for result in results for link in result.links if links.answers(link)):
            known = links.externals.get(link.path, ())
            links.externals[link.path] = (*known, link.external)
        return links

    def answers(self, link: "Link") -> bool:
        """Whether the file where a name is lost is in the run, and can and may say so."""
        target = self.targets.get(link.path)
        return target is not None and target.config.selects(link.code, True)

    def of(self, target: Target) -> "tuple[External, ...]":
        """What a file has to know of the others."""
        return self.externals.get(os.path.abspath(target.path), ())

    def without_answered(self, result: Result) -> Result:
        """What is left to say of a file where others answer."""
        if not result.links:
            return result
        answered = {link.finding for link in result.links if self.answers(link)}
        return replace(result, findings=tuple(one for one in result.findings if one not in answered))
