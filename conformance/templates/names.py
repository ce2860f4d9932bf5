"""What an operator may be called: its name becomes a function, three files and a table."""

import builtins
import keyword
import re
from collections.abc import Set

from conformance.catalogue.folders import is_taken

LONGEST = 64
"""Characters of a name: files that are called like it have to be possible everywhere."""


def check_name(name: str, used: Set[str]) -> None:
    """Raise ``ValueError`` for a name that will not do, with one that will.

    ``used`` are names that the files of the template use themselves.
    """
    if (problem := _problem(name, used)) is None:
        return
    better = _nearest(name)
    hint = f"; did you mean {better}?" if better and _problem(better, used) is None else ""
    raise ValueError(f"{name[:80]!r} cannot be the name of an operator: {problem}{hint}")


def _problem(name: str, used: Set[str]) -> str | None:
    if not name.isascii() or not name.isidentifier():
        return "write letters, digits and _, no digit first"
    if len(name) > LONGEST:
        return f"it has more than {LONGEST} characters"
    if keyword.iskeyword(name):
        return "it is a keyword of Python"
    if hasattr(builtins, name):
        return "it is a builtin of Python"
    if is_taken(name.lower()):
        return f"{name}.py would hide the module of this name"
    if name.startswith(("test_", "_")) or name.endswith(("_test", "_contract")):
        return "a file that is called so is no kernel for pytest, or for readers"
    if name in used:
        return "the files of the template use it for something else"
    return None


def _nearest(name: str) -> str:
    """The name with what no name may have taken out; empty if nothing is left."""
    text = re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_")
    text = re.sub(r"^(test_)+|(_test|_contract)+$", "", text).strip("_")[: LONGEST - 10]
    if not text or text[0].isdigit():
        return f"op_{text}" if text else ""
    return text if text != name else f"my_{text}"
