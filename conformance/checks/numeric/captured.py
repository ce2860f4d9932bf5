"""Is the answer right for what an engine really passed?

An engine that ran with ``--capture DIR`` has kept with which tensors it called an operator: the
values, layouts and sizes of a model's own layers, states as the call found them. ``--cases DIR``
judges any subject on these calls; without it the check is not asked. A call that the contract does
not cover, by a dtype, a shape or an argument, is not judged, and then nothing is decided: either
the contract is too narrow, or the engine calls the operator wrongly.
"""

from collections.abc import Callable, Sequence

from conformance.case import Case
from conformance.checks.check import Check, Gathered
from conformance.contract import Contract
from conformance.events.finding import Finding
from conformance.events.verdict import NotSupported
from conformance.execution.bench import Bench
from conformance.inputs.captured import case_of, is_captured
from conformance.inputs.sizes_of_shapes import Misfit


def _misfit(contract: Contract, case: Case) -> str | None:
    return None if is_captured(case) else "it names no captured call"


def _gathered(
    bench: Bench, asked: Sequence[Case], started: Callable[[Case, int], None]
) -> Gathered:
    """A case for each call of the operator that fits its contract."""
    if bench.captured is None:
        raise NotSupported("there are no captured calls: --cases DIR")
    name = bench.contract.name
    files = list(bench.captured.of(name))
    if not files:
        others = ", ".join(bench.captured.operators)
        raise NotSupported(f"{bench.captured.folder} holds no call of {name}, but of {others}")
    cases, misfits = [], []
    for file in files:
        try:
            cases.append(case_of(bench.contract, file))
        except Misfit as misfit:
            misfits.append(f"{file.path.name}: {misfit}")
    if not misfits:
        return Gathered(cases)
    count = f"{len(misfits)} of {len(files)} captured calls do not fit the contract"
    return Gathered(cases, undecided=f"{count}: {misfits[0]}")


def _decide(bench: Bench, case: Case) -> list[Finding]:
    return bench.run(case).findings()


CHECK = Check(
    "captured",
    "Is the answer right for what an engine really passed?",
    _decide,
    misfit=_misfit,
    effort=0,
    gathered=_gathered,
)
