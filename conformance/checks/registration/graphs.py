"""Does one graph serve all sizes?

The call is compiled with open sizes and called with several. A fake kernel that asks for a size, or
a schema that takes an integer where it could be open, makes the compiler start again for each.
"""

from conformance.case import Case
from conformance.checks.registration.check import RegistrationCheck, usual
from conformance.events.finding import Finding, Kind
from conformance.events.verdict import NotSupported
from conformance.registrations.calls.call import Call
from conformance.registrations.examined import Examined
from conformance.registrations.programs import called, differences, plain
from conformance.torch_tracing import Compiled

SIZES = 4
"""Calls of different sizes."""


def _decide(examined: Examined, case: Case) -> list[Finding]:
    examined.answered(case)
    cases = _of_several_sizes(examined)
    if len(cases) < 2:
        raise NotSupported("the operator takes no size but that of the usual call")
    compiled = Compiled(plain(examined), "aot_eager", dynamic=True)
    for each in cases:
        call, other = examined.build(each), examined.build(each)
        expected, raised = called(examined, call, plain(examined))
        if raised:
            continue
        got, raised = called(examined, other, compiled)
        if raised:
            message = "with open sizes it cannot be compiled as one graph"
            return [Finding("graph", message, raised, where=_sizes(other), kind=Kind.RAISED)]
        found = differences(examined, each, (call, expected), (other, got), "open sizes")
        if found:
            return found
    if compiled.graphs > 1:
        message = f"{len(cases)} calls of different sizes need {compiled.graphs} graphs"
        return [Finding("graph", message, str(compiled.graphs), "1", kind=Kind.SHAPE)]
    return []


def _of_several_sizes(examined: Examined) -> list[Case]:
    """Calls that differ from the usual one in sizes only, all of two or more: torch keeps 0 and 1
    apart. No dimension has two sizes that are equal to those of another one by chance."""
    first, *others = examined.sized()
    plain_values = _numbers(examined.build(first))
    found = []
    for case in (first, *others):
        call = examined.build(case)
        sizes = [size for tensor in call.tensors.values() for size in tensor.shape]
        ranks = [tensor.dim() for tensor in call.tensors.values()]
        own = [tensor.dim() for tensor in examined.build(first).tensors.values()]
        fixed = _numbers(call) == plain_values and ranks == own
        if fixed and (case is first or all(size > 1 or size in _ones(examined) for size in sizes)):
            found.append(case)
    return found[:SIZES]


def _ones(examined: Examined) -> set[int]:
    """Sizes of 1 that the usual call has as well."""
    tensors = examined.build(examined.sized()[0]).tensors.values()
    return {size for tensor in tensors for size in tensor.shape if size == 1}


def _numbers(call: Call) -> dict[str, object]:
    return {
        n: v for n, v in call.values.items() if n not in call.tensors and not isinstance(v, list)
    }


def _sizes(call: Call) -> str:
    return ", ".join(f"{name} {tuple(tensor.shape)}" for name, tensor in call.tensors.items())


CHECK = RegistrationCheck("graphs", "Does one graph serve all sizes?", _decide, usual)
