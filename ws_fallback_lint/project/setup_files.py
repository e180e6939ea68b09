"""setup.cfg, setup.py and other files that direct a build. Nothing is executed: only literals are read."""

import ast
import re
from collections.abc import Iterator

from ws_fallback_lint.project.declared import (
    Listed,
    Stated,
    dependencies,
    module_paths,
)
from ws_fallback_lint.project.requirements_txt import is_main
from ws_fallback_lint.project.toml import texts

_MESON_MODULE = r"\bextension_module\s*\(\s*(['\"]){name}\1"
_FILE = "file:"
_REQUIREMENTS_FILE = re.compile(r"[\w./-]*requirements[\w./-]*\.(?:txt|in)")
_DEEPEST = 20
_IN_SETUP = "install_requires of setup.py"


def read_cfg(source: str) -> Stated:
    """What a setup.cfg says; most projects have none."""
    if not source:
        return Stated()
    import configparser

    # Values hold `%` as they please, and a key without a value is no reason to know nothing.
    parser = configparser.RawConfigParser(allow_no_value=True, strict=False)
    try:
        parser.read_string(source)
    except configparser.Error:
        return Stated()
    wanted = parser.get("options", "install_requires", fallback="") or ""
    found = [*dependencies(_lines(wanted), "install_requires of setup.cfg", needed=True)]
    files = [Listed(path, needed=True) for path in _named_files(wanted)]
    if parser.has_section("options.extras_require"):
        for _, extra in parser.items("options.extras_require"):
            found += dependencies(_lines(extra or ""), "extras_require of setup.cfg", needed=False)
            files += [Listed(path, needed=False) for path in _named_files(extra or "")]
    return Stated(
        tuple(found),
        tuple(files),
        parser.get("metadata", "name", fallback="") or "",
        parser.get("options", "python_requires", fallback="") or "",
        is_answer=parser.has_option("options", "install_requires"),
    )


def _lines(value: str) -> list[str]:
    if value.strip().startswith(_FILE):
        return []
    return [line.partition(" #")[0] for line in value.splitlines() if not line.startswith("#")]


def _named_files(value: str) -> list[str]:
    names = value.strip()
    return [name.strip() for name in names[len(_FILE) :].split(",")] if names.startswith(_FILE) else []


def read_py(source: str) -> Stated:
    """What the literals of a setup.py say.

    Dependencies that are computed leave a question: a requirements file that the text names answers it,
    and is read as such.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Stated()
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    names = _constants(tree)
    said = {
        keyword.arg: _value(keyword.value, names)
        for call in calls
        if _called(call) in ("setup", "dict")
        for keyword in call.keywords
    }
    found = [*dependencies(_requirements(said.get("install_requires")), _IN_SETUP, needed=True)]
    extras = said.get("extras_require")
    for extra in extras.values() if isinstance(extras, dict) else ():
        found += dependencies(_requirements(extra), "extras_require of setup.py", needed=False)
    is_computed = "install_requires" in said and said["install_requires"] is None
    files = sorted(_mentioned_files(tree)) if is_computed else []
    return Stated(
        tuple(found),
        tuple(Listed(file, needed=True) for file in files),
        next(iter(texts(said.get("name"))), ""),
        next(iter(texts(said.get("python_requires"))), ""),
        frozenset(_extensions(calls)),
        any(_called(call) == "setup" for call in calls),
    )


def _called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _constants(tree: ast.Module) -> dict[str, ast.expr]:
    """The names that the module binds once, to what."""
    bound: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    bound.setdefault(target.id, []).append(node.value)
    return {name: values[0] for name, values in bound.items() if len(values) == 1}


def _value(node: ast.expr, names: dict[str, ast.expr], depth: int = 0) -> object:
    """What a literal says, names of other literals included; None, also as a part, for all else."""
    deeper = depth + 1
    if deeper > _DEEPEST:
        return None
    match node:
        case ast.Constant(value=value):
            return value
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return [_value(element, names, deeper) for element in elements]
        case ast.Dict(keys=keys, values=values):
            pairs = zip(keys, values, strict=True)
            return {
                key.value: _value(value, names, deeper)
                for key, value in pairs
                if isinstance(key, ast.Constant)
            }
        case ast.Name(id=name) if name in names:
            return _value(names[name], names, deeper)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            both = _value(left, names, deeper), _value(right, names, deeper)
            return [*both[0], *both[1]] if isinstance(both[0], list) and isinstance(both[1], list) else None
        case _:
            return None


def _requirements(value: object) -> list[str]:
    """Setuptools takes a list of requirements, or a text with one on each line."""
    return [line for part in texts(value) for line in part.splitlines()]


def _mentioned_files(tree: ast.Module) -> set[str]:
    held = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    paths = [text for text in held if isinstance(text, str) and _REQUIREMENTS_FILE.fullmatch(text)]
    return {path for path in paths if is_main(path)}


def _extensions(calls: list[ast.Call]) -> Iterator[str]:
    for call in calls:
        if _called(call).endswith("Extension"):
            given = [*call.args[:1], *(k.value for k in call.keywords if k.arg in ("name", "target"))]
            names = (arg.value for arg in given if isinstance(arg, ast.Constant))
            yield from module_paths(name for name in names if isinstance(name, str))


def cffi_scripts(source: str) -> tuple[str, ...]:
    """The scripts that a setup.py lists under `cffi_modules`, by their paths."""
    if "cffi_modules" not in source:
        return ()
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    names = _constants(tree)
    given = [
        texts(_value(keyword.value, names))
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "cffi_modules"
    ]
    return tuple(entry.rpartition(":")[0] for entries in given for entry in entries)


def cffi_modules(source: str) -> frozenset[str]:
    """The modules that a cffi script makes: what it gives to `set_source`."""
    return module_paths(re.findall(r"\.set_source\(\s*[rbuRBU]?['\"]([\w.]+)['\"]", source))


def meson_makes(source: str, name: str) -> bool:
    """Whether a meson.build makes an extension module of this name."""
    return re.search(_MESON_MODULE.format(name=re.escape(name)), source) is not None
