"""Does ``vmap`` refuse, or give what a loop gives?

A batch of two calls with different contents is mapped at once, and compared with the two calls one
after the other. An exception is a refusal, and right.
"""

from dataclasses import replace
from typing import Any

import torch

from conformance.case import Case
from conformance.checks.registration.check import RegistrationCheck, usual
from conformance.events.finding import Finding, Kind
from conformance.events.verdict import NotSupported
from conformance.registrations.examined import Examined
from conformance.registrations.programs import called
from conformance.registrations.stored import differing
from conformance.torch_internals import tensors_in

BATCH = 2


def _decide(examined: Examined, case: Case) -> list[Finding]:
    single = [examined.build(replace(case, seed=case.seed + 104_729 * n)) for n in range(BATCH)]
    if not single[0].tensors or any(n not in single[0].values for n in single[0].tensors):
        raise NotSupported("no argument is a tensor of its own")
    batch = examined.build(case).mapped(
        lambda name, tensor: torch.stack([each.tensors[name] for each in single])
    )
    looped = []
    for each in single:
        results, raised = called(examined, each, examined.registered.overload)
        if raised:
            raise NotSupported(f"the operator refuses a call of the batch: {raised}")
        looped.append(results)
    if not all(
        examined.is_stable(replace(case, seed=case.seed + 104_729 * n)) for n in range(BATCH)
    ):
        raise NotSupported("equal calls give different bits: see eager")
    names = [name for name in batch.values if name not in batch.keyword_only]
    dims = tuple(0 if name in batch.tensors else None for name in names)
    positional, keywords = batch.passed

    def mapped(*arguments: Any) -> Any:
        def one(*each: Any) -> Any:
            return tuple(tensors_in(examined.registered.overload(*each, **keywords)))

        return torch.vmap(one, in_dims=dims)(*arguments)

    if any(name in batch.keyword_only for name in batch.tensors):
        raise NotSupported("a tensor is passed by name only, which vmap does not map")
    outcome = examined.device.call(mapped, positional, 0)
    if outcome.raised is not None:
        return []
    got = list(tensors_in(outcome.result))
    findings = []
    for place, tensor in enumerate(got):
        wanted = torch.stack([results[place] for results in looped])
        findings += _result(f"result {place}", tensor, wanted)
    for name, tensor in batch.tensors.items():
        left = torch.stack([each.tensors[name] for each in single])
        if bool(differing(tensor, left).any()):
            message = "vmap answers, and leaves something else in it than the calls one by one"
            findings.append(Finding(name, message, kind=Kind.CHANGED, cause="vmap"))
    return findings


def _result(name: str, got: torch.Tensor, wanted: torch.Tensor) -> list[Finding]:
    if got.shape != wanted.shape or got.dtype != wanted.dtype:
        a, b = (f"{tuple(each.shape)} {each.dtype}" for each in (got, wanted))
        message = "vmap gives another shape or dtype than a loop"
        return [Finding(name, message, a, b, kind=Kind.SHAPE)]
    differs = differing(got, wanted)
    if not bool(differs.any()):
        return []
    step = 8 * torch.finfo(got.dtype).eps if got.is_floating_point() else 0.0
    x, y = got.detach().double().cpu(), wanted.detach().double().cpu()
    if step and bool(torch.isclose(x, y, rtol=step, atol=step, equal_nan=True).all()):
        return []  # a rule for batches may round otherwise
    place = differs.nonzero()[0].tolist()
    a, b = (str(each[tuple(place)].item()) for each in (got, wanted))
    message = f"vmap gives {int(differs.sum())} other elements than a loop"
    return [Finding(name, message, a, b, f"element {place}", Kind.VALUE)]


CHECK = RegistrationCheck("vmap", "Does vmap refuse, or give what a loop gives?", _decide, usual)
