"""What lies around a module: where its imports come from, and which fallbacks may not be."""
