"""Do results lie in the memory that the schema says, and in no other?

A result without an alias annotation is memory of its own: it shares a storage with no argument and
no other result. One with an annotation lies in the memory of the argument that it names.
"""

from conformance import torch_registry
from conformance.case import Case
from conformance.checks.registration.check import RegistrationCheck, placed
from conformance.events.finding import Finding, Kind
from conformance.registrations.examined import Examined
from conformance.torch_internals import tensors_in
from conformance.torch_tracing import storage_of


def _decide(examined: Examined, case: Case) -> list[Finding]:
    call, ran = examined.answered(case)
    owners: dict[int, str] = {}
    for name, tensor in call.tensors.items():
        if tensor.untyped_storage().nbytes():
            owners.setdefault(storage_of(tensor), name)
    declared = torch_registry.memory_of_results(examined.registered.schema)
    items = ran.result if isinstance(ran.result, tuple) else (ran.result,)
    findings: list[Finding] = []
    seen: dict[int, str] = {}
    for place, item in enumerate(items):
        says = declared[place] if place < len(declared) else None
        for tensor in tensors_in(item):
            if not tensor.untyped_storage().nbytes():
                continue
            storage, name = storage_of(tensor), f"result {place}"
            owner = owners.get(storage)
            if says is None and owner is not None:
                findings.append(_shared(name, owner, tensor is call.tensors[owner]))
            elif says and (owner is None or owner.partition("[")[0] not in says):
                wanted = " or ".join(sorted(says))
                message = f"the schema says that it lies in the memory of {wanted}"
                got = f"the memory of {owner}" if owner else "memory of its own"
                findings.append(Finding(name, message, got, kind=Kind.SHARED, cause="alias"))
            if says is None and storage in seen and seen[storage] != name:
                findings.append(_shared(name, seen[storage], False))
            seen.setdefault(storage, name)
    return findings


def _shared(name: str, other: str, itself: bool) -> Finding:
    what = f"is {other} itself" if itself else f"shares memory with {other}"
    message = f"{what}, and the schema does not say so: a compiler takes it for memory of its own"
    return Finding(name, message, kind=Kind.SHARED, cause=other)


CHECK = RegistrationCheck(
    "aliases",
    "Do results lie in the memory that the schema says, and in no other?",
    _decide,
    placed,
)
