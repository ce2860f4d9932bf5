"""The known name that a misspelt one was meant to be."""

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``; did you mean NAME?``, to end a message with; empty if no known name is near."""
    found = get_close_matches(word, list(known), 1)
    return f"; did you mean {found[0]}?" if found else ""
