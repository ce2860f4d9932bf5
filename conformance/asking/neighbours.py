"""Cases that differ from a failing one in a single thing: they tell what its failure depends on."""

from collections.abc import Iterator
from itertools import zip_longest

from conformance.case import Case
from conformance.contract import Axis, Contract
from conformance.inputs.usual import leaders, usual_case, with_dtypes, with_tensor

SIZES = (32, 64, 96, 16, 128, 33, 8, 256, 48, 129, 1024, 3)
"""Sizes that tell thresholds from multiples: powers of two, what lies between, and neighbours."""
MOST_ELEMENTS = 1 << 18


def neighbours(case: Case, contract: Contract) -> Iterator[Case]:
    """Other sizes of one axis, other dtypes, values and layouts of one tensor, other words.

    The axes take turns, so that a limit on their number leaves none out. Cases that the contract
    does not allow, and those of more than ``MOST_ELEMENTS``, are left out.
    """
    plain = usual_case(contract, case.check)
    for name in leaders(contract):
        for dtype in contract.tensor(name).dtypes:
            if case.tensors[name].given and dtype != case.tensors[name].dtype:
                yield with_dtypes(contract, case, **{name: dtype})
    for name, spec in case.tensors.items():
        simple = plain.tensors[name]
        if not (spec.given and simple.given):
            continue
        if spec.values != simple.values:
            yield case.with_tensor(name, values=simple.values)
        if spec.layout != simple.layout and not contract.tensor(name).layout_leader:
            yield with_tensor(contract, case, name, layout=simple.layout)
    for choice in contract.choices:
        for word in choice.words:
            if word != case.options.get(choice.name):
                yield case.with_options(**{choice.name: word})
    axes = [axis for axis in contract.axes if isinstance(axis, Axis)]
    sizes = [[case.with_axes(**{axis.name: size}) for size in SIZES] for axis in axes]
    for turn in zip_longest(*sizes):
        for other in turn:
            if other is not None and other.axes != case.axes and _allowed(other, contract):
                yield other


def _allowed(case: Case, contract: Contract) -> bool:
    return contract.allows(case.axes) and contract.elements(case.axes) <= MOST_ELEMENTS
