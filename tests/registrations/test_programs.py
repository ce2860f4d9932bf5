"""Programs around a call, as they are and compiled: each sees another mistake of a compiler."""

import pytest
import torch

from conformance.case import Case
from conformance.catalogue.devices import open_device
from conformance.registrations.calls.example import example_case
from conformance.registrations.calls.implied import ImpliedCalls
from conformance.registrations.effort import Effort
from conformance.registrations.examined import CallRefused, Examined
from conformance.registrations.programs import (
    called,
    compared,
    computed_with,
    moved,
    plain,
    twice,
    unused,
    without_numbers,
)
from conformance.registrations.registered import find_registered

LIBRARY = torch.library.Library("programs_here", "DEF")
BACKEND = "aot_eager"


def _define(name, schema, kernel, fake, key="CPU"):
    LIBRARY.define(f"{name}{schema}")
    LIBRARY.impl(name, kernel, key)
    if fake is not None:
        torch.library.register_fake(f"programs_here::{name}", fake, lib=LIBRARY)


def _counted(log):
    log.add_(1)


_define("add", "(Tensor x, float by=1.0) -> Tensor", lambda x, by=1.0: x + by,
        lambda x, by=1.0: torch.empty_like(x))  # fmt: skip
_define("untold", "(Tensor log) -> ()", _counted, lambda log: None)
_define("told", "(Tensor(a!) log) -> ()", _counted, lambda log: None)
_define("refuses", "(Tensor x) -> Tensor", lambda x: 1 / 0, torch.empty_like)


def examined(name, *values):
    """An operator of this file, and its usual case."""
    registered = find_registered(f"programs_here::{name}")
    arguments = registered.arguments
    given = dict(zip(registered.names, values, strict=False))
    base, example = example_case(registered.name, arguments, given)
    calls = ImpliedCalls(registered.name, arguments, base, example, True, frozenset())
    subject = Examined(registered, calls, open_device("cpu"), effort=Effort(2, 1, (BACKEND,)))
    return subject, calls.usual("any")


def causes(findings):
    return [(finding.about, finding.cause) for finding in findings]


def test_an_honest_operator_is_the_same_in_every_program():
    subject, case = examined("add", torch.arange(4.0), 2.5)
    call = subject.build(case)
    programs = (plain, unused, twice, computed_with, lambda each: moved(each, "x", 0))
    for make in programs:
        assert compared(subject, case, make(subject), BACKEND) == []
    assert call.tensors["x"].tolist() == [0, 1, 2, 3]


def test_a_call_that_writes_untold_vanishes_where_its_result_is_unused():
    subject, case = examined("untold", torch.zeros(3))
    (finding,) = compared(subject, case, unused(subject), BACKEND)[:1]
    assert "result 0" in finding.about and (finding.got, finding.wanted) == ("0.0", "1.0")
    told, same = examined("told", torch.zeros(3))
    assert compared(told, same, unused(told), BACKEND) == []


def test_arguments_are_compared_as_they_are_left():
    subject, case = examined("untold", torch.zeros(3))
    found = causes(compared(subject, case, unused(subject), BACKEND))
    assert (f"{BACKEND}: log", "left") in found


def test_a_call_that_the_operator_refuses_tells_nothing():
    subject, case = examined("refuses", torch.zeros(3))
    with pytest.raises(CallRefused, match="ZeroDivisionError"):
        compared(subject, case, plain(subject), BACKEND)


def test_what_a_program_raises_is_told_and_not_raised():
    subject, case = examined("refuses", torch.zeros(3))
    results, raised = called(subject, subject.build(case), plain(subject))
    assert results == [] and raised.startswith("ZeroDivisionError")


def test_twice_reads_the_arguments_between_the_calls_and_after_them():
    subject, case = examined("told", torch.zeros(1))
    (between, after), raised = called(subject, subject.build(case), twice(subject))
    assert not raised and (between.item(), after.item()) == (1, 2)


def test_moved_writes_the_argument_between_two_calls():
    subject, case = examined("add", torch.tensor([1.0, 2.0]), 1.0)
    results, _ = called(subject, subject.build(case), moved(subject, "x", 0))
    assert [each.tolist() for each in results] == [[1, 2], [2, 3], [1, 2], [3, 2], [2, 1]]


def test_numbers_are_built_in_so_that_only_tensors_are_left():
    subject, case = examined("add", torch.tensor([1.0]), 2.5)
    program, call = without_numbers(subject.build(case), plain(subject))
    assert list(call.values) == ["x"]
    (result, _), _ = called(subject, call, program)
    assert result.tolist() == [3.5]


def test_a_case_of_something_else_builds_nothing():
    subject, _ = examined("add", torch.zeros(1))
    with pytest.raises(ValueError, match="says nothing of x"):
        subject.build(Case("programs_here::add", "any", {}, {}))
