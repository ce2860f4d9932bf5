"""Does the operator write what its schema says that it writes, and nothing else?

Whole storages are compared bit for bit before and after a call, so that an int64 id that moves by
5, a zero that changes its sign, and a write before or behind the elements of a view are seen. What
is declared as written must change in some call: it is tried with other contents, in every dtype
that the argument can have.
"""

from dataclasses import replace

from conformance.case import Case
from conformance.checks.registration.check import RegistrationCheck, varied
from conformance.events.finding import Finding, Kind
from conformance.registrations.examined import Examined
from conformance.registrations.ran import Ran

TRIES = 4
"""Calls with other contents in which a declared write has to show."""


def _decide(examined: Examined, case: Case) -> list[Finding]:
    _, ran = examined.answered(case)
    declared = set(examined.registered.writes)
    findings = []
    for name, changed in ran.changed.items():
        owner = name.partition("[")[0]
        where = f"byte {changed.first} from the first element on"
        if changed.elements and owner not in declared:
            message = (
                f"{changed.elements} elements change, and the schema does not say that it is "
                "written: a compiler may reuse or drop it"
            )
            findings.append(
                Finding(name, message, "Tensor", "Tensor(a!)", where, Kind.CHANGED, cause="written")
            )
        if changed.beyond:
            message = f"{changed.beyond} elements change that lie in its storage and not in it"
            findings.append(Finding(name, message, where=where, kind=Kind.BOUNDS, cause="beyond"))
    if _is_usual_but_for_dtypes(examined, case):
        findings += _never(examined, case, ran)
    return findings


def _is_usual_but_for_dtypes(examined: Examined, case: Case) -> bool:
    assert examined.calls is not None
    usual = examined.calls.usual(case.check)
    dense = all(spec.layout == "dense" for spec in case.tensors.values())
    return dict(case.axes) == dict(usual.axes) and dense


def _never(examined: Examined, case: Case, first: Ran) -> list[Finding]:
    """Declared writes of tensors that are given and have elements, and that change in no try."""
    given = {
        name: tensor.dtype
        for name, tensor in examined.build(case).tensors.items()
        if len(tensor.shape) == 0 or tensor.numel()
    }
    waiting = {
        n for n in examined.registered.writes if any(g.partition("[")[0] == n for g in given)
    }
    for number in range(TRIES):
        ran = first
        if number:
            call = examined.build(replace(case, seed=case.seed + 7919 * number))
            ran = examined.run(call)
            if ran.raised is not None:
                continue
        waiting -= {name.partition("[")[0] for name, c in ran.changed.items() if c.elements}
        if not waiting:
            return []
    dtypes = ", ".join(
        sorted({str(d).removeprefix("torch.") for n, d in given.items() if n in waiting})
    )
    return [
        Finding(
            name,
            f"the schema says that it is written, and {TRIES} calls did not change a bit of it "
            f"({dtypes}): compilers copy it for nothing, and keep calls in order for nothing",
            "Tensor(a!)", "Tensor", kind=Kind.CHANGED, cause="never",
        )
        for name in sorted(waiting)
    ]  # fmt: skip


CHECK = RegistrationCheck(
    "writes", "Does it write what its schema says, bit for bit, and nothing else?", _decide, varied
)
