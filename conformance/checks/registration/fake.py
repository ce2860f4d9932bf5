"""Does the fake kernel say what the real one does?

Compilers run the fake kernel, on tensors without data, to learn number, shape, dtype, device and
strides of the results, and which of them share memory. It is run beside the real one over sizes,
dtypes and layouts. Strides count only where they mean something: in dimensions of two or more, and
not in empty tensors (https://docs.pytorch.org/docs/stable/library.html, ``register_fake``). Where
a contract says in which order callers need the elements of a result, both must have them so.
"""

import torch

from conformance import torch_registry
from conformance.case import Case
from conformance.checks.registration.check import RegistrationCheck
from conformance.events.finding import Finding, Kind
from conformance.registrations.calls.call import Call
from conformance.registrations.examined import Examined
from conformance.torch_internals import tensors_in
from conformance.torch_tracing import DATA_DEPENDENT, NO_FAKE, fake_mode, first_line, storage_of


def _decide(examined: Examined, case: Case) -> list[Finding]:
    registered = examined.registered
    if not torch_registry.has_fake(registered.overload):
        message = "there is none: a compiler cannot tell what the operator returns"
        return [Finding("fake kernel", message, kind=Kind.STRUCTURE, cause="missing")]
    call, ran = examined.answered(case)
    fresh = examined.build(case)
    with fake_mode() as mode:
        fakes = fresh.mapped(lambda name, tensor: mode.from_tensor(tensor))
        try:
            result = fakes.of(registered.overload)
        except Exception as error:
            return [_raised(error)]
    findings = _compared(ran.result, result, call, fakes)
    return findings or _as_viewed(examined, case, call, (ran.result, result))


def _raised(error: BaseException) -> Finding:
    if isinstance(error, DATA_DEPENDENT):
        message, cause = "it asks for values, which a compiler does not have", "data"
    elif isinstance(error, NO_FAKE):
        message, cause = "it does not answer, where the real one does", "missing"
    else:
        message, cause = "it raises, where the real one answers", type(error).__name__
    return Finding("fake kernel", message, first_line(error), kind=Kind.RAISED, cause=cause)


def _compared(real: object, fake: object, call: Call, fakes: Call) -> list[Finding]:
    reals, seen = (
        list(each) if isinstance(each, tuple | list) else [each] for each in (real, fake)
    )
    if len(reals) != len(seen) or isinstance(real, tuple | list) != isinstance(fake, tuple | list):
        got, wanted = (
            f"{type(each).__name__} of {len(items)}"
            for each, items in ((fake, seen), (real, reals))
        )
        return [
            Finding(
                "results",
                "the fake kernel returns another number",
                got,
                wanted,
                kind=Kind.STRUCTURE,
            )
        ]
    findings: list[Finding] = []
    for place, (a, b) in enumerate(zip(reals, seen, strict=True)):
        pair = list(tensors_in(a)), list(tensors_in(b))
        if len(pair[0]) != len(pair[1]):
            got, wanted = (f"{len(each)} tensors" for each in reversed(pair))
            findings.append(
                Finding(
                    f"result {place}",
                    "the fake kernel returns another number",
                    got,
                    wanted,
                    kind=Kind.STRUCTURE,
                )
            )
            continue
        for x, y in zip(*pair, strict=True):
            findings += _differences(f"result {place}", x, y)
            owner, other = _owner(x, call), _owner(y, fakes)
            if owner != other:
                message = "the fake kernel says that it lies in other memory"
                findings.append(
                    Finding(
                        f"result {place}",
                        message,
                        other or "of its own",
                        owner or "of its own",
                        kind=Kind.SHARED,
                    )
                )
    return findings


def _as_viewed(
    examined: Examined, case: Case, call: Call, results: tuple[object, object]
) -> list[Finding]:
    """Results whose elements lie in another order than callers need, real and fake."""
    contract = examined.contract
    if contract is None:
        return []
    known = {argument.name: argument for argument in contract.tensors}
    findings: list[Finding] = []
    pairs = zip(contract.returned, *(list(tensors_in(each)) for each in results), strict=False)
    for output, real, fake in pairs:
        leader = output.layout_leader
        spec = case.tensors.get(leader or "")
        if leader is None or spec is None or spec.layout not in known[leader].owed_layouts:
            continue
        given = call.tensors[leader]
        like = torch.empty_strided(given.shape, given.stride(), device="meta")
        wanted = torch.empty_like(like)
        for whose, got in (("the real kernel", real), ("the fake kernel", fake)):
            if got.shape == wanted.shape and meaningful_strides(got) != meaningful_strides(wanted):
                message = (
                    f"of {whose} it lies in another order than {leader}: callers take it with "
                    f"view ({output.strides_source})"
                )
                strides = str(got.stride()), str(wanted.stride())
                findings.append(
                    Finding(output.name, message, *strides, kind=Kind.STRUCTURE, cause="viewed")
                )
    return findings


def _differences(name: str, real: torch.Tensor, fake: torch.Tensor) -> list[Finding]:
    pairs = (
        (Kind.SHAPE, "shape", tuple(fake.shape), tuple(real.shape)),
        (Kind.DTYPE, "dtype", fake.dtype, real.dtype),
        (Kind.DEVICE, "device", fake.device, real.device),
        (Kind.STRUCTURE, "layout", fake.layout, real.layout),
    )
    findings = [
        Finding(
            name,
            f"the fake kernel says another {what}",
            str(got),
            str(wanted),
            kind=kind,
            cause=what,
        )
        for kind, what, got, wanted in pairs
        if got != wanted
    ]
    if findings or real.layout is not torch.strided:
        return findings
    if meaningful_strides(real) != meaningful_strides(fake):
        message = "the fake kernel says other strides"
        got, wanted = str(fake.stride()), str(real.stride())
        findings.append(Finding(name, message, got, wanted, kind=Kind.STRUCTURE, cause="strides"))
    return findings


def meaningful_strides(tensor: torch.Tensor) -> tuple[int | None, ...]:
    """The strides of dimensions of two or more; none of an empty tensor."""
    if not tensor.numel():
        return ()
    return tuple(
        stride if size > 1 else None
        for size, stride in zip(tensor.shape, tensor.stride(), strict=True)
    )


def _owner(tensor: torch.Tensor, call: Call) -> str:
    """The argument in whose memory a result lies."""
    if not tensor.numel():
        return ""
    storage = storage_of(tensor)
    return next((n for n, each in call.tensors.items() if storage_of(each) == storage), "")


CHECK = RegistrationCheck("fake", "Does the fake kernel say what the real one does?", _decide)
