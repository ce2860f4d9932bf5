"""Every check of registrations, asked of one planted operator in this process."""

import os
import warnings
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import torch
from conformance_kernels.dishonest import FAULTS, HONEST

from conformance.catalogue.devices import open_device
from conformance.checks.registration.registry import REGISTRATION_CHECKS
from conformance.events.finding import Finding
from conformance.events.request import Registration
from conformance.events.verdict import NotSupported
from conformance.registrations.effort import Effort
from conformance.registrations.examination import Surroundings, opened
from conformance.registrations.examined import CallRefused

QUICK = ("aot_eager",)
"""Compilers that take no second for a graph."""
_FILE = """from conformance_kernels.dishonest import FAULTS, HONEST

PLANTED = {{**FAULTS, **HONEST}}[{id!r}]
PLANTED.plant({namespace!r})
ARGUMENTS = PLANTED.example()
"""


@dataclass(frozen=True)
class Answer:
    """What a check says: findings, how many calls told something, and why none did."""

    findings: tuple[Finding, ...] = ()
    decided: int = 0
    why: str = ""


@cache
def answers(id_: str, backends: tuple[str, ...] = QUICK) -> dict[str, Answer]:
    """What each check says of the planted operator with this id, which is planted once."""
    planted = {**FAULTS, **HONEST}[id_]
    namespace = "_".join((planted.namespace, *(each for each in backends if each not in QUICK)))
    file = Path(mkdtemp()) / f"{namespace}.py"
    file.write_text(_FILE.format(id=id_, namespace=namespace))
    wanted = Registration(f"{namespace}::op", getattr(planted, "contract", ""), f"{file}:ARGUMENTS")
    return _asked(wanted, str(file), Effort(2, 1, backends))


def _asked(wanted: Registration, imports: str, effort: Effort) -> dict[str, Answer]:
    """What each check says of a registration. What the import changed is changed back."""
    environment, dtype = dict(os.environ), torch.get_default_dtype()
    try:
        examined = opened(wanted, imports, open_device("cpu"), effort, Surroundings())
    finally:
        torch.set_default_dtype(dtype)
        os.environ.clear()
        os.environ.update(environment)
    with warnings.catch_warnings():
        # Torch warns of what some of the planted ones do.
        warnings.simplefilter("ignore")
        return {check.id: _answer(check, examined) for check in REGISTRATION_CHECKS}


def _answer(check, examined) -> Answer:
    if lack := check.lacks(examined):
        return Answer(why=lack)
    findings, decided, why = [], 0, ""
    for case in check.cases(examined):
        try:
            findings += check.decide(examined, replace(case, check=check.id))
            decided += 1
        except CallRefused as refused:
            why = str(refused)
        except NotSupported as lack:
            return Answer(tuple(findings), decided, str(lack))
    return Answer(tuple(findings), decided, why)


def finding_checks(id_: str) -> set[str]:
    """The ids of the checks that find something wrong with a planted operator."""
    return {check for check, answer in answers(id_).items() if answer.findings}
