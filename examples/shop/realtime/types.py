"""The types of the messages."""

from dataclasses import dataclass, field
from typing import NewType

Channel = NewType("Channel", str)


@dataclass(frozen=True)
class Payload:
    """A message to a customer."""

    kind: str
    fields: dict[str, object] = field(default_factory=dict)


def make_payload(kind: str, **fields: object) -> Payload:
    """A payload of a kind."""
    return Payload(kind, fields)
