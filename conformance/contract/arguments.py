"""Arguments of an operator: tensors with axes, dtypes and a role, and sizes given as numbers."""

from dataclasses import dataclass
from enum import StrEnum

Shape = tuple[str | int, ...]
"""The axes of a tensor: names of axes, numbers, or sizes worked out of axes (``"NP * P"``)."""


class Role(StrEnum):
    """What an operator does with a tensor argument."""

    INPUT = "input"
    """Read, never written."""
    NEW_STATE = "new state"
    """Read; goes into a state, rounded to the state's dtype, and nowhere else."""
    STATE = "state"
    """Written in place, and read: what it holds outlives the call."""
    INDEX = "index"
    """Integers that say how much a state holds, or where."""
    BLOCK_TABLE = "block table"
    """Integers that say in which block of a state each part of a sequence lies."""
    MASK = "mask"
    """Which pairs may see each other."""
    SCALE = "scale"
    """A factor."""
    PLACEHOLDER = "placeholder"
    """Passed because the schema has it, never looked at."""


FROM_SCENE = (Role.INDEX, Role.BLOCK_TABLE, Role.MASK)
"""Roles whose contents only make sense together: a contract's scene gives them."""


@dataclass(frozen=True)
class TensorArgument:
    """A tensor argument of shape ``axes`` in one of ``dtypes`` (names such as ``"bfloat16"``).

    The first dtype is the usual one. ``values`` names the pattern its contents are drawn from when
    a check asks nothing of them (see :mod:`conformance.inputs.values`); ``stress`` names the
    patterns that the check of special values puts into it. Where the contract's scene gives the
    contents, both are words that the scene understands.
    """

    name: str
    axes: Shape
    dtypes: tuple[str, ...]
    meaning: str
    role: Role = Role.INPUT
    values: str = "normal"
    stress: tuple[str, ...] = ()
    same_dtype: str | None = None
    """The argument whose dtype this one has in every call."""
    state: str | None = None
    """For new state: the argument that it goes into."""
    owed_layouts: tuple[str, ...] = ()
    """Layouts that callers really pass, so that refusing them is no way out."""
    flexible: tuple[str, ...] = ()
    """Axes along which another length is no error of the caller's."""

    def __post_init__(self) -> None:
        if not self.dtypes:
            raise ValueError(f"argument {self.name}: at least one dtype is needed")

    @property
    def leader(self) -> str:
        """The argument whose dtype decides this one's: itself, or the one it follows."""
        return self.same_dtype or self.name

    @property
    def patterns(self) -> tuple[str, ...]:
        """Everything it may be filled with: the usual first, then what stresses it."""
        return (self.values, *self.stress)

    @property
    def from_scene(self) -> bool:
        """Whether the contract's scene gives the contents."""
        return self.role in FROM_SCENE


@dataclass(frozen=True)
class SizeArgument:
    """A Python ``int`` argument that gives the size of an axis."""

    name: str
    axis: str
    meaning: str


Argument = TensorArgument | SizeArgument
