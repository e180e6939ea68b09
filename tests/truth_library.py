"""The libraries that the cases of truth/ import: made up, lenient, and missing on demand."""

import ast
import importlib.abc
import importlib.machinery
import itertools
import re
import types
from collections.abc import Callable, Iterator
from typing import Any

LIBRARIES = ("lib", "other", "third")
_MOST_PARTS = 4
_PATCHES = re.compile(r"\b(patch(\.\w+)?|setattr|delattr)$")


class Lenient(type):
    """What a library gives: a class, since it must serve as a base and in `except`, too."""

    touch: Callable[[], None]

    def __new__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **_: object) -> "Lenient":
        if bases and bases[0] is not Exception:
            Lenient.touch()
        return super().__new__(cls, name, bases, namespace)

    def __init__(cls, *arguments: Any, **_: object) -> None:
        super().__init__(*arguments)

    def __call__(cls, *arguments: Any, **words: Any) -> Any:
        Lenient.touch()
        match arguments:
            case [function] if callable(function) and not words and cls.__module__ == __name__:
                return function  # a decorator
        return super().__call__() if cls.__module__ == __name__ else super().__call__(*arguments, **words)

    def __getattr__(cls, name: str) -> Any:
        return _part(name)

    def __bool__(cls) -> bool:
        return True  # whether it is there is no use of it

    def __instancecheck__(cls, value: object) -> bool:
        Lenient.touch()
        return super().__instancecheck__(value)


def _part(name: str) -> Any:
    Lenient.touch()
    if name.startswith("__"):
        raise AttributeError(name)
    return Lenient(name, (Exception,), dict(_ANSWERS))


def _answer(give: Callable[[], Any]) -> Any:
    def method(_self: Any, *_arguments: Any, **_words: Any) -> Any:
        Lenient.touch()
        return give()

    return method


def _nothing() -> None:
    return None


def _thing() -> Any:
    return _part("Thing")


async def _later() -> Any:
    return _thing()


_OPERATORS = ("add", "radd", "sub", "mul", "truediv", "mod", "matmul", "neg", "invert", "getitem", "enter")
_GIVEN: dict[str, Callable[[], Any]] = {
    **{f"__{name}__": _thing for name in _OPERATORS},
    **{f"__{name}__": _nothing for name in ("exit", "setitem", "delitem")},
    **{f"__{name}__": _later for name in ("aenter", "aexit")},
    **{f"__{name}__": lambda: True for name in ("lt", "gt", "le", "ge", "contains")},
    "__iter__": lambda: iter([1, 2]),
    "__await__": lambda: iter([]),
    "__len__": lambda: 2,
}
for _name, _give in _GIVEN.items():
    setattr(Lenient, _name, _answer(_give))
_ANSWERS: dict[str, Any] = {name: _answer(give) for name, give in _GIVEN.items()}
_ANSWERS["__call__"] = _answer(_thing)
_ANSWERS["__getattr__"] = lambda _self, name: _part(name)
_ANSWERS["__module__"] = __name__


class Library(types.ModuleType):
    """A made-up module."""

    def __getattr__(self, name: str) -> Any:
        if f"{self.__name__}.{name}" in Shelf.missing or name == "__path__":
            raise AttributeError(name)
        return _part(name)


class Shelf(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the libraries, but for what is `missing`: dotted names of modules and of things in them.

    `more` are modules of another platform to make up as well, `absent` modules of this one to hide.
    """

    missing: frozenset[str] = frozenset()
    more: tuple[str, ...] = ()
    absent: frozenset[str] = frozenset()

    def find_spec(self, fullname: str, *_: object) -> importlib.machinery.ModuleSpec | None:
        if fullname in Shelf.absent:
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)
        if fullname.partition(".")[0] not in (*LIBRARIES, *Shelf.more) or fullname in Shelf.missing:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> Library:
        return Library(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """There is nothing to run."""


def parts(tree: ast.Module) -> list[str]:
    """What may be missing, each on its own: the libraries, their submodules and the things in them."""
    found: dict[str, None] = {}
    patched: list[ast.expr] = []
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=func, args=[ast.Constant() as path, *_]) if _PATCHES.search(ast.unparse(func)):
                patched.append(path)  # what a test puts there is no import
            case ast.Constant() if any(node is path for path in patched):
                pass
            case ast.Import(names=names):
                found.update(dict.fromkeys(alias.name for alias in names))
            case ast.ImportFrom(module=str(module), names=names):
                found.update(dict.fromkeys([module, *(f"{module}.{alias.name}" for alias in names)]))
            case ast.Call(
                func=ast.Name(id="getattr" | "hasattr"), args=[owner, ast.Constant(value=str(name)), *_]
            ):
                found[f"{ast.unparse(owner)}.{name}"] = None
            case ast.Constant(value=str(text)):
                found[text] = None
            case _:
                pass
    return [name for name in found if name.partition(".")[0] in LIBRARIES and " " not in name]


def shortages(names: list[str]) -> Iterator[frozenset[str]]:
    """Every set of things that may be missing together; where they are many, each alone and all."""
    few = len(names) <= _MOST_PARTS
    for size in range(1, len(names) + 1) if few else (1, len(names)):
        for chosen in itertools.combinations(names, size):
            if size == len(names) or not any(one.startswith(f"{two}.") for one in chosen for two in chosen):
                yield frozenset(chosen)
