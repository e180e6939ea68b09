"""The request handler: where a fallback of `shop.realtime` hurts, minutes after the import."""

from shop.realtime import Event, get_state_machine, queue_for


def on_message(event: Event) -> int:
    """Queues a customer's message; how many are waiting."""
    machine = get_state_machine(event.connection)
    machine.ready()
    queue = queue_for(event.connection)
    queue.put(event.text)
    return len(queue.waiting)


if __name__ == "__main__":
    print(on_message(Event("customer-1", "is anybody there?")), "waiting")
