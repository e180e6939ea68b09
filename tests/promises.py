"""What holds of every result and of every fix, whatever the bytes: each fuzzer asks for just this."""

import ast
import dataclasses
import warnings

from ws_fallback_lint.analysis.module import parse
from ws_fallback_lint.core.config import Config
from ws_fallback_lint.core.findings import Edit, Finding, Fix, Safety
from ws_fallback_lint.core.options import FixStyle
from ws_fallback_lint.core.results import Result
from ws_fallback_lint.core.source import Source
from ws_fallback_lint.engine.fix import Fixed, fix
from ws_fallback_lint.engine.lint import lint
from ws_fallback_lint.project.roots import Project

EVERY_CODE = ("FBK", "FBK105", "FBK106", "FBK202")
STRICT = Config(strict=True)
PLACE = "/nowhere/module.py"
PROJECT = Project.around(PLACE, None, ())


def with_everything(style: FixStyle = FixStyle.RAISE) -> Config:
    """Every rule is on, and no fallback is fine."""
    return dataclasses.replace(STRICT, select=EVERY_CODE, fix_style=style)


def parses(data: bytes) -> bool:
    """Whether Python itself can read a module."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def linted(data: bytes, config: Config) -> Result:
    """The result for any bytes, the same each time: one problem for what is no Python, else findings."""
    result = lint(Source(PLACE, data), config, PROJECT, fixes=True)
    again = lint(Source(PLACE, data), config, PROJECT, fixes=True)
    assert result == again
    assert [finding.fix for finding in result.findings] == [finding.fix for finding in again.findings]
    assert not (result.findings and result.problems)
    assert len(result.problems) <= 1
    if not parses(data):
        assert result.findings == ()
    return result


def assert_sound(data: bytes, config: Config, *, unsafe: bool) -> Fixed:
    """What must hold of every fix in whatever module that Python can read."""
    result = linted(data, config)
    assert result.problems == ()
    assert_edits_stay_inside(data, result, config)
    fixed = fix(Source(PLACE, data), config, PROJECT, unsafe=unsafe)
    after = fixed.source.data
    assert after == fixed_by_hand(data, config, unsafe=unsafe)
    assert fixed.dropped == ()
    assert fixed.result.problems == ()
    assert fix(fixed.source, config, PROJECT, unsafe=unsafe).source.data == after
    for left in fixed.result.findings:
        assert left.fix is None or (left.fix.safety is Safety.UNSAFE and not unsafe)
    assert without_handlers(after) == without_handlers(data)
    if b"\n" not in data.replace(b"\r\n", b""):
        assert b"\n" not in after.replace(b"\r\n", b"")
    return fixed


def fixed_by_hand(data: bytes, config: Config, *, unsafe: bool) -> bytes:
    """The bytes with the edits of each finding put in, round after round, and not one other byte changed."""
    while True:
        wanted = [
            finding.fix
            for finding in lint(Source(PLACE, data), config, PROJECT, fixes=True).findings
            if finding.fix is not None and (unsafe or finding.fix.safety is Safety.SAFE)
        ]
        changed = data
        for edit in reversed(_apart(wanted)):
            changed = changed[: edit.span.start] + edit.text + changed[edit.span.stop :]
        if changed == data:
            return data
        data = changed


def _apart(fixes: list[Fix]) -> list[Edit]:
    """The edits of those fixes that begin where none before them reached, in order."""
    edits: list[Edit] = []
    for one in sorted(fixes, key=lambda one: one.span):
        if not edits or one.span.start > edits[-1].span.stop:
            edits += sorted(one.edits)
    return edits


def assert_edits_stay_inside(data: bytes, result: Result, config: Config) -> None:
    """No edit leaves the lines of the statement that it is for; of its handler in the style `raise`."""
    if not any(finding.fix for finding in result.findings):
        return
    source = Source(PLACE, data)
    tables = parse(source).guarded_imports
    lines = [(table.region.line, table.region.end_line) for table in tables]
    if config.fix_style is FixStyle.RAISE:
        handlers = [handler.region for table in tables for handler in table.handlers]
        lines = [(region.line, region.end_line) for region in handlers]
    inside = [source.span_of_lines(first, last) for first, last in lines]
    for edit in _edits(result.findings):
        assert any(span.start <= edit.span.start and edit.span.stop <= span.stop for span in inside)


def _edits(findings: tuple[Finding, ...]) -> list[Edit]:
    return [edit for finding in findings if finding.fix for edit in finding.fix.edits]


class WithoutHandlers(ast.NodeTransformer):
    """Empties handlers, and leaves the body alone of a `try` with one handler or a `with suppress`."""

    def __init__(self) -> None:
        self._suppressing = {"suppress"}

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST:
        """The same; `suppress` may get another name here."""
        self._suppressing.update(one.asname for one in node.names if one.name == "suppress" and one.asname)
        return node

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        """An `except:` that does nothing."""
        node.type, node.name, node.body = None, None, [ast.Pass()]
        return node

    def visit_Try(self, node: ast.Try) -> ast.AST | list[ast.stmt]:
        """Its body, if a handler is all that it has."""
        self.generic_visit(node)
        return node.body if len(node.handlers) == 1 and not node.orelse and not node.finalbody else node

    def visit_With(self, node: ast.With) -> ast.AST | list[ast.stmt]:
        """Its body, if it suppresses errors."""
        self.generic_visit(node)
        manager = ast.unparse(node.items[0])
        return node.body if any(name in manager for name in self._suppressing) else node


def without_handlers(data: bytes) -> str:
    """The syntax tree of a module, but for what happens when an import fails."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.dump(WithoutHandlers().visit(ast.parse(data)))
