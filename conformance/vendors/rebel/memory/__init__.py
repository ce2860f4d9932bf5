"""Arguments in memory, block pointers into them, and every access."""
