"""Regular expressions of patterns that cannot take for ever.

`*a*a*a*b` as an ordinary regular expression tries every way to share out a long name between its stars. But
where that first fits which follows a star is as good a place as any: the next star takes up the rest. So no
star but the last one of a name is tried twice, nor any `**` but the last one of a path.
"""

import re

# As pathspec writes them: any number of folders in front and in between, and any characters of one name.
_FRONT, _BETWEEN, _STAR = "^(?:.+/)?", "(?:/.+)?/", "[^/]*"
_STARS = re.compile(rf"(?:{re.escape(_STAR)})+")
_ESCAPE_OR_CLASS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]")
# What one character of a name is matched by: an escape, a class, the character itself.
_ONE = rf"(?:(?:\(\?!/\))?(?:{_ESCAPE_OR_CLASS.pattern})|[^\\/()\[|$])"
_BEFORE_STAR = re.compile(rf"{re.escape(_STAR)}((?:(?!{re.escape(_STAR)}){_ONE})+)(?={re.escape(_STAR)})")


def swift(pattern: re.Pattern[str]) -> re.Pattern[str]:
    """The same as a pattern that pathspec has made, in time that grows with the length of the path alone.

    But no class, as `[!a]`, takes a "/": so git has it.
    """
    text = _ESCAPE_OR_CLASS.sub(_within_name, pattern.pattern)
    text = _BEFORE_STAR.sub(r"(?>[^/]*?\1)", _STARS.sub(lambda _: _STAR, text))
    *parts, last = text.split(_BETWEEN)
    if parts and parts[0].startswith(_FRONT):
        parts[0] = f"^(?>(?:.+?/)??{parts[0].removeprefix(_FRONT)}(?=/))"
    parts[1:] = [f"(?>(?:/.+?)??/{part}(?=/))" for part in parts[1:]]
    text = "".join(parts) + (_BETWEEN if parts else "") + last
    return pattern if text == pattern.pattern else re.compile(text)


def _within_name(found: re.Match[str]) -> str:
    text = found[0]
    return text if text.startswith("\\") or text == "[^/]" else f"(?!/){text}"
