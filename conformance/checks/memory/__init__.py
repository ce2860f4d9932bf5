"""Checks of what is touched in memory."""
