"""The signature owed is told when a subject is loaded, once, and not by an exception per check."""

import functools

import pytest

import conformance
from conformance.catalogue.objects import SubjectBroken
from conformance.catalogue.operators import find_operator, operator_names
from conformance.contract import Axis, Budget, Contract, LeadingAxes, Output, TensorArgument
from conformance.events.finding import Kind
from conformance.events.verdict import Verdict
from conformance.subjects.arity import check_arity
from conformance.subjects.subject import load_subject

NORM = Contract(
    name="my_norm",
    summary="a norm",
    axes=(LeadingAxes("M", "rows"), Axis("N", "columns", usual=64)),
    arguments=(
        TensorArgument("x", ("*M", "N"), ("float32",), "rows"),
        TensorArgument("weight", ("N",), ("float32",), "a factor for each column"),
        TensorArgument("bias", ("N",), ("float32",), "a summand", optional="given"),
    ),
    outputs=(Output("y", ("*M", "N"), "x", "x", budget=Budget(0.0, 0.0, source="exact")),),
    reference=lambda x, weight, bias=None: (x * weight,),
)


@pytest.mark.parametrize(
    "function",
    [
        lambda x, weight, bias=None: x,
        lambda x, weight: x,
        lambda x, weight, bias, more=1: x,
        lambda *arguments: arguments,
        lambda x, *more: x,
        lambda a, b: a,
        functools.partial(lambda eps, x, weight: x, 1e-6),
        max,
        print,
    ],
)
def test_what_can_take_a_call_is_not_refused(function):
    check_arity(NORM, function)


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda x: x, "(x) takes 1 argument; my_norm owes (x, weight, bias): "),
        (lambda: None, "() takes 0 arguments; "),
        (lambda x, y=2, *, eps: x, "(x, y=2, *, eps) takes 1 to 2 arguments and needs eps by name"),
        (lambda a, b, c, d, *e: a, "takes at least 4 arguments"),
        (lambda a, b, c, d: a, "(a, b, c, d) takes 4 arguments"),
    ],
)
def test_what_never_can_is_told_with_the_signature_owed(function, said):
    with pytest.raises(SubjectBroken) as refused:
        check_arity(NORM, function)
    assert said in str(refused.value)
    assert str(refused.value).endswith(": def my_norm(x, weight, bias=None): …")


def test_a_wrapper_that_passes_other_arguments_on_is_asked():
    def scaled(x):
        return x

    @functools.wraps(scaled)
    def wrapper(*arguments):
        return scaled(arguments[0])

    check_arity(NORM, wrapper)


def test_the_run_fails_at_load_and_asks_nothing():
    report = conformance.check(NORM, lambda x: x, profile="quick", seed=1)
    assert report.verdict is Verdict.FAIL
    assert [result.check for result in report.checks] == ["load"]
    finding = report["load"].failures[0].finding
    assert finding.kind is Kind.LOAD
    assert "takes 1 argument; my_norm owes (x, weight, bias)" in finding.got


def test_every_operator_of_the_suite_loads():
    for name in operator_names():
        operator = find_operator(name)
        for subject in operator.subjects:
            assert load_subject(operator, subject).function is not None
