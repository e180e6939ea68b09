"""Messages that wait until their connection is ready."""

from collections import defaultdict, deque


class MessageQueue:
    """One connection's messages."""

    def __init__(self) -> None:
        self.waiting: deque[str] = deque()

    def put(self, text: str) -> None:
        """Adds a message."""
        self.waiting.append(text)


_queues: dict[str, MessageQueue] = defaultdict(MessageQueue)


def queue_for(connection: str) -> MessageQueue:
    """The queue of a connection."""
    return _queues[connection]
