"""A result that changes after its call is told, but for what a later call does to it."""

from threading import Thread
from time import sleep

import pytest
import torch

from conformance.asking.explore import explore
from conformance.checks import find_check
from conformance.events.finding import Kind
from conformance.events.verdict import Verdict
from conformance.execution.bench import Bench
from conformance.execution.cpu import LockstepCPU
from conformance.execution.later import LATER

from ..asking.toy import CONTRACT, PROFILE, case


def bench(function):
    return Bench(CONTRACT, function, LockstepCPU())


def double(x):
    return 2 * x.float()


def spoil(y):
    sleep(0.02)
    y.add_(1)


def spoiling(x):
    y = double(x)
    Thread(target=spoil, args=(y,)).start()
    return y


def test_a_right_result_that_stays_is_no_finding():
    ground = bench(double)
    for size in (1, 4, 9):
        ground.run(case(size, "values"))
    ground.late.settle()
    assert ground.late.take() == []


def test_a_write_after_the_return_is_told_with_the_case_of_its_call():
    ground = bench(spoiling)
    trial = ground.run(case(7, "values"))
    assert trial.findings() == []  # it was right when the call returned
    ground.late.settle()
    ((told, finding),) = ground.late.take()
    assert str(told) == str(case(7, "values"))
    assert (finding.about, finding.kind, finding.cause) == ("y", Kind.CHANGED, LATER)
    assert finding.message == "changed after the call had returned"
    assert ground.late.take() == []


def test_a_result_is_looked_at_without_waiting_once_its_time_has_come():
    ground = bench(spoiling)
    ground.run(case(7, "values"))
    sleep(0.2)
    ground.run(case(3, "values"))
    assert [str(told) for told, _ in ground.late.take()] == [str(case(7, "values"))]


def test_memory_that_a_later_call_returns_again_is_that_call_s_matter():
    kept = torch.empty(64)

    def reusing(x):
        y = kept[: len(x)]
        y.copy_(double(x))
        return y

    ground = bench(reusing)
    ground.run(case(8, "values"))
    ground.run(case(8, "values").with_tensor("x", values="zeros"))
    ground.late.settle()
    assert ground.late.take() == []


def test_a_check_fails_for_a_write_after_the_return():
    event = explore(find_check("values"), bench(spoiling), PROFILE, 1)
    assert event.verdict is Verdict.FAIL
    assert {failure.finding.message for failure in event.failures} == {
        "changed after the call had returned"
    }


@pytest.mark.parametrize("size", [0, 1])
def test_results_without_elements_have_nothing_to_look_at(size):
    ground = bench(double)
    ground.run(case(size, "values"))
    ground.late.settle()
    assert ground.late.take() == []
