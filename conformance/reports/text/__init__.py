"""Lines for a terminal and for plain text: causes, verdicts, progress, and how they fit."""
