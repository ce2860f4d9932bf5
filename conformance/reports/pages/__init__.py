"""Runs as one page that needs no network: for a manager at its top, for an engineer below."""
