"""Does a kernel answer where the operator is called?

The table that torch computes decides, so that a kernel for ``CompositeExplicitAutograd`` counts on
every device. A kernel that is registered for another device only is found here, also where a
backend has a fallback for all operators: that computes elsewhere.
"""

from conformance import torch_registry
from conformance.case import Case
from conformance.checks.registration.check import RegistrationCheck, nothing, once
from conformance.events.finding import Finding, Kind
from conformance.registrations.examined import Examined


def _decide(examined: Examined, case: Case) -> list[Finding]:
    registered = examined.registered
    if torch_registry.answers(registered.dispatch_name, registered.key):
        return []
    keys = torch_registry.keys_with_kernels(registered.dispatch_name)
    return [
        Finding(
            "kernel",
            f"no kernel answers on {registered.device}",
            f"kernels for {', '.join(keys) or 'no key'}",
            f"one for {registered.key}, or for CompositeExplicitAutograd",
            kind=Kind.DEVICE,
        )
    ]


CHECK = RegistrationCheck("dispatch", "Does a kernel answer on the device?", _decide, once, nothing)
