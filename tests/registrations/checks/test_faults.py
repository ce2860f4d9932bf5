"""Each planted lie is found by the checks that it names, and each check finds one alone."""

import pytest
import torch
from conformance_kernels.dishonest import FAULTS

import conformance
from conformance.checks.listing import listed_of_registrations
from conformance.checks.registration.registry import REGISTRATION_CHECKS

from .asked import answers, finding_checks

CHECKS = [check.id for check in REGISTRATION_CHECKS]
PAIRS = [
    (name, check) for name, fault in FAULTS.items() for check in fault.caught_by if check in CHECKS
]


@pytest.mark.parametrize(("name", "check"), PAIRS)
def test_a_lie_is_found_by_the_check_that_it_names(name, check):
    assert answers(name)[check].findings, answers(name)[check]


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_finds_a_lie_that_no_other_check_of_registrations_finds(check):
    named = [name for name, fault in FAULTS.items() if fault.caught_by == (check,)]
    alone = {name: finding_checks(name) for name in named}
    assert {check} in alone.values(), alone


@pytest.mark.parametrize(
    "name", [name for name, fault in FAULTS.items() if "values" in fault.caught_by]
)
def test_wrong_values_are_found_by_the_contract_alone(name):
    fault = FAULTS[name]
    assert finding_checks(name) == set()
    operator = getattr(torch.ops, fault.namespace).op.default
    report = conformance.check(fault.contract, operator, profile="quick", checks="values")
    assert not report.conformant and report["values"].failures


def test_every_lie_names_checks_that_exist():
    known = {*CHECKS, "values"}
    assert {check for fault in FAULTS.values() for check in fault.caught_by} == known


def test_checks_run_in_the_order_in_which_they_are_listed():
    listed = listed_of_registrations()
    assert [(check.id, check.question) for check in listed] == [
        (check.id, check.question) for check in REGISTRATION_CHECKS
    ]


@pytest.mark.parametrize(
    ("name", "check", "about", "message"),
    [
        ("ids-moved", "writes", "ids", "1 elements change, and the schema does not say"),
        ("past-the-end", "writes", "x", "1 elements change that lie in its storage and not in it"),
        ("never-written", "writes", "x", "4 calls did not change a bit of it (float32)"),
        ("no-fake", "fake", "fake kernel", "a compiler cannot tell what the operator returns"),
        ("wrong-for-bfloat16", "fake", "result 0", "the fake kernel says another dtype"),
        ("specialises", "symbolic", "x.shape[-2]", "takes it for 4; the operator takes other"),
        ("asks-for-long-rows", "graphs", "graph", "calls of different sizes need 2 graphs"),
        ("only-compiles", "eager", "result 0", "all elements hold what was in fresh memory"),
        ("last-unwritten", "eager", "result 0", "1 of 12 elements hold what was in fresh memory"),
        ("two-in-one", "aliases", "result 1", "shares memory with result 0"),
        ("returns-its-argument", "aliases", "result 0", "is x itself"),
        ("cuda-only", "dispatch", "kernel", "no kernel answers on cpu"),
        ("counts-elsewhere", "unused", "call", "a compiler removes every call of it"),
        ("starts-where-it-ended", "merged", "result", "the second of two equal calls"),
        ("default-dtype", "imports", "torch.default_dtype", "changes it"),
        ("replaces-silently", "registered", "::op", "a second import of the same code silently"),
        ("other-default", "signature", "eps", "another value than the documented one"),
        ("wrong-gradient", "autograd", "x", "its gradient is not that of the operator"),
    ],
)
def test_a_finding_says_what_it_is_about_and_what_is_wrong(name, check, about, message):
    findings = answers(name)[check].findings
    assert any(about in f.about and message in f.message for f in findings), findings
