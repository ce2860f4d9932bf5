"""Have what the checks of a run will launch compiled on all cores, ahead of them and beside them.

Where kernels are compiled, a run spends most of its time on one core: each case waits for the
signatures that it is the first to launch. So the cases of all checks are rehearsed first: the
subject is called, its launches are noted, and none runs. What is noted is compiled meanwhile, and
while the checks run.
"""

from collections.abc import Callable, Sequence
from time import monotonic

from conformance.asking.listed import asked_cases
from conformance.asking.remote.died import SubjectDied
from conformance.case import Case
from conformance.checks import Check
from conformance.contract import Contract, ContractMistake
from conformance.events.request import Profile
from conformance.events.verdict import NotSupported
from conformance.execution.bench import Bench
from conformance.execution.launches import plain

LARGEST = 1 << 22
"""Elements of a case that is rehearsed: larger ones launch the signatures of smaller ones."""

SIGNATURES, SECONDS = 16, 3.0
"""What is noted begins to be compiled after so many seconds, if there are so many signatures: each
time processes are started, which takes them longer than a signature or two."""


def compile_ahead(
    bench: Bench,
    checks: Sequence[Check],
    profile: Profile,
    seed: int,
    told: Callable[[int, str], None] = lambda signatures, trouble: None,
    patient: bool = False,
) -> int:
    """Rehearse the cases of ``checks`` and begin to compile their launches.

    Returns how many signatures there are; ``told`` hears of how many so far, and of what went wrong
    with a case: the others are rehearsed all the same, and the checks meet it again. If it is
    ``patient``, what other runs have compiled goes first. Does nothing where the device compiles
    nothing.
    """
    device = bench.device
    builder = getattr(device, "builder", None)
    if builder is None or not getattr(device, "compiles", False):
        return 0
    begun = 0

    def begin(least: int) -> None:
        nonlocal begun
        if count := int(builder.ahead(least, patient)):
            begun += count
            told(begun, "")

    trouble = ""
    try:
        since = monotonic()
        for case in _cases(bench.contract, checks, profile, seed):
            try:
                bench.rehearse(case, only=True)
            except (SubjectDied, ContractMistake):
                raise
            except NotSupported:  # the check says so
                pass
            except Exception as error:
                trouble = trouble or f"{case} could not be rehearsed: {_text(error)}"
            if monotonic() - since > SECONDS:
                begin(SIGNATURES)
                since = monotonic()
        begin(1)
    except SubjectDied as died:
        bench.late.forget()
        trouble = f"the subject's process ended in a rehearsal: {_text(died)}"
    except ContractMistake:
        raise
    except Exception as error:
        trouble = _text(error)
    if trouble:
        told(begun, trouble)
    return begun


def _text(error: BaseException) -> str:
    """What an exception says, in a line."""
    return f"{type(error).__name__}: {error}".partition("\n")[0][:300]


def compiling(bench: Bench) -> bool:
    """Whether something that was begun is not compiled yet."""
    builder = getattr(bench.device, "builder", None)
    return builder is not None and bool(builder.compiling())


def _cases(contract: Contract, checks: Sequence[Check], profile: Profile, seed: int) -> list[Case]:
    """Each call that the checks ask, once."""
    found: dict[str, Case] = {}
    for check in checks:
        for asked in asked_cases(check, contract, profile, seed):
            for case in (asked, *check.further(contract, asked)):
                if contract.elements(case.axes) <= LARGEST:
                    call = plain(contract, case, "builds")
                    found.setdefault(str(call), call)
    return list(found.values())
