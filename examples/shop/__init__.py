"""A shop that talks to its customers over WebSockets."""
