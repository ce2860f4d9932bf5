"""Does a call stay on its side of a write?

An argument is written by somebody else between two calls. Compiled, both calls must see what they
see without a compiler, and everything read in between must be what it was then.
"""

from conformance.case import Case
from conformance.checks.registration.check import RegistrationCheck, functional_calls, usual
from conformance.events.finding import Finding
from conformance.events.verdict import NotSupported
from conformance.registrations.calls.call import Call
from conformance.registrations.examined import Examined
from conformance.registrations.programs import called, compared, moved


def _decide(examined: Examined, case: Case) -> list[Finding]:
    call = examined.build(case)
    examined.answered(case)
    for name, place in _writable(call):
        program = moved(examined, name, place)
        if called(examined, examined.build(case), program)[1]:
            continue  # what somebody else writes there is not what the operator takes
        for backend in examined.effort.backends:
            if findings := compared(examined, case, program, backend):
                return findings
        return []
    raise NotSupported("no argument is a tensor that somebody else could write")


def _writable(call: Call) -> list[tuple[str, int]]:
    """Tensors with several elements along the last axis, the largest ones first."""
    names = [name for name in call.values if name not in call.keyword_only]
    tensors = {n: t for n, t in call.tensors.items() if n in call.values and t.dim()}
    able = [n for n, t in tensors.items() if t.shape[-1] > 1 and t.numel()]
    able.sort(key=lambda name: -tensors[name].numel())
    return [(name, names.index(name) if name in names else 0) for name in able]


CHECK = RegistrationCheck(
    "moved", "Does a call stay on its side of a write?",
    _decide, usual, functional_calls,
)  # fmt: skip
