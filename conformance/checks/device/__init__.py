"""Checks that only a device which compiles can be asked."""
