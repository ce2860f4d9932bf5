"""Asking again on every save: which files matter, a judge that stands ready, the next question."""
