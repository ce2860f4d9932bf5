"""Runs, releases and changes of locks side by side: a row for each."""
