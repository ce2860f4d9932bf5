"""The contract of an operator."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

from conformance.contract.arguments import Argument, Role, Shape, SizeArgument, TensorArgument
from conformance.contract.axes import Axis, Expression
from conformance.contract.outputs import Answer, Budget, Output, Selection
from conformance.contract.scene import Choice, SetScene
from conformance.contract.shapes import names_in, shape_of


@dataclass(frozen=True)
class Grid:
    """Cases that somebody else's tests run, as the product of axis sizes and dtypes of a tensor."""

    source: str
    axes: Mapping[str, tuple[int, ...]]
    argument: str
    dtypes: tuple[str, ...]

    def points(self) -> list[tuple[dict[str, int], str]]:
        """Every (axis sizes, dtype of ``argument``) of the grid."""
        sizes = [dict(zip(self.axes, point, strict=True)) for point in product(*self.axes.values())]
        return [(size, dtype) for size in sizes for dtype in self.dtypes]


@dataclass(frozen=True)
class Contract:
    """What an operator owes its callers, as data.

    ``reference`` is plain torch, called with the arguments in order (floats in fp64, states as they
    are) and, if there is a selection, the ids chosen by the subject as the keyword of that output's
    name; it returns the outputs in order and the states behind them, or an :class:`Answer`.
    ``unspecified`` is called likewise (ids positionally last) and returns, for the float outputs,
    the elements that the contract leaves open: a bool tensor per float output, by name. ``scene``
    gives the contents of arguments that only make sense together, ``choices`` are the words that it
    reads beside sizes and patterns. ``deterministic`` claims equal bits for equal inputs.

    Raises ``ValueError`` if names do not fit together.
    """

    name: str
    summary: str
    axes: tuple[Axis, ...]
    arguments: tuple[Argument, ...]
    outputs: tuple[Output, ...]
    reference: Callable[..., tuple[Any, ...] | Answer]
    unspecified: Callable[..., Mapping[str, Any]] | None = None
    constraints: tuple[Expression, ...] = ()
    grids: tuple[Grid, ...] = ()
    independent: str | None = None
    """The first axis of tensors along which an operator treats every entry for itself."""
    deterministic: bool = False
    scene: SetScene | None = None
    choices: tuple[Choice, ...] = ()
    combinations: tuple[Mapping[str, str], ...] = ()
    """Patterns of several arguments that are special only together."""

    def __post_init__(self) -> None:
        names = {axis.name for axis in self.axes}
        used = {name for shape in self._shapes() for size in shape for name in names_in(size)}
        used |= {argument.axis for argument in self.sizes}
        used |= {name for constraint in self.constraints for name in constraint.names()}
        if missing := used - names:
            raise ValueError(f"contract {self.name}: unknown axes {sorted(missing)}")
        known = {argument.name for argument in self.tensors}
        for output in self.outputs:
            if output.selection and output.selection.argument not in known:
                raise ValueError(f"contract {self.name}: {output.name} selects from no argument")
            if isinstance(output.budget, Budget) and output.budget.magnitude not in known | {None}:
                raise ValueError(f"contract {self.name}: {output.budget.magnitude} is no argument")
            if output.follows not in {o.name for o in self.outputs if o.selection} | {None}:
                raise ValueError(f"contract {self.name}: {output.name} follows no selection")
        if self.independent and self.states:
            # A large case is judged piece by piece along that axis, which a state does not have.
            raise ValueError(f"contract {self.name}: a state leaves no axis independent")
        for argument in self.tensors:
            leader = argument.same_dtype
            if leader and leader not in [a.name for a in self.tensors[: self._place(argument)]]:
                raise ValueError(f"contract {self.name}: {leader} must precede {argument.name}")
            if argument.state not in known | {None}:
                raise ValueError(f"contract {self.name}: {argument.name} refers to no argument")
            if argument.from_scene and self.scene is None:
                raise ValueError(f"contract {self.name}: {argument.name} needs a scene")

    @property
    def tensors(self) -> tuple[TensorArgument, ...]:
        return tuple(a for a in self.arguments if isinstance(a, TensorArgument))

    @property
    def sizes(self) -> tuple[SizeArgument, ...]:
        return tuple(a for a in self.arguments if isinstance(a, SizeArgument))

    @property
    def states(self) -> tuple[TensorArgument, ...]:
        """The arguments that are written in place."""
        return tuple(a for a in self.tensors if a.role is Role.STATE)

    @property
    def selection(self) -> Selection | None:
        """The selection among the outputs, if there is one."""
        return next((output.selection for output in self.outputs if output.selection), None)

    def _shapes(self) -> list[Shape]:
        return [a.axes for a in self.tensors] + [output.axes for output in self.outputs]

    def _place(self, argument: TensorArgument) -> int:
        return self.tensors.index(argument)

    def tensor(self, name: str) -> TensorArgument:
        return next(argument for argument in self.tensors if argument.name == name)

    def axis(self, name: str) -> Axis:
        return next(axis for axis in self.axes if axis.name == name)

    def elements(self, axes: Mapping[str, int]) -> int:
        """Elements of the largest tensor among arguments and outputs: what a case weighs."""
        return max(prod(shape_of(shape, axes)) for shape in self._shapes())

    def allows(self, axes: Mapping[str, int]) -> bool:
        """Whether the sizes lie within the axes' limits and satisfy every constraint."""
        for axis in self.axes:
            size = axes[axis.name]
            if size < axis.least or (axis.most is not None and size > axis.most):
                return False
        return all(constraint.holds(axes) for constraint in self.constraints)
