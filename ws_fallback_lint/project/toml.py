"""What came out of TOML may be anything; this says what should be there, or nothing."""


def table(value: object, *keys: str) -> dict[str, object]:
    """The table at `keys` below a value that came out of TOML; empty where there is none."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def text(value: object) -> str:
    """A value that should be a string; empty where it is none."""
    return value if isinstance(value, str) else ""


def texts(value: object) -> tuple[str, ...]:
    """A value that should be a string or a list of strings."""
    if isinstance(value, str):
        return (value,)
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list | tuple) else ()
