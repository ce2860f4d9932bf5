"""Modules that are not installed here, for code of a release that imports them."""

import importlib
from collections.abc import Iterable
from types import ModuleType
from typing import Any

from conformance.subjects.stand_in import StandIn, StandIns


class StandInModule(ModuleType):
    """Has every name: what is not set is a stand-in, which can be imported and not computed with.

    ``modules`` are full names of modules that hold something which is no stand-in.
    """

    def __init__(self, name: str, made_by: StandIns, modules: Iterable[str]) -> None:
        super().__init__(name, "Stands in; see conformance.subjects.stand_in.")
        self.__dict__.update(made_by=made_by, modules=frozenset(modules), __path__=[])

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        if f"{self.__name__}.{name}" in self.__dict__["modules"]:
            return importlib.import_module(f"{self.__name__}.{name}")
        return StandIn(f"{self.__name__}.{name}", self.__dict__["made_by"])
