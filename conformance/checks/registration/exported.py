"""Does an exported program do what the eager call does?

The call is exported with ``torch.export`` and run again from there, bit for bit.
"""

from typing import Any

import torch

from conformance.case import Case
from conformance.checks.registration.check import RegistrationCheck, usual
from conformance.events.finding import Finding, Kind
from conformance.registrations.examined import CallRefused, Examined
from conformance.registrations.programs import called, differences, plain, without_numbers
from conformance.torch_tracing import first_line


class _Module(torch.nn.Module):
    def __init__(self, program: Any) -> None:
        super().__init__()
        self.program = program

    def forward(self, *arguments: Any, **keywords: Any) -> Any:
        return self.program(*arguments, **keywords)


def _decide(examined: Examined, case: Case) -> list[Finding]:
    program, traced = without_numbers(examined.build(case), plain(examined))
    eager, exported = (without_numbers(examined.build(case), program)[1] for _ in range(2))
    expected, raised = called(examined, eager, program)
    if raised:
        raise CallRefused(f"the operator refuses the call: {raised}")
    positional, _ = traced.passed
    try:
        again = torch.export.export(_Module(program), positional, strict=False).module()
    except Exception as error:
        message = "it cannot be exported"
        return [Finding("export", message, first_line(error), kind=Kind.RAISED, cause="export")]
    got, raised = called(examined, exported, again)
    if raised:
        return [Finding("export", "the exported program raises", raised, kind=Kind.RAISED)]
    return differences(examined, case, (eager, expected), (exported, got), "exported")


CHECK = RegistrationCheck(
    "exported", "Does an exported program do what the eager call does?", _decide, usual
)
