"""Do the shapes of released models fit the axes and the constraints of a contract?"""

from conformance.contract.contract import Contract
from conformance.contract.mistake import ContractMistake


def check_released(contract: Contract) -> None:
    """Raise :class:`ContractMistake` for a shape that no call can have."""
    known = {axis.name: axis for axis in contract.axes}
    usual = {axis.name: axis.usual for axis in contract.axes}
    for shape in contract.released:
        field = f"released shape {shape.model}"
        if not shape.axes:
            raise ContractMistake("", field, "it names no axis", "give the sizes of some axes")
        if unknown := sorted(set(shape.axes) - set(known)):
            raise ContractMistake("", field, f"unknown axes {unknown}", f"known: {sorted(known)}")
        for name, size in shape.axes.items():
            if not known[name].allows(size):
                problem = f"{name} = {size} is outside the limits of the axis"
                raise ContractMistake("", field, problem, "widen the axis, or mend the shape")
        sizes = {**usual, **shape.axes}
        for constraint in contract.constraints:
            if not contract.keeps(constraint, sizes):
                problem = f"with the usual sizes of the other axes it breaks {constraint.text}"
                mend = f"name more axes ({', '.join(sorted(constraint.names()))}) or mend them"
                raise ContractMistake("", field, problem, mend)
