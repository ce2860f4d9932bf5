"""Every check of registrations, asked on the device: prints what they say as JSON.

It is a program, for a process keeps the name that it has given PrivateUse1.
"""

import json
import sys

from conformance.checks.registration.check import RegistrationCheck
from conformance.checks.registration.registry import REGISTRATION_CHECKS
from conformance.events.request import Registration
from conformance.events.verdict import NotSupported
from conformance.registrations.effort import Effort
from conformance.registrations.examination import Surroundings, look_for_calls, opened
from conformance.registrations.examined import CallRefused, Examined
from tests.registrations.private_device.device import PrivateDevice, build

IMPORT = "tests.registrations.private_device.operators"


def _ask(check: RegistrationCheck, examined: Examined) -> str:
    """``PASS``, ``FAIL: ...`` with the first finding, or ``UNSUPPORTED: ...``."""
    if lack := check.lacks(examined):
        return f"UNSUPPORTED: {lack}"
    told = 0
    for case in check.cases(examined):
        try:
            findings = check.decide(examined, case)
        except CallRefused:
            continue
        except NotSupported as reason:
            return f"UNSUPPORTED: {reason}"
        if findings:
            return f"FAIL: {findings[0].about}: {findings[0].message} {findings[0].got}"
        told += 1
    return "PASS" if told >= check.at_least else "UNSUPPORTED: no call is taken"


def main() -> None:
    """Ask about the operators that are named."""
    build()
    surroundings, effort = Surroundings(), Effort(2, 0, ("aot_eager",))
    answers = {}
    for name in sys.argv[1:]:
        examined = opened(Registration(name), IMPORT, PrivateDevice(), effort, surroundings)
        look_for_calls(examined)
        answers[name] = {check.id: _ask(check, examined) for check in REGISTRATION_CHECKS}
    print(json.dumps(answers))


if __name__ == "__main__":
    main()
