"""Make a failing case smaller."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from time import monotonic

from conformance.case import Case
from conformance.contract import Contract, Size
from conformance.inputs.usual import (
    leaders,
    usual_case,
    usual_words,
    with_dtypes,
    with_tensor,
    without_tensor,
)


def _smaller(case: Case, contract: Contract, keep: Sequence[str]) -> Iterator[Case]:
    """Simpler neighbours, the boldest first. Words named in ``keep`` stay."""
    plain = usual_case(contract, case.check)
    for name, spec in case.tensors.items():
        simple = plain.tensors[name]
        if not simple.given:
            if spec.given:
                yield without_tensor(case, name)
            simple = with_tensor(contract, plain, name).tensors[name] if spec.given else simple
        elif not spec.given:
            yield with_tensor(contract, case, name)
            continue
        if name in leaders(contract) and spec.dtype != simple.dtype:
            yield with_dtypes(contract, case, **{name: simple.dtype})
        if spec.values != simple.values:
            yield case.with_tensor(name, values=simple.values)
        if spec.layout != simple.layout and not contract.tensor(name).layout_leader:
            yield with_tensor(contract, case, name, layout=simple.layout)
    for name, word in usual_words(contract).items():
        if case.options.get(name) != word and name not in keep:
            yield case.with_options(**{name: word})
    for axis in contract.axes:
        for smaller in axis.smaller(case.axes[axis.name]):
            yield case.with_axes(**{axis.name: smaller})
        if contract.asks == "generation" and axis is contract.axes[0]:
            yield from _fewer_requests(case, contract)
    if case.seed:
        yield replace(case, seed=0)


def _fewer_requests(case: Case, contract: Contract) -> Iterator[Case]:
    """Fewer requests with other lengths, for contracts of generation.

    With fewer requests, lengths that are drawn are others, so that what the fault takes may be
    missing. Their first axis counts requests, their first choice says how lengths come about.
    """
    requests = contract.axes[0]
    sizes: Iterator[Size] = islice(requests.smaller(case.axes[requests.name]), 2)
    for fewer in sizes:
        changed = case.with_axes(**{requests.name: fewer})
        for lengths in contract.choices[:1]:
            for word in lengths.words:
                if word != case.options.get(lengths.name):
                    yield changed.with_options(**{lengths.name: word})


def minimise(
    case: Case,
    contract: Contract,
    fails: Callable[[Case], bool],
    seconds: float,
    keep: Sequence[str] = (),
) -> Case:
    """The smallest case found within ``seconds`` by simplifying one thing after the other.

    For cases that Hypothesis did not draw and hence cannot shrink. No case is asked twice. Words
    named in ``keep`` stay as they are.
    """
    end = monotonic() + seconds
    rejected: set[str] = set()
    progress = True
    while progress:
        progress = False
        for candidate in _smaller(case, contract, keep):
            if str(candidate) in rejected or not contract.allows(candidate.axes):
                continue
            if monotonic() >= end:
                return case
            if fails(candidate):
                case, progress = candidate, True
                break
            rejected.add(str(candidate))
    return case
