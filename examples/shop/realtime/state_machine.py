"""The state of each connection."""

from enum import Enum


class ConnectionState(Enum):
    """Where a connection stands."""

    CONNECTING = "connecting"
    READY = "ready"


class StateMachine:
    """One connection's state."""

    def __init__(self) -> None:
        self.state = ConnectionState.CONNECTING

    def ready(self) -> bool:
        """Moves on; whether messages can flow."""
        self.state = ConnectionState.READY
        return True


registry: dict[str, StateMachine] = {}


def get_state_machine(connection: str) -> StateMachine:
    """The machine of a connection, a new one for a new connection."""
    return registry.setdefault(connection, StateMachine())
