"""Imports that may fail and are fine: nothing here is reported."""

import contextlib
import sys

# An alternate import: one of the two always holds what is needed.
try:
    import tomllib
except ImportError:
    import tomli as tomllib

# An optional speed-up from elsewhere, asked about before each use.
try:
    import orjson
except ImportError:
    orjson = None

# The same with a flag.
try:
    import rich

    HAS_RICH = True
except ImportError:
    HAS_RICH = False

# First-party code that fails at once, with the cause.
try:
    from shop.realtime import events
except ImportError as error:
    raise ImportError(f"the shop cannot run without its events: {error}") from error

# A program may end here as well.
try:
    import json
except ImportError:
    sys.exit("this Python has no json")


def parse(text: str) -> dict[str, object]:
    """A configuration file as a table."""
    return tomllib.loads(text)


def dump(event: events.Event) -> bytes:
    """An event as JSON."""
    fields = {"connection": event.connection, "text": event.text}
    if orjson is not None:
        return orjson.dumps(fields)
    return json.dumps(fields).encode()


def show(text: str) -> None:
    """A text on the terminal, in colour where that is possible."""
    if HAS_RICH:
        rich.print(text)
    else:
        print(text)


def remove(path: str) -> None:
    """Something else that is suppressed: no import."""
    with contextlib.suppress(OSError):
        open(path).close()
