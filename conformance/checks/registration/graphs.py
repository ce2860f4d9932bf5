"""Does one graph serve all sizes?

The call is compiled with open sizes and called with several. A fake kernel that asks for a size, or
a schema that takes an integer where it could be open, makes the compiler start again for each.
"""

from conformance.case import Case
from conformance.checks.registration.check import RegistrationCheck, functional_calls, usual
from conformance.events.finding import Finding, Kind
from conformance.events.verdict import NotSupported
from conformance.registrations.calls.call import Call
from conformance.registrations.examined import Examined
from conformance.registrations.programs import (
    Program,
    called,
    differences,
    plain,
    without_numbers,
)
from conformance.torch_tracing import Compiled

SIZES = 7
"""Calls of different sizes."""


def _decide(examined: Examined, case: Case) -> list[Finding]:
    examined.answered(case)
    cases = _of_several_sizes(examined)
    if len(cases) < 2:
        raise NotSupported("the operator takes no size but that of the usual call")
    program, _ = without_numbers(examined.build(cases[0]), plain(examined))
    compiled = Compiled(program, "aot_eager", dynamic=True)
    first = 0
    for each in cases:
        call, other = (_compact(examined.build(each), program) for _ in range(2))
        expected, raised = called(examined, call, program)
        if raised:
            continue
        got, raised = called(examined, other, compiled)
        if raised:
            message = "with open sizes it cannot be compiled as one graph"
            return [Finding("graph", message, raised, where=_sizes(other), kind=Kind.RAISED)]
        found = differences(examined, each, (call, expected), (other, got), "open sizes")
        if found:
            return found
        # Of the first call torch may compile a graph twice, for reasons of its own.
        first = first or compiled.graphs
    if compiled.graphs > first:
        count = 1 + compiled.graphs - first
        message = f"{len(cases)} calls of different sizes need {count} graphs"
        return [Finding("graph", message, str(count), "1", kind=Kind.SHAPE)]
    return []


def _compact(call: Call, program: Program) -> Call:
    """The tensors of a call, each in memory that it fills: torch also looks at the size of that."""
    return without_numbers(call, program)[1].mapped(lambda name, tensor: tensor.clone())


def _of_several_sizes(examined: Examined) -> list[Case]:
    """Calls that differ from the usual one in sizes only.

    Torch keeps 0 and 1 apart from other sizes, and takes sizes that are equal in the first call for
    equal in all: so no size is 0 or 1 where the usual one is not, and no two that differ there are
    equal.
    """
    first, *others = examined.sized()
    usual = examined.build(first)
    by_change: dict[tuple[int, ...], list[Case]] = {}
    for case in others:
        call = examined.build(case)
        if _numbers(call) == _numbers(usual) and _open(_shapes(usual), _shapes(call)):
            pairs = enumerate(zip(_shapes(usual), _shapes(call), strict=True))
            changed = tuple(place for place, (a, b) in pairs if a != b)
            by_change.setdefault(changed, []).append(case)
    # One call for each dimension that changes, then a second one.
    rounds = [cases[n] for n in range(2) for cases in by_change.values() if len(cases) > n]
    return [first, *rounds[: SIZES - 1]]


def _shapes(call: Call) -> list[int | None]:
    """All sizes in order, with None between two tensors."""
    return [each for tensor in call.tensors.values() for each in (*tensor.shape, None)]


def _open(usual: list[int | None], sizes: list[int | None]) -> bool:
    if [size is None for size in usual] != [size is None for size in sizes]:
        return False
    pairs = [(a, b) for a, b in zip(usual, sizes, strict=True) if a is not None and b is not None]
    if any(b < 2 and a != b for a, b in pairs) or any(a < 2 and a != b for a, b in pairs):
        return False
    return all((a == c) == (b == d) for a, b in pairs for c, d in pairs)


def _numbers(call: Call) -> dict[str, object]:
    return {
        n: v for n, v in call.values.items() if n not in call.tensors and not isinstance(v, list)
    }


def _sizes(call: Call) -> str:
    return ", ".join(f"{name} {tuple(tensor.shape)}" for name, tensor in call.tensors.items())


CHECK = RegistrationCheck(
    "graphs", "Does one graph serve all sizes?",
    _decide, usual, functional_calls,
)  # fmt: skip
