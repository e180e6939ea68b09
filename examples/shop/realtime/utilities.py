"""Small helpers."""

import json
from typing import Protocol


class Closable(Protocol):
    """Whatever can be closed."""

    def close(self) -> None:
        """Close it."""


def close_quietly(connection: Closable) -> None:
    """Closes a connection that may be gone already."""
    try:
        connection.close()
    except OSError:
        pass


def compact_json(value: object) -> str:
    """JSON without a space too many."""
    return json.dumps(value, separators=(",", ":"))
