"""Tensor arguments: axes, dtypes, a role, and what callers promise."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from conformance.contract.arguments.integers import PADDING_WORDS, UNIFORM, Integers
from conformance.contract.arguments.roles import FROM_SCENE, WRITTEN, Role
from conformance.contract.arguments.scalars import Refuses
from conformance.contract.dtypes import is_integer
from conformance.contract.mistake import ContractMistake
from conformance.contract.outputs import Budget
from conformance.contract.shapes import Shape
from conformance.contract.typed import check_types

Optional = Literal["given", "none", "never"]

UNWRITTEN = "unwritten"
"""What a case says of the contents of a tensor that is passed to be written into."""


@dataclass(frozen=True)
class TensorArgument:
    """A tensor argument of shape ``axes`` in one of ``dtypes`` (names such as ``"bfloat16"``).

    The first dtype is the usual one. ``values`` names the pattern its contents are drawn from when
    a check asks nothing of them (see :mod:`conformance.inputs.values`; ``"normal"`` for floats,
    ``"uniform"`` for integers); ``stress`` names the patterns that the check of special values puts
    into it. Where the contract's scene gives the contents, both are words that the scene
    understands.

    """

    name: str
    axes: Shape
    dtypes: tuple[str, ...]
    meaning: str
    role: Role = Role.INPUT
    values: str = ""
    stress: tuple[str, ...] = ()
    same_dtype: str | None = None
    """The argument whose dtype this one has in every call."""
    state: str | None = None
    """For new state: the argument that it goes into."""
    owed_layouts: tuple[str, ...] = ()
    """Layouts that callers pass; they must be accepted."""
    flexible: tuple[str, ...] = ()
    """Axes whose length is free; ``arguments`` does not vary them."""
    optional: Optional | None = None
    """None may be passed: ``"given"`` and ``"none"`` say what is usual. ``"never"`` says that a
    subject is never given the tensor."""
    refusable: bool = False
    """For an optional tensor: an implementation without it may refuse it by an exception."""
    strides: str = "any"
    """``"any"``; ``"dense"`` where callers always pass it dense; ``"like NAME"`` where it always
    has the layout of another argument. Other layouts are not asked, and the report says so."""
    refused_by: Refuses = "operator"
    """Who refuses a wrong tensor. What callers refuse is not asked, and the report says so."""
    holds: Integers | None = None
    """For integers: their range, and what stands for nothing."""
    budget: Budget | Mapping[str, Budget] | None = None
    """For a state of floats that is computed rather than copied: how far it may lie from what the
    reference returns in float64, for all dtypes or for each. Others are compared bit for bit."""

    def __post_init__(self) -> None:
        check_types(self, f"argument {self.name}")
        if not self.dtypes:
            raise ContractMistake("", f"argument {self.name}", "at least one dtype is needed")
        if not self.values:
            integers = is_integer(self.dtypes[0]) and not self.from_scene
            usual = UNIFORM if integers else "normal"
            object.__setattr__(self, "values", UNWRITTEN if self.is_passed_output else usual)

    def budget_for(self, dtype: str) -> Budget | None:
        """The budget of a state held in ``dtype``; None if it is compared bit for bit."""
        return self.budget.get(dtype) if isinstance(self.budget, Mapping) else self.budget

    @property
    def leader(self) -> str:
        """The argument whose dtype decides this one's: itself, or the one it follows."""
        return self.same_dtype or self.name

    @property
    def layout_leader(self) -> str | None:
        """The argument whose layout this one always has, if there is one."""
        return self.strides.removeprefix("like ") if self.strides.startswith("like ") else None

    @property
    def is_passed_output(self) -> bool:
        """Whether the caller passes it for an output to be written into."""
        return self.role is Role.OUTPUT

    @property
    def integers(self) -> Integers | None:
        """The integers that it holds, where it holds integers that no scene gives."""
        if self.from_scene or self.is_passed_output or not is_integer(self.dtypes[0]):
            return None
        return self.holds or Integers()

    @property
    def patterns(self) -> tuple[str, ...]:
        """Everything it may be filled with: the usual first, then what stresses it."""
        return (self.values, *self.stressing)

    @property
    def stressing(self) -> tuple[str, ...]:
        """What stresses it: what the contract names, and padding where there is one."""
        padded = self.integers is not None and self.integers.padding is not None
        more = [word for word in PADDING_WORDS if padded and word not in self.stress]
        return (*self.stress, *more)

    @property
    def from_scene(self) -> bool:
        """Whether the contract's scene gives the contents."""
        return self.role in FROM_SCENE

    @property
    def written(self) -> bool:
        """Whether an operator writes into it."""
        return self.role in WRITTEN
