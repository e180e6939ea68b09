"""What the files of one project folder say together; each is read when a verdict first needs it, and once."""

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from ws_fallback_lint.analysis.environments import NOWHERE
from ws_fallback_lint.core.options import Origin
from ws_fallback_lint.project import pyproject, requirements_txt, setup_files
from ws_fallback_lint.project.declared import Dependency, Listed, Stated, normalised
from ws_fallback_lint.project.manifest import Sources
from ws_fallback_lint.project.markers import holding
from ws_fallback_lint.project.pythons import admitted


@dataclass(frozen=True, slots=True)
class Declared:
    """That a distribution is declared: `required` or `optional`, and where."""

    origin: Origin
    where: str


class Declarations:
    """What one project declares."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    @cached_property
    def requires_python(self) -> str:
        """As `Manifest` has it."""
        return next((said.requires_python for said in self._stated if said.requires_python), "")

    @cached_property
    def built(self) -> frozenset[str]:
        """Modules that a build makes, as in `Stated.built`."""
        scripts = setup_files.cffi_scripts(self._text("setup.py"))
        made = [said.built for said in self._stated]
        return frozenset().union(*made, *(setup_files.cffi_modules(self._text(path)) for path in scripts))

    def makes(self, path: str) -> bool:
        """As `Manifest` has it."""
        deep = tuple(f"/{made}" for made in self.built if "/" in made)
        if path.removeprefix("src/") in self.built or path.endswith(deep):
            return True
        folder, name = posixpath.split(path)
        return setup_files.meson_makes(self._text(posixpath.join(folder, "meson.build")), name)

    def declared(self, names: Iterable[str], top: str, environments: int) -> Declared | None:
        """As `Manifest` has it."""
        found = [self._dependencies[name] for name in names if name in self._dependencies]
        if not found and top in self._provided:
            found = [self._dependencies[name] for name in self._provided[top]]
        ways = [_declared(entries, environments) for entries in found]
        return next((way for way in ways if way.origin is Origin.REQUIRED), ways[0] if ways else None)

    @cached_property
    def _stated(self) -> tuple[Stated, ...]:
        """What the project's own files say, those first that build tools believe first."""
        return (
            pyproject.read(self._sources.document()),
            setup_files.read_cfg(self._text("setup.cfg")),
            setup_files.read_py(self._text("setup.py")),
        )

    @cached_property
    def _dependencies(self) -> dict[str, tuple[Dependency, ...]]:
        own = {normalised(said.name) for said in self._stated if said.name}
        found: dict[str, list[Dependency]] = {}
        named = [listed for said in self._stated for listed in said.files]
        for said in (*self._stated, *self._requirements([*named, *self._loose()])):
            for entry in said.dependencies:
                if entry.name not in own:
                    found.setdefault(entry.name, []).append(entry)
        return {name: tuple(entries) for name, entries in found.items()}

    @cached_property
    def _provided(self) -> dict[str, tuple[str, ...]]:
        """The needed distributions that bring a package, by its name, as far as they are installed."""
        provided: dict[str, list[str]] = {}
        for name in (name for name, entries in self._dependencies.items() if any(e.needed for e in entries)):
            for package in self._sources.provides(name):
                provided.setdefault(package, []).append(name)
        return {package: tuple(names) for package, names in provided.items()}

    def _loose(self) -> Iterator[Listed]:
        """Requirements files that lie about: they say what is needed where nothing else does."""
        answered = any(said.is_answer for said in self._stated)
        for folder in ("", "requirements"):
            for name in sorted(self._sources.names(folder)):
                if requirements_txt.is_one(folder, name):
                    yield Listed(
                        posixpath.join(folder, name), not answered and requirements_txt.is_main(name)
                    )

    def _requirements(self, files: Iterable[Listed]) -> Iterator[Stated]:
        """Requirements files, and those that they name."""
        waiting = list(files)
        seen = set()
        while waiting:
            listed = waiting.pop(0)
            if listed in seen:
                continue
            seen.add(listed)
            said = requirements_txt.read(self._text(listed.path), listed.path, needed=listed.needed)
            yield said
            folder = posixpath.dirname(listed.path)
            waiting += [
                Listed(posixpath.normpath(posixpath.join(folder, inner.path)), inner.needed)
                for inner in said.files
            ]

    def _text(self, path: str) -> str:
        return self._sources.read(path) or ""


def _declared(entries: tuple[Dependency, ...], environments: int) -> Declared:
    """How a distribution with some entries is declared: several may share the environments out."""
    needed = [entry for entry in entries if entry.needed]
    covered = NOWHERE
    for entry in needed:
        covered |= _covered(entry, environments)
    if needed and not environments & ~covered:
        return Declared(Origin.REQUIRED, needed[0].where)
    return Declared(Origin.OPTIONAL, entries[0].where)


def _covered(entry: Dependency, environments: int) -> int:
    within = environments & admitted(entry.pythons) if entry.pythons else environments
    return holding(entry.marker, within) if entry.marker else within
