"""Does an eager call return what it computed?

Fresh memory is filled with one byte in a first call and with another in a second, equal one. Every
element must be written, and both calls must give the same bits and leave the same bits behind. An
operator that only works when it is compiled says so here: it returns memory that nobody wrote. No
other check compares values of such an operator.

An operator with the tag ``nondeterministic_seeded`` may give other bits.
"""

import torch

from conformance.case import Case
from conformance.checks.registration.check import RegistrationCheck, placed
from conformance.events.finding import Finding, Kind
from conformance.registrations.examined import CallRefused, Examined
from conformance.registrations.ran import Ran
from conformance.registrations.stored import bytes_of, differing

POISONS = (0x35, 0xCA)


def _decide(examined: Examined, case: Case) -> list[Finding]:
    first, second = (examined.build(case) for _ in POISONS)
    ran = examined.run_eagerly(first, POISONS[0])
    if ran.raised is not None:
        return _refused(examined, case, ran)
    again = examined.run_eagerly(second, POISONS[1])
    if again.raised is not None:
        message = "an equal call raises"
        return [Finding("call", message, again.why, kind=Kind.NOT_REPEATABLE)]
    if len(ran.tensors) != len(again.tensors):
        return [Finding("call", "an equal call returns another number of tensors")]
    findings = []
    for place, (a, b) in enumerate(zip(ran.tensors, again.tensors, strict=True)):
        findings += _result(examined, f"result {place}", a, b, _unwritten(ran, again, place))
    for name, tensor in first.tensors.items():
        if not bool((bytes_of(tensor) == bytes_of(second.tensors[name])).all()):
            if is_random(examined):
                continue
            message = "two equal calls leave different bits in it"
            findings.append(Finding(name, message, kind=Kind.NOT_REPEATABLE, cause="left"))
    return findings


def _refused(examined: Examined, case: Case, ran: Ran) -> list[Finding]:
    assert examined.calls is not None and ran.raised is not None
    if str(case) != str(examined.calls.usual(case.check)):
        raise CallRefused(f"the operator refuses the call: {ran.why}")
    if ran.raised.unsupported:
        raise CallRefused(ran.why)
    return [Finding("call", "an ordinary call raises", ran.why, kind=Kind.RAISED)]


def _unwritten(ran: Ran, again: Ran, place: int) -> torch.Tensor | None:
    seen = [r.unwritten[place] for r in (ran, again) if place < len(r.unwritten)]
    known = [each for each in seen if each is not None]
    return known[0] & known[-1] if known else None


def _result(
    examined: Examined, name: str, a: torch.Tensor, b: torch.Tensor, nobody: torch.Tensor | None
) -> list[Finding]:
    if a.shape != b.shape or a.dtype != b.dtype:
        got = f"{tuple(a.shape)} {a.dtype}, then {tuple(b.shape)} {b.dtype}"
        return [Finding(name, "an equal call returns another shape or dtype", got)]
    differs = differing(a, b)
    poisoned = _holds(a, POISONS[0]) & _holds(b, POISONS[1])
    unwritten = poisoned if nobody is None else poisoned | (nobody & differs)
    if bool(unwritten.any()):
        count, size = int(unwritten.sum()), unwritten.numel()
        what = "all elements" if count == size else f"{count} of {size} elements"
        message = f"{what} hold what was in fresh memory: nobody wrote them"
        if count == size:
            message += "; an eager call computes nothing"
        where = "" if count == size else f"element {unwritten.nonzero()[0].tolist()}"
        return [Finding(name, message, where=where, kind=Kind.UNWRITTEN)]
    if bool(differs.any()) and not is_random(examined):
        place = differs.nonzero()[0].tolist()
        got = f"{a[tuple(place)].item()}, then {b[tuple(place)].item()}" if place else ""
        message = f"two equal calls give different bits in {int(differs.sum())} elements"
        return [Finding(name, message, got, where=f"element {place}", kind=Kind.NOT_REPEATABLE)]
    return []


COMPUTING = (torch.float32, torch.float64)
"""Dtypes in which kernels compute before they convert a result."""


def _holds(tensor: torch.Tensor, byte: int) -> torch.Tensor:
    """For each element whether all its bytes are ``byte``, or were before it was converted."""
    found = torch.zeros(tensor.shape, dtype=torch.bool)
    for dtype in (tensor.dtype, *COMPUTING) if tensor.is_floating_point() else (tensor.dtype,):
        filled = torch.full((dtype.itemsize,), byte, dtype=torch.uint8).view(dtype)
        found |= ~differing(tensor, filled.to(tensor.dtype).reshape(()).expand(tensor.shape))
    return found


def is_random(examined: Examined) -> bool:
    """Whether the operator has the tag of those that give other bits each time."""
    return torch.Tag.nondeterministic_seeded in examined.registered.overload.tags


CHECK = RegistrationCheck(
    "eager", "Does an eager call write all that it returns, and the same bits each time?",
    _decide, placed,
)  # fmt: skip
