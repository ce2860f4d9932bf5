"""Calls that a contract describes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from conformance.case import Case
from conformance.contract import AnyAxis, Contract, LeadingAxes
from conformance.inputs.build import build
from conformance.inputs.draw import cases
from conformance.inputs.layouts import layouts_for
from conformance.inputs.usual import leaders, usual_case, with_dtypes, with_tensor
from conformance.registrations.calls.call import Call
from conformance.registrations.calls.drawn import drawn

_LARGEST = 1 << 14
"""Elements of a tensor of a drawn call."""


class ContractedCalls:
    """See :class:`~conformance.registrations.calls.calls.Calls`.

    ``names`` are the arguments of the schema in order. An argument is found by its name; if the
    schema has none of that name, by its place among those that are left. An argument of the
    contract that the schema does not have is left out.
    """

    checked = True

    def __init__(
        self, name: str, contract: Contract, names: Sequence[str], keyword_only: frozenset[str]
    ) -> None:
        self._name, self._names, self._keyword_only = name, tuple(names), keyword_only
        self.contract = replace(contract, name=name)
        self._source = dict(_matched(names, [a.name for a in contract.arguments]))

    def usual(self, check: str) -> Case:
        return _small(self.contract, usual_case(self.contract, check))

    def dtypes(self, check: str) -> list[Case]:
        contract, usual = self.contract, self.usual(check)
        return [
            with_dtypes(contract, usual, **{name: dtype})
            for name in leaders(contract)
            if usual.tensors[name].given
            for dtype in contract.tensor(name).dtypes
            if dtype != usual.tensors[name].dtype
        ]

    def layouts(self, check: str) -> list[Case]:
        contract, usual = self.contract, self.usual(check)
        return [
            with_tensor(contract, usual, argument.name, layout=layout)
            for argument in contract.tensors
            if usual.tensors[argument.name].given
            for layout in layouts_for(contract, argument, usual.axes)
        ]

    def sizes(self, check: str) -> list[Case]:
        return list(self._sizes(self.usual(check), self.contract.axes))

    def open_sizes(self, check: str) -> list[Case]:
        axes = [each for each in self.contract.axes if not getattr(each, "of_model", False)]
        return list(self._sizes(self.usual(check), axes))

    def _sizes(self, usual: Case, axes: Sequence[AnyAxis]) -> Iterator[Case]:
        for axis in axes:
            for size in _sizes_of(axis):
                sized = usual.with_axes(**{axis.name: size})
                if size != usual.axes[axis.name] and self.contract.allows(sized.axes):
                    yield sized

    def drawn(self, check: str, count: int, seed: int) -> list[Case]:
        strategy = cases(self.contract, check, layouts=True, variants=True, elements=_LARGEST)
        return drawn(strategy, count, seed)

    def build(self, case: Case, device: str) -> Call:
        built = build(self.contract, case, device)
        given: Mapping[str, Any] = dict(
            zip((a.name for a in self.contract.arguments), built.arguments, strict=True)
        )
        values = {name: given[self._source[name]] for name in self._names if name in self._source}
        return Call(values, self._keyword_only)


def _matched(names: Sequence[str], documented: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each name of the schema with the documented one that it stands for."""
    left = [name for name in documented if name not in names]
    for name in names:
        if name in documented:
            yield name, name
        elif left:
            yield name, left.pop(0)


def _small(contract: Contract, case: Case) -> Case:
    """The case with small sizes: what a registration says does not need many elements."""
    for axis in contract.axes:
        size = case.axes[axis.name]
        if isinstance(size, int) and size > 4:
            for smaller in (3, 4, 5, 8, 16, 32):
                sized = replace(case, axes={**case.axes, axis.name: smaller})
                if smaller < size and contract.allows(sized.axes):
                    case = sized
                    break
    return case


def _sizes_of(axis: Any) -> tuple[Any, ...]:
    return ((), (1,), (2, 3)) if isinstance(axis, LeadingAxes) else (0, 1, 2, 3, 6, 17)
