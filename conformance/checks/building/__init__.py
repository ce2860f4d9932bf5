"""Checks of what a compiler makes of a kernel."""
