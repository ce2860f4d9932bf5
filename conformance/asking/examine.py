"""One cell of a table of releases: an aspect of one operator of one release."""

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from time import monotonic

from conformance.asking.decided import decided, settled
from conformance.asking.exploration import not_repeatable
from conformance.asking.opened import Opened
from conformance.asking.shrink import minimise
from conformance.case import Case
from conformance.checks import find_check
from conformance.contract import Aspect, ContractMistake, Expression
from conformance.events.events import CheckFinished, Failure, LeftOut
from conformance.events.finding import Finding, Kind
from conformance.events.verdict import NotSupported, Verdict
from conformance.execution.bench import Bench

SHRINK_SECONDS = 3.0


def examine(
    aspect: Aspect,
    bench: Bench,
    subject: Opened,
    started: Callable[[Case, int], None] = lambda case, number: None,
) -> CheckFinished:
    """The verdict of an aspect. ``started`` hears of every case before it runs.

    Never raises for what a subject does. A mistake of the contract is no verdict: it is raised.
    """
    begin = monotonic()
    if lack := aspect.lacks(bench.contract):
        return CheckFinished(aspect.id, aspect.question, Verdict.UNSUPPORTED, reason=lack)
    count = 0
    verdict, reason = Verdict.PASS, ""
    failures: tuple[Failure, ...] = ()
    waiting: deque[Case] = deque()

    known: dict[str, list[Finding]] = {}

    def decide(case: Case) -> list[Finding]:
        started(case, count)
        found = decided(find_check(case.check), bench, case)
        known.setdefault(str(case), found)
        return found

    try:
        if aspect.look is not None:
            verdict, reason, failures = _look(aspect, bench, subject)
        waiting.extend(aspect.cases(bench.contract) if aspect.cases else ())
        while waiting:
            case = waiting.popleft()
            count += 1
            if found := decide(case):
                verdict = Verdict.FAIL
                if found[0].kind is Kind.DIED:  # to die again may take as long as a limit
                    failures = (Failure(str(case), tuple(found)),)
                else:
                    failures = (_smallest(bench, subject, case, known, decide),)
                break
        late = settled(bench, case) if count else []
        if verdict is Verdict.PASS and late:
            verdict, failures = Verdict.FAIL, (Failure(str(late[0][0]), (late[0][1],)),)
    except NotSupported as error:
        verdict, reason = Verdict.UNSUPPORTED, str(error)
    except ContractMistake:
        raise
    except Exception as error:  # the suite's own fault must never look like the subject's
        verdict, reason = Verdict.ERROR, f"{type(error).__name__}: {error}"
    if verdict is Verdict.PASS and not count and aspect.look is None:
        verdict, reason = Verdict.NOT_RUN, "the aspect lists no case"
    left_out = {LeftOut.ENDED: tuple(map(str, waiting))} if waiting else {}
    return CheckFinished(
        aspect.id, aspect.question, verdict, count, monotonic() - begin, reason, failures, left_out
    )


def _look(
    aspect: Aspect, bench: Bench, subject: Opened
) -> tuple[Verdict, str, tuple[Failure, ...]]:
    assert aspect.look is not None
    sources = subject.sources
    if sources is None:
        return Verdict.UNSUPPORTED, f"{subject.name} has no files to look at", ()
    findings = aspect.look(sources, bench.contract.name, subject.name.partition("==")[2])
    if not findings:
        return Verdict.PASS, "", ()
    return Verdict.FAIL, "", (Failure("", tuple(findings)),)


def _smallest(
    bench: Bench,
    subject: Opened,
    case: Case,
    known: dict[str, list[Finding]],
    decide: Callable[[Case], list[Finding]],
) -> Failure:
    """A smaller case with the same finding, within every limit of the subject that this case keeps.

    Without the limits, every failure would shrink to a case that the subject never promised.
    ``known`` is what cases have shown that were asked before.
    """
    within = [Expression(text) for text in subject.promise.within]
    kept = tuple(limit for limit in within if limit.holds(case.axes))
    contract = replace(bench.contract, constraints=(*bench.contract.constraints, *kept))
    identity = known[str(case)][0].identity

    def shows(simpler: Case) -> bool:
        line = str(simpler)
        try:
            found = known[line] if line in known else decide(simpler)
        except ContractMistake:
            raise
        except Exception:  # trouble in a simpler case is no news
            known[line] = found = []
        return identity in [finding.identity for finding in found]

    smallest = minimise(case, contract, shows, SHRINK_SECONDS)
    findings, now = known[str(smallest)], decide(smallest)
    steady = identity in [finding.identity for finding in now]
    return Failure(str(smallest), (*findings, *([] if steady else [not_repeatable(now)])))
