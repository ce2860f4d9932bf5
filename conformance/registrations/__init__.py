"""Operators that are registered with torch, looked at in the process in which they are."""
