"""Is the call the same inside of `torch.compile`?

A small function that calls the subject is traced, as one graph where the subject allows it (the
verdict says why where it does not), and called with the case's arguments; then the same compiled
function is called with other sizes, so that torch makes sizes symbols. All profiles but `quick`
also let `inductor` generate code. Each answer must be right, and have the bits of the plain call
where two plain calls have the same and torch computes nothing itself: what surrounds a Triton
kernel or a registered operator may be fused, and is then rounded otherwise. Torch reads a subject's
Python code and a kernel's launch: a number that is built in, a branch that is taken at one size, a
write into an argument that is not seen, and a kernel that is given other constants show here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from conformance.case import Case
from conformance.checks.check import Check
from conformance.checks.device.asking import labelled, need, resized
from conformance.contract import Contract
from conformance.events.finding import Finding, Kind, distinct
from conformance.events.verdict import NotSupported
from conformance.execution.bench import Bench
from conformance.execution.trial import Trial
from conformance.execution.ways.names import Way
from conformance.inputs.usual import leaders, usual_case, with_dtypes
from conformance.tensors.dtypes import same_bits


def _always(contract: Contract) -> Iterator[Case]:
    yield usual_case(contract, "torch_compiled")


def _fixed(contract: Contract) -> Iterator[Case]:
    case = usual_case(contract, "torch_compiled")
    for name in leaders(contract)[:1]:
        for dtype in contract.tensor(name).dtypes[1:2]:
            yield with_dtypes(contract, case, **{name: dtype})


def _decide(bench: Bench, case: Case) -> list[Finding]:
    need(bench, "it compiles nothing", Way.TRACED, Way.COMPILED, Way.AGAIN)
    sizes = [case, *_sizes(bench.contract, case)]
    if findings := _called(bench, sizes, Way.TRACED):
        return findings
    usual = replace(usual_case(bench.contract, case.check), seed=case.seed)
    # Generating code takes seconds for each graph.
    if bench.profile.binaries == "none" or case != usual:
        return []
    return _called(bench, sizes[:2], Way.COMPILED)


def _sizes(contract: Contract, case: Case) -> list[Case]:
    """The case in the other sizes in which the compiled function is called."""
    others = resized(contract, case)
    return [each for each in dict.fromkeys([*others[:1], *others[-1:]]) if each != case]


def _called(bench: Bench, sizes: Sequence[Case], way: Way) -> list[Finding]:
    """What is wrong with one compiled function that is called with each of these sizes."""
    when = "inside of torch.compile"
    for case in sizes:
        plain = bench.run(case)
        if plain.findings():
            continue  # what is wrong without a compiler is for others to find
        traced = bench.run(case, way=way)
        if way is Way.AGAIN:
            named = ", ".join(f"{name}={size}" for name, size in case.axes.items())
            when = f"inside of torch.compile, called again with {named}"
        way = Way.AGAIN
        if findings := labelled(_compared(plain, traced, bench), when):
            return distinct(findings)
    return []


def _compared(plain: Trial, traced: Trial, bench: Bench) -> list[Finding]:
    """What is wrong with a compiled call, whose plain call is right."""
    told = traced.outcome.told
    if raised := traced.outcome.raised:
        if lack := told.get("unavailable"):
            raise NotSupported(f"torch compiles nothing here: {str(lack)[:300]}")
        message = "raises, where the plain call answers"
        return [Finding("call", message, str(raised), where=raised.place, kind=Kind.RAISED,
                        line=raised.place, cause="compile")]  # fmt: skip
    if findings := traced.findings():
        return findings
    if broken := told.get("broken"):
        bench.remarks.note("broken", f"torch compiles it in pieces: {str(broken)[:200]}")
    if told.get("arithmetic") or told.get("broken"):
        return []
    if not (names := _differing(plain, traced)) or _differing(plain, bench.run(plain.case)):
        return []  # equal, or not even equal in two plain calls
    message = "has other bits than the plain call"
    return [Finding(name, message, kind=Kind.VALUE, cause="compile") for name in names]


def _differing(one: Trial, other: Trial) -> list[str]:
    """The outputs and states whose bits differ."""
    now = {**other.outputs, **other.written}
    before = {**one.outputs, **one.written}
    return [name for name, tensor in before.items() if not same_bits(now[name], tensor)]


CHECK = Check(
    "torch_compiled",
    "Is the call the same inside of `torch.compile`?",
    _decide,
    fixed=_fixed,
    always=_always,
    further=_sizes,
    effort=0,
)
