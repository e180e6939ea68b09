"""Make text from files safe to print, without hiding anything that it holds."""


def visible(text: str) -> str:
    """The text with every character that would not show as itself as a backslash escape.

    That is control characters, terminal escapes, line ends, marks that turn the direction of writing, and
    bytes of a path that are no text (`\\xff`).
    """
    return text if text.isprintable() else "".join(map(_visible, text))


def speakable(text: str) -> str:
    """The text with only what cannot be encoded (bytes of a path that are no text) as escapes."""
    return text if text.isprintable() else "".join(_visible(c) if _is_surrogate(c) else c for c in text)


def _visible(character: str) -> str:
    if character.isprintable():
        return character
    if "\udc80" <= character <= "\udcff":
        return f"\\x{ord(character) - 0xDC00:02x}"
    return character.encode("unicode_escape").decode("ascii")


def _is_surrogate(character: str) -> bool:
    return "\ud800" <= character <= "\udfff"
