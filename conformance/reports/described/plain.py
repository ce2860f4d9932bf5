"""Contracts and operators as plain data, for machines."""

import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from conformance.catalogue.objects import FILE_MODULE

FORMAT = 1
"""Version of the JSON document's form."""


def plain(value: Any) -> Any:
    """A value made of dataclasses as what JSON knows.

    A dataclass becomes an object of its fields, with its name as ``is``; a function becomes the
    text ``module:name``, or ``FILE.py:name``.
    """
    if is_dataclass(value) and not isinstance(value, type) and not callable(value):
        data = {field.name: plain(getattr(value, field.name)) for field in fields(value)}
        return {"is": type(value).__name__, **data}
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return str(value)
    return function_text(value)


def function_text(function: Any) -> str:
    """Where a function lies, or the class of an object that is called like one."""
    if text := getattr(function, "text", None):
        return str(text)
    named = function if hasattr(function, "__qualname__") else type(function)
    module = named.__module__
    if module.startswith(FILE_MODULE):
        module = sys.modules[module].__file__
    return f"{module}:{named.__qualname__}"
