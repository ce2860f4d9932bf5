"""Does it touch only memory that it owns?

Every argument lies between guard zones, and between its elements where its layout leaves gaps; all
guards must hold their bytes afterwards. On a GPU all tensors of a call, those that the subject
makes included, lie in one piece of memory whose every other byte is a guard. Where Triton kernels
run in lockstep, every single access is checked as well, with the place in the kernel: reads and
writes outside an argument's elements, reads of bytes that nobody wrote and that reach a result,
programs that write different values to one address or read what another one wrote in the same
launch, threads of a program that load what another thread stored with no barrier between, and
programs of a launch that may begin early (``launch_pdl``) that touch what the launch before wrote
and have not waited for it.
Unwritten bytes may be read and thrown away: the call is repeated with other values in them, and
nothing may differ. Integers that stand for nothing (-1 in a slot mapping) are asked as well: what
they would point at is nobody's.
"""

import torch

from conformance.case import Case
from conformance.checks.check import Check
from conformance.checks.memory.reaching import reached
from conformance.contract import Contract
from conformance.contract.arguments.integers import PADDING_WORDS
from conformance.events.finding import Finding, Kind
from conformance.events.verdict import SubjectUnsupported
from conformance.execution.bench import Bench
from conformance.execution.trial import Trial
from conformance.inputs.draw import cases
from conformance.inputs.usual import usual_case, with_tensor
from conformance.memory.violation import UNINITIALISED_READ


def _fixed(contract: Contract):
    case = usual_case(contract, "bounds")
    yield case
    for argument in contract.tensors:
        if PADDING_WORDS[0] in argument.stressing and argument.optional != "never":
            yield with_tensor(contract, case, argument.name, values=PADDING_WORDS[0])


def _drawn(contract: Contract):
    return cases(contract, "bounds", layouts=True)


def guard_findings(trial: Trial, before: dict[str, torch.Tensor]) -> list[Finding]:
    """Guard bytes that differ from ``before`` (snapshots by argument)."""
    findings = []
    for name, buffer in trial.built.buffers.items():
        changed = (buffer.storage != before[name]).cpu() & buffer.outside()
        if changed.any():
            first = int(changed.nonzero()[0])
            start = buffer.tensor.storage_offset() * buffer.tensor.element_size()
            findings.append(
                Finding(
                    name,
                    f"{int(changed.sum())} guard bytes around it were written",
                    where=f"byte {first - start} relative to its first element",
                    kind=Kind.BOUNDS,
                )
            )
    return findings


def _decide(bench: Bench, case: Case) -> list[Finding]:
    built = bench.build(case)
    before = {name: buffer.snapshot() for name, buffer in built.buffers.items()}
    trial = bench.call(case, built)
    if trial.outcome.raised and trial.outcome.raised.unsupported:
        raise SubjectUnsupported(str(trial.outcome.raised))
    findings = guard_findings(trial, before)
    for violation in trial.outcome.violations:
        message = violation.kind
        if violation.kind == UNINITIALISED_READ:
            result = reached(bench, trial, violation)
            if result is None:
                continue  # whatever lies there, nothing that anybody sees depends on it
            message = f"{violation.kind}, and its value reaches {result}"
        place = f"{violation.file}:{violation.line}" if violation.file else ""
        kind = Kind.RACE if "race" in violation.kind else Kind.BOUNDS
        findings.append(
            Finding(
                violation.argument, message, str(violation), where=place, kind=kind,
                line=place, cause=violation.kind,
            )
        )  # fmt: skip
    return findings


CHECK = Check(
    "bounds", "Does it touch only memory that it owns?", _decide, fixed=_fixed, drawn=_drawn
)
