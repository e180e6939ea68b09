"""The faces: each parses options, calls the engine, and ends."""
