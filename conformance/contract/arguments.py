"""Arguments of an operator: tensors with axes, dtypes and a role, and sizes given as numbers."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What an operator does with a tensor argument."""

    INPUT = "input"
    """Read, never written."""


@dataclass(frozen=True)
class TensorArgument:
    """A tensor argument of shape ``axes`` in one of ``dtypes`` (names such as ``"bfloat16"``).

    The first dtype is the usual one. ``values`` names the pattern its contents are drawn from when
    a check asks nothing of them (see :mod:`conformance.inputs.values`); ``stress`` names the
    patterns that the check of special values puts into it.
    """

    name: str
    axes: tuple[str, ...]
    dtypes: tuple[str, ...]
    meaning: str
    role: Role = Role.INPUT
    values: str = "normal"
    stress: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.dtypes:
            raise ValueError(f"argument {self.name}: at least one dtype is needed")


@dataclass(frozen=True)
class SizeArgument:
    """A Python ``int`` argument that gives the size of an axis."""

    name: str
    axis: str
    meaning: str


Argument = TensorArgument | SizeArgument
