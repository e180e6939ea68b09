"""How often a customer may speak."""

from collections import Counter


class RateLimiter:
    """Lets each connection through a number of times."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.seen: Counter[str] = Counter()

    def allows(self, connection: str) -> bool:
        """Whether the connection may speak once more."""
        self.seen[connection] += 1
        return self.seen[connection] <= self.limit


def rate_limited(limiter: RateLimiter, connection: str) -> None:
    """Raises PermissionError for a connection that speaks too often."""
    if not limiter.allows(connection):
        raise PermissionError(f"{connection} speaks too often")
