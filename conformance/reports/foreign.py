"""Texts of strangers (subjects, exceptions, file names) in reports.

Nothing in them may steer a terminal, break XML, or look like a line of the suite's own: what cannot
be printed is replaced, and every line but the first is indented.
"""

import re

_UNPRINTABLE = re.compile(
    "[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
    # What turns the direction of a text, separates lines, or has no width.
    "|[\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
    "|[\ufdd0-\ufdef\U000e0000-\U000e0fff]"
)
INDENT = "    "


def printable(text: str) -> str:
    """A text without what neither a terminal nor XML bears: control characters, half surrogates.

    Tabs and ends of lines stay.
    """
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def one_line(text: str) -> str:
    r"""A printable text on one line: an end of a line is written as ``\n``."""
    return printable(text).replace("\n", "\\n").replace("\t", " ")


def indented(text: str, indent: str = INDENT) -> str:
    """A printable text with every line but the first indented."""
    return printable(text).replace("\n", f"\n{indent}")
