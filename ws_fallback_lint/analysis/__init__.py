"""One module's source -> what its guarded imports leave behind, outcome by outcome."""
