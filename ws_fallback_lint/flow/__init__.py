"""Which outcomes are still possible where a name is used: the walk through a module's statements."""
