"""Do the grids of a contract hold calls that it allows?"""

from conformance.contract.contract import Contract
from conformance.contract.mistake import ContractMistake
from conformance.contract.sizes.grid import Grid


def check_grids(contract: Contract) -> None:
    """Raise :class:`ContractMistake` for a grid of something else, or with calls not allowed."""
    tensors = {argument.name: argument for argument in contract.tensors}
    known = {axis.name: axis for axis in contract.axes}
    for grid in contract.grids:
        field = f"grid {grid.source}"
        if grid.argument not in tensors:
            raise ContractMistake("", field, f"{grid.argument} is no tensor")
        if unknown := sorted(set(grid.axes) - set(known)):
            raise ContractMistake("", field, f"unknown axes {unknown}")
        if unknown := sorted(set(grid.dtypes) - set(tensors[grid.argument].dtypes)):
            raise ContractMistake("", field, f"{grid.argument} is never {unknown}")
        for name, sizes in grid.axes.items():
            if outside := [size for size in sizes if not known[name].allows(size)]:
                problem = f"{name} = {outside[0]} is outside the limits of the axis"
                raise ContractMistake("", field, problem, "widen the axis, or remove the size")
        _check_points(contract, grid)


def _check_points(contract: Contract, grid: Grid) -> None:
    field = f"grid {grid.source}"
    usual = {axis.name: axis.usual for axis in contract.axes}
    points = grid.points()
    if not points:
        raise ContractMistake("", field, "it holds no call", "give sizes and dtypes")
    for sizes, _ in points:
        for constraint in contract.constraints:
            if not contract.keeps(constraint, {**usual, **sizes}):
                problem = f"{sizes} breaks {constraint.text}"
                raise ContractMistake("", field, problem, "remove the size, or mend the constraint")
