"""pyproject.toml, already read as TOML: what its tables say of dependencies and builds."""

import re
from collections.abc import Iterator

from ws_fallback_lint.project import poetry
from ws_fallback_lint.project.declared import (
    Dependency,
    Listed,
    Stated,
    dependencies,
    module_paths,
)
from ws_fallback_lint.project.requires import requires_python
from ws_fallback_lint.project.toml import table, text, texts

# Tables in which a version is written into a module, and the keys that name its file.
_VERSION_FILES = (
    (("tool", "setuptools_scm"), ("write_to", "version_file")),
    (("tool", "hatch", "build", "hooks", "vcs"), ("version-file",)),
    (("tool", "pdm", "version"), ("write_to",)),
    (("tool", "pdm", "build"), ("version_file",)),
    (("tool", "versioningit", "write"), ("file",)),
)


def read(document: dict[str, object]) -> Stated:
    """What a pyproject.toml says."""
    project = table(document, "project")
    by_poetry = poetry.read(table(document, "tool", "poetry"))
    found = [*dependencies(project.get("dependencies"), "[project] dependencies", needed=True)]
    for extra in table(project, "optional-dependencies").values():
        found += dependencies(extra, "[project.optional-dependencies]", needed=False)
    for tool, key in (("uv", "dev-dependencies"), ("pdm", "dev-dependencies")):
        groups = table(document, "tool", tool).get(key)
        for group in groups.values() if isinstance(groups, dict) else [groups]:
            found += dependencies(group, f"[tool.{tool}] {key}", needed=False)
    files = tuple(_files(document))
    is_static = bool(project) and "dependencies" not in texts(project.get("dynamic"))
    return Stated(
        (*found, *_groups(table(document, "dependency-groups")), *by_poetry.dependencies),
        files,
        text(project.get("name")) or by_poetry.name,
        requires_python(document),
        frozenset(_built(document)),
        is_static or by_poetry.is_answer or any(file.needed for file in files),
    )


def _groups(groups: dict[str, object]) -> Iterator[Dependency]:
    """PEP 735. What a group includes is another group, so to read each of them is to read them all."""
    for group in groups.values():
        yield from dependencies(group, "[dependency-groups]", needed=False)


def _files(document: dict[str, object]) -> Iterator[Listed]:
    dynamic = table(document, "tool", "setuptools", "dynamic")
    for path in texts(table(dynamic, "dependencies").get("file")):
        yield Listed(path, needed=True)
    for extra in table(dynamic, "optional-dependencies").values():
        for path in texts(table(extra).get("file")):
            yield Listed(path, needed=False)
    hook = table(document, "tool", "hatch", "metadata", "hooks", "requirements_txt")
    for path in texts(hook.get("files")):
        yield Listed(path, needed=True)


def _built(document: dict[str, object]) -> Iterator[str]:
    for keys, names in _VERSION_FILES:
        for path in (text(table(document, *keys).get(name)) for name in names):
            if path:
                yield re.sub(r"\.\w+\Z", "", path).removeprefix("./")
    tool = table(document, "tool")
    yield from module_paths([text(table(tool, "maturin").get("module-name"))])
    for build, key in (("setuptools", "name"), ("setuptools-rust", "target")):
        modules = table(tool, build).get("ext-modules")
        if isinstance(modules, list):
            yield from module_paths(text(table(module).get(key)) for module in modules)
