"""What surrounds a call of an operator with state: how much is held, where, and who may see it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance.contract.mistake import ContractMistake
from conformance.contract.typed import check_types


class NoSuchScene(ValueError):
    """The sizes and words leave no scene to set; the message says why."""


@dataclass(frozen=True)
class Choice:
    """A word that a case carries because calls come in variants. The first word is the usual one.

    The contract's scene reads it.
    """

    name: str
    words: tuple[str, ...]
    meaning: str

    def __post_init__(self) -> None:
        check_types(self, f"choice {self.name}")
        if len(set(self.words)) < len(self.words):
            problem = f"{self.words} has a word twice"
            raise ContractMistake("", f"choice {self.name}", problem, "remove one")


@dataclass(frozen=True)
class Situation:
    """What a scene is made of.

    ``axes`` are sizes (tuples for leading dimensions), ``values`` and ``dtypes`` are the words of
    each tensor argument by name (``none`` for one that is not given), ``words``
    the case's choices, and ``step`` counts the calls that went before on the same state.
    ``generator`` is a ``torch.Generator`` that no other tensor is drawn from.
    """

    axes: Mapping[str, Any]
    values: Mapping[str, str]
    dtypes: Mapping[str, str]
    words: Mapping[str, str]
    step: int
    generator: Any


@dataclass(frozen=True)
class Scene:
    """Contents of the arguments that only make sense together, and what a state does not hold.

    ``values`` gives a tensor for each argument whose role says so (its shape may differ from the
    axes', where a choice says so); ``undefined`` gives for arguments by name the elements (bool, on
    the CPU) that hold nothing: of a state what nobody has written or whose owner is gone, of what
    a call brings its padding.
    """

    values: Mapping[str, Any]
    undefined: Mapping[str, Any] = field(default_factory=dict)


SetScene = Callable[[Situation], Scene]
"""Raises :class:`NoSuchScene`."""
