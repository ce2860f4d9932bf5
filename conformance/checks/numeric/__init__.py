"""Checks of what is computed."""
