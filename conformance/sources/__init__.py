"""What a package passes to its registered operators, read from its sources; nothing is imported."""
