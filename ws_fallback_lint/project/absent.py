"""First-party modules, and names in them, that do not exist: an import of one fails on every machine.

What a module may get in a way that its text does not show is never called absent.
"""

import ast
import difflib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ws_fallback_lint.analysis.guarded import Imported
from ws_fallback_lint.analysis.module import Module
from ws_fallback_lint.analysis.names import from_module, written
from ws_fallback_lint.core.config import Config
from ws_fallback_lint.core.options import Origin
from ws_fallback_lint.core.source import utf8
from ws_fallback_lint.project.homes import module_at
from ws_fallback_lint.project.origins import whence
from ws_fallback_lint.project.place import Place, absolute_in
from ws_fallback_lint.project.roots import Found, Project

# Words of a module that can give it names which no statement binds, or a package modules from elsewhere.
_OPEN = re.compile(
    rb"\b(?:__getattr__|globals|locals|vars|exec|eval|setattr|__dict__|__path__|extend_path|sys\.modules|lazy\w*)\b"
)
# Modules that are brought in by a star, one by the other.
_MOST_STARS = 50


@dataclass(frozen=True, slots=True)
class Absent:
    """What is missing: a module, by its absolute name, or a `name` in it; `nearest` is what comes close."""

    module: str
    name: str | None
    nearest: str | None


class Inventory:
    """Answers for the imports of one file."""

    def __init__(self, project: Project, config: Config) -> None:
        self._project = project
        self._config = config
        self._names: dict[str, frozenset[str] | None] = {}

    def of(self, ref: Imported) -> Absent | None:
        """What an import asks for in vain; None where it may be there."""
        project = self._project
        module = project.absolute(ref.module)
        places = project.locate(module)
        if not places or any(map(self._is_open, places)) or project.is_around(module.partition(".")[0]):
            return None
        if whence(ref.module, ref.attr, project, self._config).origin is not Origin.FIRST_PARTY:
            return None
        last = places[-1]
        if last.name != module:
            return self._without_module(last, module)
        if ref.attr in (None, "*"):
            return None
        return self._without_name(last, module, str(ref.attr))

    def _without_module(self, package: Place, module: str) -> Absent | None:
        """The outermost module on the way to another that a package, or a bare folder in it, lacks."""
        found, folder = package.name, os.path.dirname(package.path)
        if package.package != package.name:
            return Absent(f"{found}.{module[len(found) + 1 :].partition('.')[0]}", None, None)
        for part in module[len(package.name) + 1 :].split("."):
            match self._project.find(f"{found}.{part}", None):
                case Found.HERE:
                    found, folder = f"{found}.{part}", os.path.join(folder, part)
                case Found.ABSENT if not any(
                    self._sets(path, part) for path in self._project.sources(folder)
                ):
                    near = difflib.get_close_matches(part, sorted(self._modules(folder)), 1)
                    return Absent(f"{found}.{part}", None, f"{found}.{near[0]}" if near else None)
                case _:
                    return None
        return None

    def _without_name(self, place: Place, module: str, name: str) -> Absent | None:
        if self._project.neighbours.defines(place.path, name):
            return None  # as nearly always: the module is not parsed in vain
        names = self._bound(place)
        if names is None or name in names or re.fullmatch(r"__\w+__", name):
            return None
        is_package = place.package == place.name
        if is_package and self._project.find(f"{module}.{name}", None) in (Found.HERE, Found.BUILT):
            return None
        if any(self._sets(path, name) for path in self._around(place)):
            return None
        beside = self._modules(os.path.dirname(place.path)) if is_package else set()
        near = difflib.get_close_matches(name, sorted(names | beside), 1)
        return Absent(module, name, near[0] if near else None)

    def _modules(self, folder: str) -> set[str]:
        entries = self._project.entries(folder)
        names = {entry.removesuffix(".py") for entry in entries if entry.endswith(".py") or "." not in entry}
        return names - {"__init__", "__pycache__"}

    def _is_open(self, place: Place) -> bool:
        known = self._project.neighbours
        return not known.is_readable(place.path) or bool(_OPEN.search(known.data(place.path)))

    def _bound(self, place: Place) -> frozenset[str] | None:
        """Every name that a module may have at its top level; None if it may be any."""
        if place.path not in self._names:
            self._names[place.path] = self._gathered(place)
        return self._names[place.path]

    def _gathered(self, place: Place) -> frozenset[str] | None:
        found: set[str] = set()
        waiting, met = [place], {place}
        while waiting:
            one = waiting.pop()
            module = None if self._is_open(one) or len(met) > _MOST_STARS else module_at(one, self._project)
            if module is None:
                return None
            found.update(name for statement in module.tree.body for name in written(statement))
            found |= module.facts.declared_global
            found.update(node.name for node in module.nodes.of(ast.MatchAs) if node.name)
            for star in self._stars(one, module):
                if star is None:
                    return None
                if star not in met:
                    met.add(star)
                    waiting.append(star)
        return frozenset(found)

    def _stars(self, place: Place, module: Module) -> Iterator[Place | None]:
        """The modules of which a module takes all names; None for one that is not here."""
        for node in module.nodes.of(ast.ImportFrom):
            if any(alias.name == "*" for alias in node.names):
                name = absolute_in(place, from_module(node))
                located = self._project.locate(name)
                yield located[-1] if located and located[-1].name == name else None

    def _around(self, place: Place) -> list[str]:
        """Files that may set an attribute of a module: those beside it, and this one."""
        return [*self._project.sources(os.path.dirname(place.path)), self._project.file.path]

    def _sets(self, path: str, name: str) -> bool:
        """Whether a file gives some object an attribute of that name, or has cffi make a module of it."""
        data, word = self._project.neighbours.data(path), utf8(name)
        if word not in data:
            return False
        word = re.escape(word)
        return bool(
            re.search(rb"\.%s\s*(?::[^=\n]+)?=(?!=)|set_source\(\s*['\"][\w.]*\b%s['\"]" % (word, word), data)
        )
