"""A subject in a process of its own, as the judge sees it."""
