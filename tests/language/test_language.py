"""What a contract can say is asked: each word has a planted fault and a right implementation."""

from dataclasses import replace

import pytest

import conformance
from conformance.events.verdict import Verdict

from . import found, integers, judged, own_words, passed, scalars

ASKED = (
    (scalars.CONTRACT, scalars.right, scalars.FAULTS),
    (passed.CONTRACT, passed.right, passed.FAULTS),
    (own_words.CONTRACT, own_words.right, own_words.FAULTS),
    *integers.ASKED,
    *judged.ASKED,
    *found.ASKED,
)
RIGHT = [
    *((contract, right) for contract, right, _ in ASKED),
    (passed.CONTRACT, passed.returns_what_it_wrote),
    (passed.TRUSTING, passed.forgets_to_refuse),
    (passed.DENSE, passed.takes_x_for_dense),
]
WRONG = [
    (contract, check, fault)
    for contract, _, faults in ASKED
    for check, planted in faults.items()
    for fault in planted
]


def asked(contract, subject):
    return conformance.check(contract, subject, profile="quick", seed=1)


@pytest.mark.parametrize(
    ("contract", "right"),
    RIGHT,
    ids=lambda value: getattr(value, "__name__", value.name if hasattr(value, "name") else None),
)
def test_a_right_implementation_is_conformant(contract, right):
    report = asked(contract, right)
    wrong = {
        e.check: e.failures for e in report.checks if e.verdict in (Verdict.FAIL, Verdict.ERROR)
    }
    assert report.conformant and not wrong, wrong


@pytest.mark.parametrize(
    ("contract", "check", "fault"), WRONG, ids=lambda value: getattr(value, "__name__", None)
)
def test_a_planted_fault_is_found(contract, check, fault):
    report = asked(contract, fault)
    assert report[check].verdict is Verdict.FAIL, [
        (e.check, e.verdict, e.reason) for e in report.checks
    ]


def test_what_callers_promise_is_told():
    assert passed.TRUSTING.not_asked == ("wrong out, signs or x: callers refuse such calls",)
    assert passed.DENSE.not_asked == ("x in another layout: callers pass dense tensors",)
    assert scalars.CONTRACT.not_asked == ("wrong eps: callers refuse such calls",)


def test_a_tensor_in_the_layout_of_another_is_asked_in_no_other():
    x, bias = scalars.CONTRACT.arguments[:2]
    pair = replace(bias, name="other", axes=x.axes, optional=None, strides="like x")
    contract = replace(scalars.CONTRACT, arguments=(x, pair), reference=lambda x, other: x + other)

    def same_strides(x, other):
        if x.dtype != other.dtype or x.shape != other.shape:
            raise ValueError("both alike are wanted")
        assert x.stride() == other.stride()
        return x + other

    assert asked(contract, same_strides)["layout"].verdict is Verdict.PASS
    assert contract.not_asked == (
        "other in another layout than x: callers pass both in one layout",
    )
