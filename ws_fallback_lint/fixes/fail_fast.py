"""Let a handler raise at once, with the cause attached (DESIGN §5, style `raise`)."""

import re
from itertools import chain, count

import libcst as cst

from ws_fallback_lint.analysis.guarded import Handler, Meets
from ws_fallback_lint.analysis.module import Module
from ws_fallback_lint.core.config import Config
from ws_fallback_lint.core.findings import Edit
from ws_fallback_lint.core.source import Source
from ws_fallback_lint.fixes.clause import NoFix, Snippet
from ws_fallback_lint.fixes.keep import Keeper
from ws_fallback_lint.fixes.message import message_literals
from ws_fallback_lint.project.verdicts import Verdict

# Tried in this order for the caught exception; after them, numbered ones.
_ERROR_NAMES = ("error", "exc", "err", "import_error")
# It was for the line that goes.
_TYPE_IGNORE = re.compile(r"#\s*type:\s*ignore(?:\[[^\]]*\])?\s*")


def fail_fast(source: Source, module: Module, verdict: Verdict, config: Config) -> Edit:
    """The edit of the verdict's handler, and of nothing outside it.

    Raises NoFix where the handler protects more than imports from more than their failure, or is of a
    shape that cannot be read.
    """
    handler = verdict.handler
    if handler.protects_more and handler.caught.everything:
        raise NoFix
    error = handler.as_name or free_name(module)
    literals = message_literals(verdict, config, error, source.encoding)
    if handler.meets is Meets.SUPPRESS:
        return _unsuppressed(source, handler, error, literals)
    snippet = Snippet.of(source, handler.region, above="try: pass")
    statement = snippet.statement
    if not isinstance(statement, cst.Try | cst.TryStar) or len(statement.handlers) != 1:
        raise NoFix
    clause = statement.handlers[0]
    kept = keeper(module, verdict).kept(clause.body.body)
    if kept and _raises(kept[-1]):
        changed = clause.with_changes(body=_block(clause.body, kept, source))
    else:
        block = _block(clause.body, [*kept, _raise(snippet, literals, error)], source)
        changed = _named(clause, error).with_changes(body=block)
    return snippet.replaced([statement.with_changes(handlers=[changed])])


def keeper(module: Module, verdict: Verdict) -> Keeper:
    """Tells which statements of the verdict's handler stay."""
    handler = verdict.handler

    guarded = verdict.guarded
    own = guarded.brought_in(handler)
    scope = guarded.function

    def is_private(name: str) -> bool:
        if name in guarded.globals or (name in guarded.names and name not in own):
            return False
        reads = (read for read in module.reads(name) if scope is None or scope.contains(read))
        return all(handler.region.contains(read) for read in reads)

    return Keeper(is_private, handler.as_name)


def free_name(module: Module) -> str:
    """A name for the caught exception that the module does not use: `except` unbinds it at its end."""
    numbered = (f"error_{number}" for number in count(2))
    return next(name for name in chain(_ERROR_NAMES, numbered) if name not in module.identifiers)


def _unsuppressed(source: Source, handler: Handler, error: str, literals: list[str]) -> Edit:
    """`with suppress(E):` becomes a `try` whose handler raises."""
    snippet = Snippet.of(source, handler.region)
    statement = snippet.statement
    if not isinstance(statement, cst.With) or len(statement.items) != 1 or statement.asynchronous:
        raise NoFix
    call = statement.items[0].item
    if not isinstance(call, cst.Call) or any(arg.keyword or arg.star for arg in call.args):
        raise NoFix
    types = [arg.value for arg in call.args]
    caught = types[0] if len(types) == 1 else cst.Tuple([cst.Element(type_) for type_ in types])
    block = cst.IndentedBlock([_raise(snippet, literals, error)], indent=_indent(statement.body, source))
    clause = cst.ExceptHandler(body=block, type=caught, name=cst.AsName(cst.Name(error)))
    return snippet.replaced([cst.Try(body=statement.body, handlers=[clause])])


def _raise(snippet: Snippet, literals: list[str], error: str) -> cst.BaseStatement:
    newline, indent = snippet.module.default_newline, snippet.source.indent
    lines = ["raise ImportError(", *(indent + literal for literal in literals), f") from {error}"]
    return cst.ensure_type(cst.parse_statement(newline.join(lines)), cst.SimpleStatementLine)


def _raises(statement: cst.BaseStatement) -> bool:
    return isinstance(statement, cst.SimpleStatementLine) and isinstance(statement.body[-1], cst.Raise)


def _block(body: cst.BaseSuite, statements: list[cst.BaseStatement], source: Source) -> cst.IndentedBlock:
    header = body.header if isinstance(body, cst.IndentedBlock) else _trailing(body)
    if header.comment is not None:
        comment = _TYPE_IGNORE.sub("", header.comment.value).rstrip()
        kept = cst.Comment(comment) if comment else None
        space = header.whitespace if comment else cst.SimpleWhitespace("")
        header = header.with_changes(comment=kept, whitespace=space)
    return cst.IndentedBlock(statements, header=header, indent=_indent(body, source))


def _trailing(body: cst.BaseSuite) -> cst.TrailingWhitespace:
    return cst.ensure_type(body, cst.SimpleStatementSuite).trailing_whitespace


def _indent(body: cst.BaseSuite, source: Source) -> str | None:
    """The indentation of the block that was there; of the file for a clause on one line."""
    return body.indent if isinstance(body, cst.IndentedBlock) else source.indent


def _named(
    clause: cst.ExceptHandler | cst.ExceptStarHandler, error: str
) -> cst.ExceptHandler | cst.ExceptStarHandler:
    """The clause with `as error`, unless it has a name already."""
    if clause.name is not None:
        return clause
    name = cst.AsName(cst.Name(error))
    if clause.type is None:
        # A bare `except:` cannot name what it caught. What is no Exception (Ctrl-C) flies on by itself.
        return clause.with_changes(
            type=cst.Name("Exception"), name=name, whitespace_after_except=cst.SimpleWhitespace(" ")
        )
    if isinstance(clause.type, cst.Tuple) and not clause.type.lpar:
        # PEP 758: without parentheses a tuple takes no name.
        in_parentheses = clause.type.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        return clause.with_changes(type=in_parentheses, name=name)
    return clause.with_changes(name=name)
