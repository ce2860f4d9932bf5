"""The contract of an operator."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import prod
from typing import Any, Literal

from conformance.contract.answer import Answer
from conformance.contract.arguments import Argument, TensorArgument
from conformance.contract.arguments.roles import Role
from conformance.contract.arguments.scalars import ScalarArgument, SizeArgument
from conformance.contract.axes import AnyAxis, Size
from conformance.contract.expressions import Expression
from conformance.contract.layouts import Layout
from conformance.contract.left_to_callers import left_to_callers
from conformance.contract.mistake import ContractMistake
from conformance.contract.outputs import Derived, Output
from conformance.contract.references import check_references
from conformance.contract.scene import Choice, SetScene
from conformance.contract.selection import Selection
from conformance.contract.shapes import shape_of
from conformance.contract.sizes.grid import Grid
from conformance.contract.sizes.released import ReleasedShape
from conformance.contract.typed import check_types


@dataclass(frozen=True)
class Contract:
    """What an operator owes its callers, as data.

    ``reference`` is plain torch, called with the arguments in order (floats in fp64, states and
    integers as they are, None for a tensor that is not given, no output that is passed as an
    argument) and, if there is a selection, the ids chosen by the subject as the keyword of that
    output's name; it returns the outputs in order and the states behind them (None for one that is
    not given), or an :class:`Answer`. ``unspecified`` is called likewise (ids positionally last)
    and returns, for the float outputs, the elements that the contract leaves open: a bool tensor
    per float output, by name. ``scene`` gives the contents of arguments that only make sense
    together, ``choices`` are the words that it reads beside sizes and patterns. ``deterministic``
    claims equal bits for equal inputs. Functions may be :func:`imported` ones.

    Raises :class:`ContractMistake` for a name that refers to nothing. Every other mistake is found
    by :func:`conformance.contract.validation.validate`, before a contract is asked.
    """

    name: str
    summary: str
    axes: tuple[AnyAxis, ...]
    arguments: tuple[Argument, ...]
    outputs: tuple[Output, ...]
    reference: Callable[..., tuple[Any, ...] | Answer]
    unspecified: Callable[..., Mapping[str, Any]] | None = None
    constraints: tuple[Expression, ...] = ()
    grids: tuple[Grid, ...] = ()
    released: tuple[ReleasedShape, ...] = ()
    """Sizes that released models have together: the check of sizes asks all of them."""
    independent: str | None = None
    """The first axis of tensors along which an operator treats every entry for itself."""
    deterministic: bool = False
    scene: SetScene | None = None
    choices: tuple[Choice, ...] = ()
    combinations: tuple[Mapping[str, str], ...] = ()
    """Patterns of several arguments that are special only together."""
    derived: tuple[Derived, ...] = ()
    """Numbers by which several outputs are judged together."""
    patterns: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    """Patterns of the contract's own by name: from a :class:`conformance.inputs.patterns.Draw` to
    a tensor."""
    layouts: Mapping[str, Layout] = field(default_factory=dict)
    """Layouts of the contract's own by name."""
    asks: Literal["kernel", "generation"] = "kernel"
    """Which checks ask it: those of kernels, or those of engines that generate."""

    def __post_init__(self) -> None:
        try:
            check_types(self, "the contract")
            check_references(self)
        except ContractMistake as mistake:
            raise mistake.within(self.name) from None

    @property
    def tensors(self) -> tuple[TensorArgument, ...]:
        return tuple(a for a in self.arguments if isinstance(a, TensorArgument))

    @property
    def sizes(self) -> tuple[SizeArgument, ...]:
        return tuple(a for a in self.arguments if isinstance(a, SizeArgument))

    @property
    def scalars(self) -> tuple[ScalarArgument, ...]:
        """The arguments whose value is a word of a case: floats, flags and words."""
        return tuple(a for a in self.arguments if isinstance(a, ScalarArgument))

    @property
    def states(self) -> tuple[TensorArgument, ...]:
        """The arguments that are written in place."""
        return tuple(a for a in self.tensors if a.role is Role.STATE)

    @property
    def passed_outputs(self) -> tuple[TensorArgument, ...]:
        """The arguments that outputs are written into."""
        return tuple(a for a in self.tensors if a.role is Role.OUTPUT)

    @property
    def returned(self) -> tuple[Output, ...]:
        """The outputs that a call returns, rather than writes into an argument."""
        passed = {argument.name for argument in self.passed_outputs}
        return tuple(output for output in self.outputs if output.name not in passed)

    @property
    def selection(self) -> Selection | None:
        """The selection among the outputs, if there is one."""
        return next((output.selection for output in self.outputs if output.selection), None)

    @property
    def not_asked(self) -> tuple[str, ...]:
        """What the contract leaves to callers, so that no check asks it: a sentence each."""
        return left_to_callers(self.arguments)

    def tensor(self, name: str) -> TensorArgument:
        return next(argument for argument in self.tensors if argument.name == name)

    def axis(self, name: str) -> AnyAxis:
        return next(axis for axis in self.axes if axis.name == name)

    def elements(self, axes: Mapping[str, Size]) -> int:
        """Elements of the largest tensor among arguments and outputs: what a case weighs."""
        shapes = [a.axes for a in self.tensors] + [output.axes for output in self.outputs]
        return max((prod(shape_of(shape, axes)) for shape in shapes), default=1)

    def allows(self, axes: Mapping[str, Size]) -> bool:
        """Whether the sizes lie within the axes' limits and satisfy every constraint."""
        if not all(axis.allows(axes[axis.name]) for axis in self.axes):
            return False
        return all(self.keeps(constraint, axes) for constraint in self.constraints)

    def keeps(self, constraint: Expression, axes: Mapping[str, Size]) -> bool:
        """Whether sizes satisfy a constraint; :class:`ContractMistake` if it cannot be told."""
        try:
            return constraint.holds(axes)
        except (ArithmeticError, TypeError) as error:
            problem = f"{type(error).__name__}: {error}, for {dict(axes)}"
            mend = "write one that is true or false for all sizes"
            field = f"constraint {constraint.text}"
            raise ContractMistake(self.name, field, problem, mend) from None
