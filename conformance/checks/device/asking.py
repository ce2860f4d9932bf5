"""What the checks of a device have in common."""

from collections.abc import Sequence
from dataclasses import replace

from conformance.case import Case
from conformance.contract import Axis, Contract, LeadingAxes
from conformance.events.finding import Finding
from conformance.events.verdict import NotSupported
from conformance.execution.bench import Bench
from conformance.execution.ways.names import Way
from conformance.inputs.build import Built
from conformance.inputs.values import make_values

LARGE = 1 << 18
"""Elements of the largest tensor of a case that keeps a device busy for a moment."""


def need(bench: Bench, what: str, *ways: Way) -> None:
    """Raise :class:`NotSupported` where the device does not call subjects in these ways."""
    if not bench.has(*ways):
        raise NotSupported(f"{bench.device.mode}: {what}")


def fill_anew(bench: Bench, case: Case, built: Built) -> None:
    """New contents in the same memory: those of ``case``, which has the sizes that were built."""
    for name, buffer in built.buffers.items():
        if buffer.tensor.numel() and not bench.contract.tensor(name).is_passed_output:
            values = make_values(bench.contract, case, name)
            buffer.overwrite(values.to(buffer.tensor.device))


def labelled(findings: Sequence[Finding], when: str) -> list[Finding]:
    """Findings that say when they were made."""
    return [replace(each, message=f"{each.message}, {when}") for each in findings]


def resized(contract: Contract, case: Case, most: int = LARGE) -> list[Case]:
    """The case with other sizes of an axis that differs from call to call, the largest last.

    Empty where every axis is the same in all calls of a model. Tensors have at most ``most``
    elements.
    """
    for axis in contract.axes:
        if isinstance(axis, Axis) and axis.of_model:
            continue
        sizes = [*axis.edges] if isinstance(axis, LeadingAxes) else sorted({2, 3, 7, *axis.edges})
        found = []
        for size in sizes:
            if size == case.axes[axis.name] or not axis.allows(size) or size in (0, 1, (), (1,)):
                continue
            other = replace(case, axes={**case.axes, axis.name: size})
            if contract.allows(other.axes) and 0 < contract.elements(other.axes) <= most:
                found.append(other)
        if found:
            return found
    return []
