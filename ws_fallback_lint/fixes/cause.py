"""Small edits that need no syntax tree: name the exception, chain it, narrow what is caught."""

import re

from ws_fallback_lint.analysis.guarded import Handler
from ws_fallback_lint.analysis.module import Module
from ws_fallback_lint.core.findings import Edit
from ws_fallback_lint.core.source import Source
from ws_fallback_lint.core.spans import Region, Span
from ws_fallback_lint.fixes.clause import NoFix
from ws_fallback_lint.fixes.fail_fast import free_name

# `except (ImportError) :` and what may follow its classes.
_CLOSING = re.compile(rb"((?:[ \t]*\))*)[ \t]*:")


def narrowed(source: Source, handler: Handler) -> tuple[Edit, ...]:
    """Let the handler catch ImportError alone."""
    if handler.types is None:
        return (Edit(_end(source, handler.header), source.encode(" ImportError")),)
    return (Edit(source.span(handler.types), source.encode("ImportError")),)


def chained(source: Source, module: Module, handler: Handler, raised: Region) -> tuple[Edit, ...]:
    """Add `from` and the exception that the handler caught to a `raise`.

    Raises NoFix for a bare `except:`, which cannot name what it caught.
    """
    if handler.types is None:
        raise NoFix
    error = handler.as_name or free_name(module)
    cause = Edit(_end(source, raised), source.encode(f" from {error}"))
    if handler.as_name is not None:
        return (cause,)
    types = source.span(handler.types)
    text = source.data[types.start : types.stop]
    # PEP 758: a tuple without parentheses takes no name.
    bare_tuple = len(handler.caught.names) > 1 and not text.startswith((b"(", b"[", b"{"))
    opened = (Edit(Span(types.start, types.start), b"("),) if bare_tuple and b"," in text else ()
    named = (b")" if opened else b"") + source.encode(f" as {error}")
    stop = _past_parentheses(source.data, types.stop)
    return (*opened, Edit(Span(stop, stop), named), cause)


def _past_parentheses(data: bytes, stop: int) -> int:
    """Where the classes of a clause end, parentheses that `ast` does not count included.

    Raises NoFix where a comment or a line end stands among them.
    """
    closing = _CLOSING.match(data, stop)
    if closing is None:
        raise NoFix
    return closing.end(1)


def _end(source: Source, region: Region) -> Span:
    stop = source.span(region).stop
    return Span(stop, stop)
