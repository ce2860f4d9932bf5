"""What a case shows, whatever becomes of the subject's process meanwhile."""

from dataclasses import replace

from conformance.asking.remote.died import EndedFromOutside, SubjectDied
from conformance.case import Case
from conformance.checks import Check
from conformance.events.finding import Finding, Kind
from conformance.execution.bench import Bench


def decided(check: Check, bench: Bench, case: Case) -> list[Finding]:
    """The findings of a case; a process that the subject ends is one as well.

    A signal may come from anybody. If nothing says who sent it, the case is asked once more: only
    what happens twice is the subject's. A device tells of a kernel's fault some time after the
    launch, so there as well the case is asked once more, in the fresh process that it gets. Raises
    :class:`EndedFromOutside` for everything else that ends its process, and what the check raises.
    """
    try:
        return check.decide(bench, case)
    except SubjectDied as died:
        bench.late.forget()
        if not is_own(died):
            return [finding_of(_again(check, bench, case, died))]
        finding = finding_of(died)
        return [_attributed(check, bench, case, finding) if died.of_device else finding]


def settled(bench: Bench, case: Case) -> list[tuple[Case, Finding]]:
    """What becomes of results after their calls, each with its case; ``case`` was the last one.

    Raises :class:`EndedFromOutside`.
    """
    try:
        bench.late.settle()
    except SubjectDied as died:
        bench.late.forget()
        if not is_own(died):
            raise EndedFromOutside(f"the subject's process {died.told}") from None
        return [*bench.late.take(), (case, finding_of(died))]
    return bench.late.take()


def is_own(died: SubjectDied) -> bool:
    """Whether the subject ended its process. Raises :class:`EndedFromOutside` if it did not."""
    if died.ending.outside:
        raise EndedFromOutside(died.ending.outside) from None
    return died.ending.own


def finding_of(died: SubjectDied) -> Finding:
    """The end of a process as a finding."""
    how = died.ending.how + ("" if died.in_call else ", between two calls")
    got = f"output ending in: {died.output[-500:]}" if died.output else ""
    return Finding("call", how, got, kind=Kind.DIED, cause=died.ending.how)


def _attributed(check: Check, bench: Bench, case: Case, finding: Finding) -> Finding:
    """The fault of a kernel, with what the same case alone shows in a fresh process."""
    try:
        found = check.decide(bench, case)
    except SubjectDied as again:
        bench.late.forget()
        same = again.ending.how == finding.cause
        told = "again in a fresh process" if same else f"in a fresh process it {again.ending.how}"
    else:
        what = "other findings" if found else "no finding"
        told = (
            f"the case alone has {what} in a fresh process: a kernel of an earlier call, or "
            "chance, has a part in it"
        )
    return replace(finding, where="; ".join(filter(None, [finding.where, told])))


def _again(check: Check, bench: Bench, case: Case, died: SubjectDied) -> SubjectDied:
    why = f"the subject's process {died.ending.how}, by whomever"
    try:
        check.decide(bench, case)
    except SubjectDied as again:
        bench.late.forget()
        if again.ending.how == died.ending.how or is_own(again):
            return again
        why = f"{why}; asked again, it {again.ending.how}"
    else:
        why = f"{why}; asked again, the same case is answered"
    raise EndedFromOutside(why) from None
