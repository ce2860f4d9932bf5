"""Sizes of a contract's axes, worked out of the shapes of tensors that exist."""

from collections.abc import Mapping

from conformance.contract import Contract, Size, shape_of
from conformance.contract.shapes import depends_on_data, is_leading, names_in, size_of

_TRIED = 4096
"""Sizes that are tried for an axis in an expression that is no straight line."""

Shapes = Mapping[str, tuple[int, ...]]


class Misfit(ValueError):
    """A call that a contract does not cover; the message says why."""


def sizes_of(contract: Contract, shapes: Shapes, numbers: Mapping[str, int]) -> dict[str, Size]:
    """A size for every axis: of the shapes of tensor arguments by name, and of ``numbers``.

    An axis that no shape and no number tells has its usual size. Raises :class:`Misfit` for shapes
    that are none of the contract's, and for sizes outside its limits.
    """
    found: dict[str, Size] = dict(numbers)
    entries = [pair for name, shape in shapes.items() for pair in _entries(contract, name, shape)]
    for entry, length in entries:
        if isinstance(entry, str) and (is_leading(entry) or entry.isidentifier()):
            found.setdefault(entry.removeprefix("*").strip(), length)
    _solve(entries, found)
    axes = {axis.name: found.get(axis.name, axis.usual) for axis in contract.axes}
    for name, shape in shapes.items():
        if (wanted := shape_of(contract.tensor(name).axes, axes)) != shape:
            axes_text = ", ".join(map(str, contract.tensor(name).axes))
            told = ", ".join(f"{axis} = {size}" for axis, size in axes.items())
            raise Misfit(f"{name} is {shape}, not {wanted} = ({axes_text}) with {told}")
    for axis in contract.axes:
        if not axis.allows(axes[axis.name]):
            raise Misfit(f"{axis.name} = {axes[axis.name]} is outside the limits of the contract")
    if broken := [each.text for each in contract.constraints if not contract.keeps(each, axes)]:
        raise Misfit(f"its sizes break {broken[0]}")
    return axes


def _entries(contract: Contract, name: str, shape: tuple[int, ...]) -> list[tuple[str | int, Size]]:
    """Entries of the shape in the contract, each with what it is in the call."""
    wanted = contract.tensor(name).axes
    leading = bool(wanted) and is_leading(wanted[0])
    plain = wanted[1:] if leading else wanted
    if len(shape) < len(plain) or (not leading and len(shape) > len(plain)):
        raise Misfit(f"{name} has {len(shape)} dimensions, not {len(wanted)}")
    split = len(shape) - len(plain)
    found: list[tuple[str | int, Size]] = [(wanted[0], shape[:split])] if leading else []
    return [*found, *zip(plain, shape[split:], strict=True)]


def _solve(entries: list[tuple[str | int, Size]], found: dict[str, Size]) -> None:
    """Find axes that stand in expressions with one unknown, again and again."""
    progress = True
    while progress:
        progress = False
        for entry, length in entries:
            if not isinstance(entry, str) or is_leading(entry) or depends_on_data(entry):
                continue
            unknown = [name for name in names_in(entry) if name not in found]
            if len(unknown) == 1 and isinstance(length, int):
                size = _solution(entry, unknown[0], length, found)
                if size is not None:
                    found[unknown[0]], progress = size, True


def _solution(entry: str, axis: str, length: int, found: Mapping[str, Size]) -> int | None:
    def value(size: int) -> int | None:
        try:
            return size_of(entry, {**found, axis: size})
        except (ArithmeticError, TypeError, ValueError):
            return None

    first, second = value(1), value(2)
    if first is not None and second is not None and second != first:
        size, rest = divmod(length - first, second - first)
        if rest == 0 and size + 1 >= 0 and value(size + 1) == length:
            return size + 1
    return next((size for size in range(_TRIED) if value(size) == length), None)
