"""Docstrings as Markdown."""

import inspect
import re


def markdown(docstring: str | None) -> str:
    """A docstring's paragraphs, with the roles of reST turned into code."""
    text = inspect.cleandoc(docstring or "")
    text = re.sub(r":\w+:`~?(?:[\w.]*\.)?(\w+)`", r"`\1`", text)
    text = text.replace("``", "`")
    return re.sub(r"^>>> (.*)$", r"    >>> \1", text, flags=re.MULTILINE)


def one_line(docstring: str | None) -> str:
    """The same for a cell of a table."""
    return " ".join(markdown(docstring).split()).replace("|", "\\|")
