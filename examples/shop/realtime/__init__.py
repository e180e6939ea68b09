"""Everything that the handlers of the shop need to talk over a WebSocket."""

from shop.realtime.events import Event

# The types: stand-ins keep annotations and calls alive, with other meanings.
try:
    from shop.realtime.types import Channel, Payload, make_payload
except ImportError:
    Channel = str
    Payload = dict

    def make_payload(kind, **fields):
        return {"kind": kind, **fields}


# The rate limiter: a chain of two, the second of which has only half of what is needed.
try:
    from shop.realtime.rate_limiter import RateLimiter, rate_limited
except ImportError:
    try:
        from shop.auth import RateLimiter

        rate_limited = None
    except ImportError:
        RateLimiter = None
        rate_limited = None

# Utilities: small, so who would miss them?
try:
    from shop.realtime.utilities import close_quietly, compact_json
except ImportError:
    close_quietly = None
    compact_json = None

# The state of every connection.
try:
    from shop.realtime.state_machine import (
        ConnectionState,
        StateMachine,
        get_state_machine,
        registry,
    )
except ImportError:
    # not available everywhere yet
    ConnectionState = None
    StateMachine = None
    get_state_machine = None
    registry = None

# Messages that wait for a connection to become ready.
try:
    from shop.realtime.message_queue import MessageQueue, queue_for
except ImportError:
    MessageQueue = queue_for = None

# Two connections of one customer must not shake hands at once.
try:
    from shop.realtime.race_prevention import HandshakeCoordinator, RaceDetector
except ImportError:
    HandshakeCoordinator, RaceDetector = None, None

__all__ = [
    "Channel",
    "ConnectionState",
    "Event",
    "HandshakeCoordinator",
    "MessageQueue",
    "Payload",
    "RaceDetector",
    "RateLimiter",
    "StateMachine",
    "close_quietly",
    "compact_json",
    "get_state_machine",
    "make_payload",
    "queue_for",
    "rate_limited",
    "registry",
]
