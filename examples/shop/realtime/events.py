"""What happens on a connection."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Event:
    """Something a customer sent."""

    connection: str
    text: str
