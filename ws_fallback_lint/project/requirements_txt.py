"""Requirements files as pip reads them: what they ask for, and which other files they name."""

import re
from collections.abc import Iterator

from ws_fallback_lint.project.declared import Dependency, Listed, Stated, dependency

_CONTINUED = re.compile(r"\\\r?\n")
_COMMENT = re.compile(r"(?:^|\s)#.*")
# Options of one requirement: `--hash=…`, `--config-settings …`.
_OPTIONS = re.compile(r"\s--?[a-z].*")
_NAMED_FILE = re.compile(r"(?:-r\s*|--requirement(?:\s+|=))(?P<path>.+)")
_EDITABLE = re.compile(r"(?:-e\s*|--editable(?:\s+|=))(?P<target>.+)")
_EGG = re.compile(r"#(?:[^#]*&)?egg=(?P<name>[^&\s]+)")
# requirements.txt, requirements-dev.txt, requirements_test.in, dev-requirements.txt
_NAME = re.compile(r"(?:[\w.]+[-_.])?requirements(?=[-_.]|\Z)")
# What is left of the name of a file for everybody; others are for those who test, document, deploy.
_MAIN = ("", "base", "common", "core", "default", "main", "prod", "production")
_URL = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def read(text: str, where: str, *, needed: bool) -> Stated:
    """What a requirements file says; `where` is its name in messages.

    Constraints (`-c`) install nothing, and a path or a URL without a name says not what it brings.
    """
    dependencies: list[Dependency] = []
    files: list[Listed] = []
    for line in _lines(text):
        if named := _NAMED_FILE.match(line):
            files.append(Listed(named["path"].strip().strip("\"'"), needed))
        elif found := dependency(_requirement(line), where, needed=needed):
            dependencies.append(found)
    return Stated(tuple(dependencies), tuple(files))


def _lines(text: str) -> Iterator[str]:
    for line in _CONTINUED.sub(" ", text).splitlines():
        # The fragment that names what a URL brings is no comment.
        if stripped := _COMMENT.sub("", line).strip():
            yield stripped


def _requirement(line: str) -> str:
    """The part of a line that PEP 508 knows, or the name in its `#egg=`; empty for another option."""
    if editable := _EDITABLE.match(line):
        line = editable["target"].strip()
    elif line.startswith("-"):
        return ""
    if _URL.match(line):
        egg = _EGG.search(line)
        return egg["name"] if egg else ""
    if editable or line.startswith((".", "/")):
        return ""
    return _OPTIONS.sub("", line)


def is_one(folder: str, name: str) -> bool:
    """Whether a file of a project looks like a requirements file: by its name, or by its folder's."""
    if not name.endswith((".txt", ".in")):
        return False
    return folder == "requirements" or _NAME.match(name) is not None


def is_main(path: str) -> bool:
    """Whether the name of a requirements file says that it is for everybody who runs the program."""
    stem = path.rpartition("/")[2].rpartition(".")[0]
    return stem.replace("requirements", "").strip("-_.") in _MAIN
