"""Does a backward pass refuse, or give the right gradient?

Float arguments require gradients, one after the other. An exception is a refusal, and right, and so
is torch's own warning that there is no formula. A gradient must be what differences of the operator
itself give: in a random direction, in double precision where the operator takes that.

Central differences with a step of 1e-3 (1e-6 in double precision) of numbers around one err by
about the step squared and by the rounding of the outputs over the step; the tolerance is ten times
the sum of both, relative to the largest gradient.
"""

import warnings
from typing import Any

import torch

from conformance.case import Case
from conformance.checks.registration.check import RegistrationCheck, usual
from conformance.events.finding import Finding, Kind
from conformance.events.verdict import NotSupported
from conformance.registrations.calls.call import Call
from conformance.registrations.examined import Examined
from conformance.registrations.programs import called
from conformance.torch_internals import tensors_in

NO_FORMULA = "an autograd kernel was not registered"
"""How torch's warning begins that it goes through an operator that has no formula."""


def _decide(examined: Examined, case: Case) -> list[Finding]:
    examined.answered(case)
    if not examined.is_stable(case):
        raise NotSupported("equal calls give different bits: see eager")
    precise = _precise(examined, case)
    names = [
        n for n, t in examined.build(precise).tensors.items() if t.is_floating_point() and t.numel()
    ]
    names = [
        n for n in names if "[" not in n and examined.build(precise).tensors[n].dtype.itemsize > 2
    ]
    if not names:
        raise NotSupported("no argument is a float tensor of 32 bits or more")
    findings = []
    for name in names:
        findings += _of(examined, precise, name)
    return findings


def _precise(examined: Examined, case: Case) -> Case:
    """The case in double precision, if the operator takes that."""
    floats = [
        n for n, spec in case.tensors.items() if spec.dtype in ("float32", "bfloat16", "float16")
    ]
    double = case
    for name in floats:
        double = double.with_tensor(name, dtype="float64")
    try:
        return next(examined.accepted([double]), case)
    except ValueError:
        return case  # no contract of these dtypes


def _of(examined: Examined, case: Case, name: str) -> list[Finding]:
    call = examined.build(case)
    leaf = call.tensors[name].detach().clone().requires_grad_()
    weights = _weights(examined, case)
    gradient: list[torch.Tensor | None] = []

    def backward(*arguments: Any, **keywords: Any) -> torch.Tensor:
        with torch.enable_grad(), warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            result = examined.registered.overload(*arguments, **keywords)
            total = _total(result, weights)
            if total is None or not total.requires_grad:
                gradient.append(None)
            else:
                gradient.append(torch.autograd.grad(total, leaf, allow_unused=True)[0])
        if any(NO_FORMULA in str(each.message) for each in said):
            raise RuntimeError(NO_FORMULA)
        return torch.zeros(())

    passed = call.with_values(**{name: leaf})
    _, raised = called(examined, passed, backward)
    if raised or not gradient or gradient[0] is None:
        return []
    return _compared(examined, case, name, gradient[0], weights)


def _weights(examined: Examined, case: Case) -> list[torch.Tensor | None]:
    """A random direction for each float result."""
    generator = torch.Generator().manual_seed(case.seed + 1)
    results = examined.run(examined.build(case)).tensors
    return [
        torch.randn(each.shape, generator=generator, dtype=torch.float64).to(each.device)
        if each.is_floating_point()
        else None
        for each in results
    ]


def _total(result: Any, weights: list[torch.Tensor | None]) -> torch.Tensor | None:
    parts = [
        (tensor.double() * weight).sum()
        for tensor, weight in zip(tensors_in(result), weights, strict=False)
        if weight is not None and tensor.is_floating_point()
    ]
    return torch.stack(parts).sum() if parts else None


def _compared(
    examined: Examined,
    case: Case,
    name: str,
    gradient: torch.Tensor,
    weights: list[torch.Tensor | None],
) -> list[Finding]:
    generator = torch.Generator().manual_seed(case.seed + 2)
    shape, dtype = gradient.shape, gradient.dtype
    direction = torch.randn(shape, generator=generator, dtype=torch.float64).to(gradient.device)
    step = 1e-6 if dtype is torch.float64 else 1e-3
    values = []
    for sign in (1, -1):
        call = examined.build(case)
        moved = call.tensors[name].detach().double() + sign * step * direction
        call = call.with_values(**{name: moved.to(dtype)})
        total = _total(_result(examined, call), weights)
        if total is None:
            return []
        values.append(float(total))
    wanted = (values[0] - values[1]) / (2 * step)
    got = float((gradient.double() * direction).sum())
    scale = max(1.0, abs(wanted), max(map(abs, values)))
    tolerance = (
        10 * scale * (step**2 + torch.finfo(dtype).eps / step) * max(1.0, shape.numel() ** 0.5)
    )
    if abs(got - wanted) <= tolerance:
        return []
    message = "its gradient is not that of the operator"
    return [
        Finding(
            name,
            message,
            f"{got:.6g} along a direction",
            f"{wanted:.6g}",
            f"tolerance {tolerance:.2g}",
            Kind.VALUE,
        )
    ]


def _result(examined: Examined, call: Call) -> list[torch.Tensor]:
    return called(examined, call, examined.registered.overload)[0]


CHECK = RegistrationCheck(
    "autograd", "Does a backward pass refuse, or give the right gradient?", _decide, usual
)
