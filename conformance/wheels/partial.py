"""A module some of whose names are replaced, for those who are given it in place of the module."""

import importlib
from collections.abc import Mapping
from types import ModuleType
from typing import Any


class Partial(ModuleType):
    """A module that has everything of another one, but for what is set on it."""

    def __init__(self, original: ModuleType) -> None:
        super().__init__(original.__name__, original.__doc__)
        self.__dict__["_original"] = original

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["_original"], name)


def with_replacements(module: str, replaced: Mapping[str, str]) -> ModuleType:
    """The module `module` with the full names `replaced` by the modules that they map to.

    The module itself stays as it is. Raises ImportError.
    """
    top = Partial(importlib.import_module(module))
    for full, replacement in replaced.items():
        *between, last = full.removeprefix(f"{module}.").split(".")
        place: ModuleType = top
        for name in between:
            if not isinstance(place.__dict__.get(name), Partial):
                setattr(place, name, Partial(getattr(place, name)))
            place = getattr(place, name)
        setattr(place, last, importlib.import_module(replacement))
    return top
