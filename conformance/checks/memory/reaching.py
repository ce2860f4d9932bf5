"""Whether what is read of memory that nobody wrote reaches a result."""

from collections.abc import Iterator

from conformance.execution.bench import Bench
from conformance.execution.trial import Trial
from conformance.memory.unwritten import Unwritten
from conformance.memory.violation import Violation
from conformance.tensors.dtypes import same_bits

_BYTES = (0xFF, 0x7B, 0xFB)
"""What such reads find in turn: NaN and -1, large numbers, large negative ones."""


def reached(bench: Bench, trial: Trial, violation: Violation) -> str | None:
    """What depends on the values that an uninitialised read found, or None if nothing does.

    The call is repeated, and only this read finds other values each time: an output, a state, an
    access to memory or an exception that differs depends on them. A device that cannot do that is
    believed that something does.
    """
    if not bench.finds_unwritten:
        return "a result"
    for byte in _BYTES:
        built = bench.build(trial.case)
        again = bench.call(trial.case, built, unwritten=Unwritten(violation.rule, byte))
        for name in _differing(trial, again):
            return name
    return None


def _differing(first: Trial, second: Trial) -> Iterator[str]:
    if str(first.outcome.raised) != str(second.outcome.raised):
        yield "an exception"
    for name, tensor in {**first.outputs, **first.written}.items():
        other = {**second.outputs, **second.written}.get(name)
        if (
            other is None
            or other.shape != tensor.shape
            or other.dtype != tensor.dtype
            or not same_bits(tensor, other)
        ):
            yield name
    rules = [{each.rule for each in trial.outcome.violations} for trial in (first, second)]
    if rules[0] != rules[1]:
        yield "an access to memory"
