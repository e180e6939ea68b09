"""The message of the raise that a fix writes, as string literals that stand below each other."""

import string
from collections.abc import Iterable

from ws_fallback_lint.analysis.guarded import Imported, Meets
from ws_fallback_lint.core.config import Config, CriticalGroup
from ws_fallback_lint.project.verdicts import Verdict

# A message that names more than these is not read to its end.
_MOST_NAMES = 3
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def message_literals(verdict: Verdict, config: Config, error: str, encoding: str) -> list[str]:
    """The literals, in order, whose concatenation is the message.

    `error` is the name that the handler gives the exception; `encoding` is the file's: what it
    cannot say is escaped. Literals without a `{error}` in them are plain strings.
    """
    group = next((loss.why.group for loss in verdict.losses if loss.why.group is not None), None)
    return [_literal(part, error, encoding) for part in _templates(verdict, config, group)]


def _templates(verdict: Verdict, config: Config, group: CriticalGroup | None) -> list[str]:
    """Templates in which only `{error}` is left to fill in."""
    values = {
        "names": ", ".join(loss.name for loss in verdict.losses),
        "modules": ", ".join(verdict.modules),
        "label": group.label if group else "",
        "consequence": group.consequence if group else "",
        "see": group.see if group else "",
    }
    template = (group.message if group else "") or config.fix_message
    if template:
        return [_filled(template, values)]
    if group is None or not group.label:
        # Any import that leads to the handler may be the one that failed.
        handler, tried = verdict.handler, verdict.guarded.imported
        inside = handler.region.contains if handler.meets is not Meets.SUPPRESS else lambda _: False
        failed = [ref for ref in tried if not inside(ref.region)]
        return [_filled(f"cannot import {_braced(_imports(failed))}: {{error}}", values)]
    sentences = [_filled("CRITICAL: {label} import failed: {error}.", values)]
    if group.consequence:
        sentences.append(_filled("{consequence}", values))
    if group.see:
        sentences.append(_filled("See {see} for details.", values))
    return [sentence + " " for sentence in sentences[:-1]] + sentences[-1:]


def _filled(template: str, values: dict[str, str]) -> str:
    """The template with every field but `{error}` filled in; braces stay doubled."""
    parts = []
    for text, field, _, _ in string.Formatter().parse(template):
        parts.append(_braced(text))
        if field is not None:
            parts.append("{error}" if field == "error" else _braced(values[field]))
    return "".join(parts)


def _braced(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _literal(template: str, error: str, encoding: str) -> str:
    parts = list(string.Formatter().parse(template))
    if all(field is None for _, field, _, _ in parts):
        return '"' + "".join(_escaped(text, encoding) for text, _, _, _ in parts) + '"'
    told = [
        _braced(_escaped(text, encoding)) + ("" if field is None else f"{{{error}}}")
        for text, field, _, _ in parts
    ]
    return 'f"' + "".join(told) + '"'


def _escaped(text: str, encoding: str) -> str:
    return "".join(_ESCAPES.get(c) or _spelled(c, encoding) for c in text)


def _spelled(character: str, encoding: str) -> str:
    if character.isprintable():
        try:
            character.encode(encoding)
        except UnicodeEncodeError:
            pass
        else:
            return character
    if character.isascii():
        return f"\\x{ord(character):02x}"
    return character.encode("ascii", "backslashreplace").decode()


def _imports(failed: Iterable[Imported]) -> str:
    """`a, b from m; n`: what was to be imported, in the order of the file."""
    by_module: dict[str, dict[str, None]] = {}
    for ref in failed:
        names = by_module.setdefault(ref.module, {})
        if ref.attr is not None:
            names[ref.attr] = None
    told = [
        f"{_few(list(names))} from {module}" if names else module
        for module, names in by_module.items()
        if module
    ]
    return _few(told, "; ") or "an optional module"


def _few(names: list[str], between: str = ", ") -> str:
    more = len(names) - _MOST_NAMES
    shown = between.join(names[:_MOST_NAMES] if more > 1 else names)
    return f"{shown} and {more} more" if more > 1 else shown
