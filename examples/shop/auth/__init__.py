"""Who is who; once also the home of the rate limiter."""


class RateLimiter:
    """The first one, which lets everybody through."""

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def allows(self, connection: str) -> bool:
        """Always."""
        return bool(connection) or self.limit > 0
