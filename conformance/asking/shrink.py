"""Make a failing case smaller."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from time import monotonic

from conformance.case import Case
from conformance.contract import Contract
from conformance.inputs.draw import leaders, usual_case, with_dtypes


def _smaller(case: Case, contract: Contract) -> Iterator[Case]:
    """Simpler neighbours, the boldest first."""
    plain = usual_case(contract, case.check)
    for name, spec in case.tensors.items():
        simple = plain.tensors[name]
        if name in leaders(contract) and spec.dtype != simple.dtype:
            yield with_dtypes(contract, case, **{name: simple.dtype})
        if spec.values != simple.values:
            yield case.with_tensor(name, values=simple.values)
        if spec.layout != simple.layout:
            yield case.with_tensor(name, layout=simple.layout)
    for choice in contract.choices:
        if case.options.get(choice.name) != choice.words[0]:
            yield case.with_options(**{choice.name: choice.words[0]})
    for axis in contract.axes:
        size = case.axes[axis.name]
        for smaller in (axis.least, axis.least + 1, size // 2, size - size // 4, size - 1):
            if axis.least <= smaller < size:
                yield case.with_axes(**{axis.name: smaller})
    if case.seed:
        yield replace(case, seed=0)


def minimise(case: Case, contract: Contract, fails: Callable[[Case], bool], seconds: float) -> Case:
    """The smallest case found within ``seconds`` by simplifying one thing after the other.

    For cases that Hypothesis did not draw and hence cannot shrink.
    """
    end = monotonic() + seconds
    progress = True
    while progress:
        progress = False
        for candidate in _smaller(case, contract):
            if monotonic() > end:
                return case
            if contract.allows(candidate.axes) and fails(candidate):
                case, progress = candidate, True
                break
    return case
