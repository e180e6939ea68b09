"""What the tests of forms and fixes share: tables of cases, their project, what every fix must keep.

A table is a Markdown file. `### title` begins a case; lines `- key: value`, `- FBK101 …` tell about it; each
fenced block is a piece of code.
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ws_fallback_lint.core.config import Config
from ws_fallback_lint.core.parse import parse
from ws_fallback_lint.core.source import Source
from ws_fallback_lint.engine.fix import Fixed, fix
from ws_fallback_lint.project.roots import Project

FORMS = Path(__file__).parent / "forms"
_BLOCK = re.compile(r"^```py\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NOTE = re.compile(r"^- (FBK\d{3}|\w+:) (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Case:
    """One case of a table: its title, what its lines tell, its pieces of code."""

    table: str
    title: str
    notes: tuple[tuple[str, str], ...]
    blocks: tuple[str, ...]

    def told(self, key: str) -> list[str]:
        """Every value that is told under `key`, in order."""
        return [value for name, value in self.notes if name == key]

    @property
    def config(self) -> Config:
        """The configuration that the case's `toml` lines ask for."""
        return parse(tomllib.loads("\n".join(self.told("toml"))), self.title)

    @property
    def parses(self) -> bool:
        """Whether the running Python can read the code: some syntax is newer than others."""
        try:
            ast.parse(self.blocks[0])
        except SyntaxError:
            return False
        return True


def table(name: str, folder: Path = FORMS) -> list[Case]:
    """The cases of <name>.md in a folder of the tests."""
    cases = []
    for text in re.split(r"^### ", (folder / f"{name}.md").read_text("utf-8"), flags=re.MULTILINE)[1:]:
        title, _, rest = text.partition("\n")
        head = rest.partition("```")[0]
        notes = tuple((match[1].rstrip(":"), match[2]) for match in _NOTE.finditer(head))
        cases.append(Case(name, title, notes, tuple(_BLOCK.findall(rest))))
    return cases


def make_shop(folder: Path) -> Project:
    """Write the package `shop` into `folder`; the project as `shop/page.py` sees it.

    Besides source it holds what is not first-party: a compiled extension, a generated module and
    a mere folder.
    """
    for name in ("__init__.py", "m.py", "n.py", "web/__init__.py", "_native.c", "_version.py.in"):
        path = folder / "shop" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    (folder / "redis").mkdir()
    (folder / "redis" / "dump.txt").write_text("")
    (folder / "pyproject.toml").write_text("")
    return Project.around(str(folder / "shop" / "page.py"), str(folder), ())


def page(code: str | bytes) -> Source:
    """The module `shop/page.py`, that every case is."""
    return Source("shop/page.py", code if isinstance(code, bytes) else code.encode())


def outside_handlers(data: bytes, *, suppress: bool) -> bytes:
    """The bytes without the lines of `except` clauses, nor those of a `with suppress` and its successor."""
    nodes = ast.walk(ast.parse(data))
    drop = {line for node in nodes for line in _lines_to_drop(node, suppress=suppress)}
    return b"".join(
        line for number, line in enumerate(data.splitlines(keepends=True), 1) if number not in drop
    )


def _lines_to_drop(node: ast.AST, *, suppress: bool) -> Iterator[int]:
    match node:
        case ast.ExceptHandler(lineno=first, end_lineno=int(last)):
            yield from range(first, last + 1)
        case ast.With(lineno=first) | ast.Try(lineno=first) if suppress:
            yield first


def fixed(
    data: bytes, config: Config, project: Project, *, unsafe: bool = True, whole: bool = False
) -> Fixed:
    """Fix, and hold the fix to what every fix must keep; `whole` allows the statement to change."""
    after = fix(page(data), config, project, unsafe=unsafe)
    ast.parse(after.source.data)
    assert not after.dropped
    suppress = b"suppress(" in data
    if not whole:
        kept = outside_handlers(data, suppress=suppress).rstrip(b"\r\n")
        assert outside_handlers(after.source.data, suppress=suppress).rstrip(b"\r\n") == kept
    again = fix(after.source, config, project, unsafe=unsafe)
    assert again.source.data == after.source.data
    assert not again.applied
    return after
