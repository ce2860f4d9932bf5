"""What stands for a name of a released package that its wheel alone cannot give."""

import sys
from collections.abc import Callable
from typing import Any, NoReturn

from conformance.lockstep import UnsupportedFeature


class StandInUsed(UnsupportedFeature):
    """Something was to be computed with a name that is only stood in for."""

    def __init__(self, name: str, how: str) -> None:
        NotImplementedError.__init__(self, f"{name} is {how}, but is only stood in for")
        self.feature = name


class StandIns:
    """Makes :class:`StandIn` s; ``loading`` says whether the release is still being loaded."""

    def __init__(self) -> None:
        self.loading = True

    def __call__(self, name: str) -> "StandIn":
        return StandIn(name, self)


class _Base:
    """What a class has as a base in place of one that is absent."""

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__()


class StandIn:
    """An object that may be imported, and used as a decorator, a base class or an annotation.

    While the release is being loaded, calls are taken for registrations: a call with one function
    or class returns it, any other call returns a decorator. ``typing`` may ask whether there is
    something, as it does for the bound of a ``TypeVar``. Every other use raises
    :class:`StandInUsed`.
    """

    def __init__(self, name: str, made_by: StandIns) -> None:
        self.__name__, self._made_by = name, made_by

    def __repr__(self) -> str:
        return f"<stands in for {self.__name__}>"

    def __getattr__(self, name: str) -> "StandIn":
        if name.startswith("__"):
            raise AttributeError(name)
        return self._made_by(f"{self.__name__}.{name}")

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        if not self._made_by.loading:
            self._refuse("called")
        if len(arguments) == 1 and not keywords and callable(arguments[0]):
            return arguments[0]
        return self

    def __getitem__(self, key: Any) -> Any:
        return self if self._made_by.loading else self._refuse("indexed")

    def __or__(self, other: Any) -> Any:
        return self if self._made_by.loading else self._refuse("computed with")

    __ror__ = __or__

    def __bool__(self) -> bool:
        asking = sys._getframe(1).f_globals.get("__name__")
        return True if asking == "typing" else self._refuse("asked whether it is true")

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        # Each base once, for a class may have several; keywords are those of the absent metaclass.
        return (type(self.__name__, (_Base,), {}),)

    def _refuse(self, how: str) -> NoReturn:
        raise StandInUsed(self.__name__, how)


def _refusing(how: str) -> Callable[..., Any]:
    def refuse(self: StandIn, *arguments: Any) -> NoReturn:
        raise StandInUsed(self.__name__, how)

    return refuse


_BINARY = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and")
_USES = {
    "gone through": ("iter", "len", "contains", "enter", "exit"),
    "compared": ("lt", "le", "gt", "ge"),
    "asked for its instances": ("instancecheck", "subclasscheck"),
    "computed with": (
        *(f"{side}{name}" for name in _BINARY for side in ("", "r")),
        *("neg", "index", "int", "float"),
    ),
}

for _how, _names in _USES.items():
    for _name in _names:
        setattr(StandIn, f"__{_name}__", _refusing(_how))
