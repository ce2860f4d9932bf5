"""Locks of what files, packages, releases and revisions promise."""
