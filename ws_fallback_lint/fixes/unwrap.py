"""Replace a guarded import by its import (DESIGN §5, style `unwrap`): importing fails fast by itself."""

import libcst as cst

from ws_fallback_lint.analysis.module import Module
from ws_fallback_lint.core.findings import Edit
from ws_fallback_lint.core.source import Source
from ws_fallback_lint.fixes.clause import NoFix, Snippet
from ws_fallback_lint.fixes.fail_fast import keeper
from ws_fallback_lint.project.verdicts import Verdict


def unwrap(source: Source, module: Module, verdict: Verdict) -> Edit:
    """The edit of the whole statement.

    Raises NoFix where anything but the import would go with it: another handler, `else`, `finally`,
    a line of the handler that stays, a comment on one of the clauses.
    """
    if verdict.handler != verdict.guarded.handlers[0]:
        raise NoFix  # the end of a chain: the outer handler brings an import of its own
    snippet = Snippet.of(source, verdict.guarded.region)
    body = _only_block(snippet.statement, module, verdict)
    if not isinstance(body, cst.IndentedBlock) or body.header.comment is not None:
        raise NoFix
    if not all(_imports_only(statement) for statement in body.body):
        raise NoFix
    return snippet.replaced(body.body)


def _only_block(statement: cst.BaseStatement, module: Module, verdict: Verdict) -> cst.BaseSuite:
    match statement:
        case cst.With(items=[_], asynchronous=None, body=body):
            return body
        case cst.Try(body=body, handlers=[clause], orelse=None, finalbody=None):
            if keeper(module, verdict).kept(clause.body.body) or _comment(clause.body):
                raise NoFix
            return body
        case _:
            raise NoFix


def _comment(body: cst.BaseSuite) -> cst.Comment | None:
    if isinstance(body, cst.IndentedBlock):
        return body.header.comment
    return cst.ensure_type(body, cst.SimpleStatementSuite).trailing_whitespace.comment


def _imports_only(statement: cst.BaseStatement) -> bool:
    return isinstance(statement, cst.SimpleStatementLine) and all(
        isinstance(part, cst.Import | cst.ImportFrom) for part in statement.body
    )
