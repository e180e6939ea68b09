"""What earlier runs found out about files that are still the same, as is all that it rests on."""

import json
import os
import sys
from collections.abc import Sequence
from functools import cache
from hashlib import blake2b

from ws_fallback_lint import __version__
from ws_fallback_lint.core.config import Config
from ws_fallback_lint.core.results import Result
from ws_fallback_lint.engine import states
from ws_fallback_lint.engine.cache import Answer, Cache
from ws_fallback_lint.engine.disk import shown
from ws_fallback_lint.engine.files import Target
from ws_fallback_lint.engine.plain import made, plain
from ws_fallback_lint.engine.run import Checked, Mode, Order
from ws_fallback_lint.engine.states import State


class Recall:
    """The memory of one run, in a cache."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._now: dict[str, bytes] = {}

    def known(self, targets: Sequence[Target], order: Order) -> dict[str, Checked]:
        """What is known of some files, by their paths."""
        if not self._cache.exists:
            return {}
        keys = {self._key(target, self._state(target.path), order): target for target in targets}
        found = self._cache.find(list(keys), self._holds)
        recalled = ((keys[key].path, _decoded(value, keys[key])) for key, value in found.items())
        return {path: checked for path, checked in recalled if checked and _may_stand(checked, order)}

    def keep(self, targets: Sequence[Target], done: Sequence[Checked], order: Order) -> None:
        """Remember what was found out about some files."""
        answers = [
            Answer(self._key(target, basis.digest, order), _encoded(checked), basis.states)
            for target, checked in zip(targets, done, strict=True)
            if (basis := checked.basis) and not checked.result.problems and _may_stand(checked, order)
        ]
        if answers:
            self._cache.keep(answers)

    def _state(self, path: str) -> bytes:
        full = os.path.abspath(path)
        if full not in self._now:
            self._now[full] = states.now(full)
        return self._now[full]

    def _holds(self, state: State) -> bool:
        path, digest = state
        if path not in self._now:
            self._now[path] = states.now(path)
        return self._now[path] == digest

    def _key(self, target: Target, digest: bytes, order: Order) -> bytes:
        """All that what is said of a file depends on but for what else was looked at."""
        where = (os.path.abspath(target.path), shown(target.path), target.root, target.externals)
        asked = (order.fixes, order.excerpts, _of_config(target.config))
        text = repr((where, asked)).encode(errors="surrogateescape")
        return blake2b(_of_tool() + digest + text, digest_size=16).digest()


def _may_stand(checked: Checked, order: Order) -> bool:
    """Whether it is all that is wanted: where something is fixed, or shown to be, the file is looked at."""
    return order.mode is Mode.CHECK or not (checked.result.findings or checked.fixed)


def _encoded(checked: Checked) -> bytes:
    if not (checked.result.findings or checked.result.links):
        return b""  # as nearly always
    result = checked.result
    return json.dumps(plain((result.findings, result.links, checked.encoding, checked.excerpts))).encode()


def _decoded(value: bytes, target: Target) -> Checked | None:
    if not value:
        return Checked(Result(shown(target.path)))
    from ws_fallback_lint.core.findings import Finding, Link

    kind = tuple[tuple[Finding, ...], tuple[Link, ...], str, tuple[tuple[int, str], ...]]
    try:
        findings, links, encoding, excerpts = made(kind, json.loads(value))
    except (TypeError, ValueError):
        return None  # nothing that we have written
    return Checked(Result(shown(target.path), findings, (), links), encoding=encoding, excerpts=excerpts)


@cache
def _of_config(config: Config) -> bytes:
    return states.of_data(repr(config).encode(errors="surrogateescape"))


@cache
def _of_tool() -> bytes:
    """This very version of the tool, the Python that runs it, and where that finds what is installed."""
    package = os.path.dirname(os.path.dirname(__file__))
    sources = (
        (path, os.stat(path))
        for folder, _, names in sorted(os.walk(package))
        for path in (os.path.join(folder, name) for name in sorted(names) if name.endswith(".py"))
    )
    own = [(path, stat.st_size, stat.st_mtime_ns) for path, stat in sources]
    return states.of_data(repr((__version__, own, sys.version, sys.path)).encode(errors="surrogateescape"))
