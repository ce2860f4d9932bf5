"""Are two equal calls two calls?

A compiler may compute equal calls once, unless the schema says that they write or the operator has
the tag ``nondeterministic_seeded``. An operator that keeps something between calls, in an argument
or anywhere else, gives something else then.
"""

from conformance.case import Case
from conformance.checks.registration.check import RegistrationCheck, functional_calls, usual
from conformance.checks.registration.eager import is_random
from conformance.events.finding import Finding, Kind
from conformance.registrations.examined import Examined
from conformance.registrations.programs import called, compared, twice
from conformance.registrations.stored import same_bytes


def _decide(examined: Examined, case: Case) -> list[Finding]:
    for backend in examined.effort.backends:
        if findings := compared(examined, case, twice(examined), backend):
            return findings
    if examined.registered.writes or is_random(examined):
        return []
    return _in_one_process(examined, case)


def _in_one_process(examined: Examined, case: Case) -> list[Finding]:
    """An operator that writes nothing gives the same in the second of two calls."""
    call = examined.build(case)
    results, raised = called(examined, call, twice(examined))
    kept = len(call.tensors)
    own = (len(results) - 2 * kept) // 2
    if raised or own <= 0:
        return []
    first, second = results[:own], results[own + kept : 2 * own + kept]
    if all(same_bytes(a, b) for a, b in zip(first, second, strict=True)):
        return []
    message = (
        "the second of two equal calls on the same arguments gives something else, and the schema "
        "says that nothing is written: a compiler may compute it once"
    )
    return [Finding("result", message, kind=Kind.NOT_REPEATABLE, cause="state")]


CHECK = RegistrationCheck(
    "merged", "Are two equal calls two calls?",
    _decide, usual, functional_calls,
)  # fmt: skip
