"""Functions that a contract names by text, so that a contract can be read without torch."""

from dataclasses import dataclass, field
from importlib import import_module
from typing import Any


@dataclass(frozen=True)
class Imported:
    """The function ``NAME`` of the module in ``MODULE:NAME``, which is imported at the first call.

    ``NAME`` may be dotted. Raises ``ValueError`` for a text of another form, at once; a call raises
    ``ImportError`` and ``AttributeError`` if there is no such module or function.
    """

    text: str
    _found: list[Any] = field(default_factory=list, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        module, colon, name = self.text.partition(":")
        if not (module and colon and name):
            raise ValueError(f"{self.text!r}: want MODULE:NAME")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if not self._found:
            module, _, name = self.text.partition(":")
            found: Any = import_module(module)
            for part in name.split("."):
                found = getattr(found, part)
            self._found.append(found)
        return self._found[0](*args, **kwargs)


def imported(text: str) -> Imported:
    """The function that ``text``, ``MODULE:NAME``, names; imported at its first call."""
    return Imported(text)
