"""One handshake at a time for each customer."""


class RaceDetector:
    """Remembers who is shaking hands."""

    def __init__(self) -> None:
        self.busy: set[str] = set()


class HandshakeCoordinator:
    """Lets one handshake of a customer through at a time."""

    def __init__(self, detector: RaceDetector) -> None:
        self.detector = detector

    def begin(self, customer: str) -> bool:
        """Whether the customer may begin; False while another handshake runs."""
        if customer in self.detector.busy:
            return False
        self.detector.busy.add(customer)
        return True
