"""One aspect of one operator of one release: a verdict, whatever the release promises."""

from pathlib import Path

import pytest

from conformance.asking.examine import examine
from conformance.asking.opened import Opened
from conformance.contract import Aspect, Promise
from conformance.events.events import Judged
from conformance.events.finding import Finding, Kind
from conformance.events.verdict import Verdict
from conformance.execution.bench import Bench
from conformance.execution.cpu import LockstepCPU
from conformance.inputs.usual import usual_case
from conformance.policy.subject_name import SubjectName

from .toy import CONTRACT, case


def sized(*sizes):
    return lambda contract: [usual_case(contract, "values", N=size) for size in sizes]


def examined(function=lambda x: 2 * x.float(), within=(), sources=None, **aspect):
    device = LockstepCPU()
    subject = Opened(
        "tiny==1.0", function, device, "here", SubjectName("tiny==1.0"), Judged(),
        promise=Promise(within), sources=sources,
    )  # fmt: skip
    bench = Bench(CONTRACT, function, device)
    return examine(Aspect("a", "Right?", **aspect), bench, subject)


def wrong_from(size):
    return lambda x: 2 * x.float() + (len(x) >= size)


def test_an_aspect_passes_if_all_its_cases_do():
    found = examined(cases=sized(1, 4, 40))
    assert (found.check, found.verdict, found.cases) == ("a", Verdict.PASS, 3)


def test_the_first_failure_decides_and_is_made_smaller():
    found = examined(wrong_from(10), cases=sized(4, 40, 41))
    (failure,) = found.failures
    assert (found.verdict, found.cases) == (Verdict.FAIL, 2)
    assert failure.case == str(case(10, "values"))
    assert failure.findings[0].about == "y"


def test_a_failure_does_not_shrink_into_another_one():
    def wrong(x):
        y = 2 * x.float() + (len(x) >= 10)
        return y.double() if len(x) < 4 else y

    (failure,) = examined(wrong, cases=sized(40)).failures
    assert failure.case == str(case(10, "values"))
    assert [finding.kind for finding in failure.findings] == [Kind.VALUE]


def test_a_failure_that_passes_when_it_is_asked_again_says_so():
    smallest = case(1, "values")
    calls = []

    def once(x):
        calls.append(x)
        return 2 * x.float() + (len(calls) == 1)

    (failure,) = examined(once, cases=lambda contract: [smallest]).failures
    kinds = [finding.kind for finding in failure.findings]
    assert failure.case == str(smallest) and kinds == [Kind.VALUE, Kind.NOT_REPEATABLE]


def test_a_failure_is_not_made_one_of_what_the_release_never_promised():
    def picky(x):
        return 2 * x.float() + (len(x) % 4 != 0 or len(x) >= 10)

    (failure,) = examined(picky, within=("N % 4 == 0",), cases=sized(40)).failures
    assert failure.case == str(case(20, "values"))


def test_a_case_beyond_what_the_release_promises_is_asked_all_the_same():
    def picky(x):
        return 2 * x.float() + (len(x) % 4 != 0)

    found = examined(picky, within=("N % 4 == 0",), cases=sized(4, 6))
    assert found.verdict is Verdict.FAIL
    assert found.failures[0].case == str(case(1, "values"))


def test_each_case_is_decided_by_the_check_that_it_names():
    def alias(x):
        return x.mul_(2).float()

    assert examined(alias, cases=sized(4)).verdict is Verdict.PASS
    purity = examined(alias, cases=lambda contract: [case(4, "purity")])
    assert "elements of the input changed" in purity.failures[0].findings[0].message


def test_what_the_contract_lacks_is_not_asked():
    def lacks(contract):
        return f"{contract.name} has no batch"

    found = examined(cases=sized(4), lacks=lacks)
    assert (found.verdict, found.reason) == (Verdict.UNSUPPORTED, "double has no batch")


@pytest.mark.parametrize("cases", [None, sized()])
def test_an_aspect_that_lists_nothing_was_not_run(cases):
    found = examined(cases=cases)
    assert (found.verdict, found.reason) == (Verdict.NOT_RUN, "the aspect lists no case")


def test_what_the_suite_cannot_do_is_an_error_and_no_failure():
    found = examined(cases=lambda contract: 1 / 0)
    assert found.verdict is Verdict.ERROR and found.reason.startswith("ZeroDivisionError")
    assert examined(cases=lambda contract: [case(4, "no-check")]).verdict is Verdict.ERROR


def test_what_the_device_cannot_do_is_no_failure():
    from conformance.memory.unsupported import UnsupportedFeature

    def unsupported(x):
        raise UnsupportedFeature("no such instruction")

    found = examined(unsupported, cases=sized(4))
    assert found.verdict is Verdict.UNSUPPORTED and "no such instruction" in found.reason


def test_an_exception_of_the_release_is_its_answer():
    def refuses(x):
        raise NotImplementedError("not on this card")

    found = examined(refuses, cases=sized(4))
    assert found.verdict is Verdict.FAIL
    assert "not on this card" in found.failures[0].findings[0].got


def test_files_are_looked_at_without_a_call():
    asked = []

    def look(*arguments):
        asked.append(arguments)
        return [Finding("file", "is not as it was", where="line 3")]

    found = examined(look=look, sources=Path("/sources"))
    assert asked == [(Path("/sources"), "double", "1.0")]
    (failure,) = found.failures
    assert found.verdict is Verdict.FAIL and failure.case == ""
    assert failure.findings == (
        Finding("file", "is not as it was", where="line 3"),
    )  # fmt: skip


def test_files_without_findings_pass():
    found = examined(look=lambda *arguments: [], sources=Path("/sources"))
    assert (found.verdict, found.failures) == (Verdict.PASS, ())


def test_a_subject_without_files_cannot_be_looked_at():
    found = examined(look=lambda *arguments: pytest.fail("looked"))
    assert (found.verdict, found.reason) == (
        Verdict.UNSUPPORTED, "tiny==1.0 has no files to look at",
    )  # fmt: skip
