"""Make a failing case smaller."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from time import monotonic

from conformance.case import Case
from conformance.case.draw import usual_case
from conformance.contract import Contract


def _smaller(case: Case, contract: Contract) -> Iterator[Case]:
    """Simpler neighbours, the boldest first."""
    plain = usual_case(contract, case.check)
    for name, spec in case.tensors.items():
        for word, simple in vars(plain.tensors[name]).items():
            if getattr(spec, word) != simple:
                yield case.with_tensor(name, **{word: simple})
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
