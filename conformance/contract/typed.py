"""Does every field of a contract's parts hold what its annotation says?

A contract is data that people write by hand. A word where a tuple is wanted reads as a tuple of
letters, and a misspelt choice as one of the others, unless somebody looks.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from conformance.contract.mistake import ContractMistake


def check_types(part: Any, label: str) -> None:
    """Raise :class:`ContractMistake` for a field of a dataclass that holds something else.

    ``label`` names the part (``argument x``). A bool is no number, and an int is a float.
    """
    hints = _hints(part.__class__)
    for field in fields(part):
        value, wanted = getattr(part, field.name), hints[field.name]
        if not _is(value, wanted):
            problem = f"{field.name} is {_shown(value)}"
            raise ContractMistake("", label, problem, f"write {_words(wanted)}")


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _is(value: Any, wanted: Any) -> bool:
    origin, inner = get_origin(wanted), get_args(wanted)
    if wanted is Any:
        return True
    if origin in (Union, UnionType):
        return any(_is(value, one) for one in inner)
    if origin is Literal:
        return any(type(value) is type(word) and value == word for word in inner)
    if origin is tuple:
        if not isinstance(value, tuple):
            return False
        if len(inner) == 2 and inner[1] is Ellipsis:
            return all(_is(entry, inner[0]) for entry in value)
        return len(value) == len(inner) and all(map(_is, value, inner))
    if origin is Mapping:
        return isinstance(value, Mapping) and all(
            _is(key, inner[0]) and _is(entry, inner[1]) for key, entry in value.items()
        )
    if origin is Callable or wanted is Callable:
        return callable(value)
    if wanted in (int, float):
        return isinstance(value, int | wanted) and not isinstance(value, bool)
    return isinstance(value, wanted)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"a {type(value).__name__}"


def _words(wanted: Any) -> str:
    """What an annotation asks for, as one reads it."""
    origin, inner = get_origin(wanted), get_args(wanted)
    if origin in (Union, UnionType):
        return " or ".join(_words(one) for one in inner)
    if origin is Literal:
        return " or ".join(map(repr, inner))
    if origin is tuple:
        return f"a tuple of {_words(inner[0])}, with a comma behind each" if inner else "a tuple"
    if origin is Mapping:
        return f"a dict from {_words(inner[0])} to {_words(inner[1])}"
    if origin is Callable or wanted is Callable:
        return "a function"
    if wanted is NoneType:
        return "None"
    if isinstance(wanted, type) and issubclass(wanted, Enum):
        return f"{wanted.__name__}.{' or '.join(word.name for word in wanted)}"
    return {str: "text", int: "an int", float: "a float", bool: "True or False"}.get(
        wanted, getattr(wanted, "__name__", str(wanted))
    )
