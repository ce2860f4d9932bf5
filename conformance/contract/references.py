"""Does every name in a contract refer to something? Asked when a contract is made."""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from conformance.contract.arguments import SizeArgument, TensorArgument
from conformance.contract.axes import AnyAxis, LeadingAxes
from conformance.contract.expressions import Expression
from conformance.contract.mistake import ContractMistake
from conformance.contract.outputs import Output
from conformance.contract.shapes import Shape, depends_on_data, is_leading, names_in


class Parts(Protocol):
    """What a contract is made of, as far as its parts refer to each other."""

    @property
    def axes(self) -> Sequence[AnyAxis]: ...

    @property
    def tensors(self) -> Sequence[TensorArgument]: ...

    @property
    def sizes(self) -> Sequence[SizeArgument]: ...

    @property
    def states(self) -> Sequence[TensorArgument]: ...

    @property
    def outputs(self) -> Sequence[Output]: ...

    @property
    def constraints(self) -> Sequence[Expression]: ...

    @property
    def independent(self) -> str | None: ...

    @property
    def scene(self) -> Any: ...


def check_references(parts: Parts) -> None:
    """Raise :class:`ContractMistake` for a name that refers to nothing."""
    _check_axes(parts)
    earlier: set[str] = set()
    for argument in parts.tensors:
        _check_argument(parts, argument, earlier)
        earlier.add(argument.name)


def shapes(parts: Parts) -> Iterator[tuple[str, Shape]]:
    """Every shape of a contract, with the field that it stands in."""
    for argument in parts.tensors:
        yield f"argument {argument.name}", argument.axes
    for output in parts.outputs:
        yield f"output {output.name}", output.axes


def _check_axes(parts: Parts) -> None:
    known = {axis.name: axis for axis in parts.axes}

    def use(field: str, names: frozenset[str]) -> None:
        if unknown := sorted(names - set(known)):
            raise ContractMistake("", field, f"unknown axes {unknown}", f"known: {sorted(known)}")

    for field, shape in shapes(parts):
        for place, size in enumerate(shape):
            try:
                names = names_in(size)
            except ValueError as error:
                raise ContractMistake("", field, str(error)) from None
            use(field, names)
            if isinstance(size, int) and size < 0:
                raise ContractMistake("", field, f"the size {size} is negative")
            plain = isinstance(size, int) or is_leading(size) or depends_on_data(size)
            if not plain and not Expression(str(size)).is_number:
                problem = f"the size {size} is no number"
                raise ContractMistake("", field, problem, "write axes and numbers")
            if not is_leading(size):
                continue
            if not isinstance(known[str(size)[1:]], LeadingAxes):
                raise ContractMistake("", field, f"{size} is a single axis", "write LeadingAxes")
            if place:
                raise ContractMistake("", field, f"{size} does not lead", "put it first")
    for size_argument in parts.sizes:
        use(f"argument {size_argument.name}", frozenset({size_argument.axis}))
        if isinstance(known[size_argument.axis], LeadingAxes):
            field = f"argument {size_argument.name}"
            raise ContractMistake("", field, f"{size_argument.axis} has no single size")
    for constraint in parts.constraints:
        use(f"constraint {constraint.text}", constraint.names())
        if not constraint.names():
            raise ContractMistake("", f"constraint {constraint.text}", "it names no axis")
    for argument in parts.tensors:
        if argument.holds:
            use(f"argument {argument.name}", argument.holds.names())
    if parts.independent and parts.independent not in known:
        raise ContractMistake("", "independent", f"{parts.independent} is no axis")
    if parts.independent and parts.states:
        # A large case is judged piece by piece along that axis, which a state does not have.
        raise ContractMistake("", "independent", "a state leaves no axis independent", "remove it")


def _check_argument(parts: Parts, argument: TensorArgument, earlier: set[str]) -> None:
    field = f"argument {argument.name}"
    for other in (argument.same_dtype, argument.layout_leader):
        if other is not None and other not in earlier:
            raise ContractMistake("", field, f"{other} must precede {argument.name}")
    if argument.state and argument.state not in {a.name for a in parts.states}:
        raise ContractMistake("", field, f"{argument.state}, into which it goes, is no state")
    if argument.from_scene and parts.scene is None:
        raise ContractMistake("", field, "its role needs a scene", "give the contract a scene")
