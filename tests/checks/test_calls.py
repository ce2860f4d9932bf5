"""What is found in a call after another, and how it is told: repetition, reuse, sequence."""

from dataclasses import replace
from itertools import pairwise

import pytest
import torch

from conformance.contract import Axis, Budget, Contract, Output, Role, TensorArgument
from conformance.events.finding import Finding, Kind
from conformance.inputs.usual import usual_case

from ..stateful.toy import CONTRACT as APPEND
from ..stateful.toy import append
from .plain import CONTRACT, decided, right


class FromCall:
    """The operator, which answers otherwise from one of its calls on."""

    def __init__(self, number, change, function=right):
        self.number, self.change, self.function, self.calls = number, change, function, 0

    def __call__(self, *arguments):
        self.calls += 1
        results = self.function(*arguments)
        return self.change(results) if self.calls >= self.number else results


def doubled(results):
    return (2 * results[0], results[1])


def negative_zero(results):
    y, z = results
    return y, torch.where(z == 0, -z, z)


@pytest.mark.parametrize("number", [1, 2, 6])
def test_a_wrong_answer_is_told_with_its_call(number):
    (finding,) = decided("repetition", FromCall(number, doubled))
    assert finding.about == "y" and finding.message.startswith("off by ")
    assert finding.message.endswith(f", in call {number} of 6")


def test_a_seventh_call_is_not_made():
    assert decided("repetition", FromCall(7, doubled)) == []


@pytest.mark.parametrize("number", [2, 6])
def test_other_bits_are_told_where_determinism_is_claimed(number):
    zero = usual_case(CONTRACT, "repetition").with_tensor("x", values="zero")
    other = FromCall(number, negative_zero)
    assert decided("repetition", other, zero) == [
        Finding(
            "z", f"other bits in call {number} than in the first",
            wanted="determinism, which the contract claims", kind=Kind.NOT_REPEATABLE,
        )
    ]  # fmt: skip
    free = replace(CONTRACT, deterministic=False)
    assert decided("repetition", FromCall(number, negative_zero), zero, free) == []


def test_a_result_that_is_written_again_does_not_hide_other_bits():
    buffer = {}

    def into_one_buffer(results):
        y, z = results
        kept = buffer.setdefault("z", torch.empty_like(z))
        return y, kept.copy_(torch.where(z == 0, z * (-1) ** len(buffer), z))

    def alternating(results):
        buffer[len(buffer)] = None
        return into_one_buffer(results)

    zero = usual_case(CONTRACT, "repetition").with_tensor("x", values="zero")
    (finding,) = decided("repetition", FromCall(1, alternating), zero)
    assert finding.kind is Kind.NOT_REPEATABLE


def test_buffers_with_new_contents_are_read_anew():
    known = {}

    def by_address(x, *rest):
        return right(known.setdefault(x.data_ptr(), x.clone()), *rest)

    findings = decided("reuse", by_address)
    assert {f.about for f in findings} == {"y", "z"}
    assert all(f.message.endswith(", after the same buffers got new contents") for f in findings)


def test_a_new_tensor_of_the_same_shape_is_read_anew():
    class First:
        """Reads the tensor object of the first call, whatever it is given later."""

        x = None

        def __call__(self, x, *rest):
            self.x = x if self.x is None else self.x
            return right(self.x, *rest)

    findings = decided("reuse", First())
    assert all(f.message.endswith(", with a new x of the same shape") for f in findings)
    assert findings


def test_the_second_of_two_tensors_is_replaced_too():
    class First:
        b = None

        def __call__(self, x, b=None, *rest):
            self.b = b if self.b is None else self.b
            return right(x, self.b, *rest)

    case = usual_case(CONTRACT, "reuse")
    given = replace(case, tensors=dict.fromkeys(("x", "b"), case.tensors["x"]))
    (finding,) = decided("reuse", First(), given)
    assert finding.message.endswith(", with a new b of the same shape")
    assert decided("reuse", First()) == []  # without b there is none to replace


def test_a_wrong_answer_of_the_first_call_is_told_as_it_is():
    (finding, *_) = decided("reuse", lambda *a: doubled(right(*a)))
    assert finding.message.startswith("off by ") and ", " not in finding.message.partition(")")[2]


def test_a_result_that_a_later_call_changes_is_found():
    buffers = {}

    def into_one_buffer(x, *rest):
        y, z = right(x, *rest)
        return y, buffers.setdefault("z", torch.empty_like(z)).copy_(z)

    assert decided("reuse", into_one_buffer) == [
        Finding("z", "of an earlier call changed during a later one", kind=Kind.CHANGED)
    ]


def test_an_output_that_the_caller_passes_may_change_in_a_later_call():
    passed = TensorArgument("y", ("N",), ("float32",), "out", role=Role.OUTPUT)
    contract = Contract(
        "into", "2x", (Axis("N", "numbers"),),
        (TensorArgument("x", ("N",), ("float32",), "numbers"), passed),
        (Output("y", ("N",), "float32", "2x", budget=Budget(0, 0, source="exact")),),
        lambda x: (2 * x,),
    )  # fmt: skip
    assert decided("reuse", lambda x, y: y.copy_(2 * x), contract=contract) == []
    seen = []

    def recording(x, y):
        seen.append(y.clone())
        return y.copy_(2 * x)

    assert decided("reuse", recording, contract=contract) == []
    assert all(bool((y == 0).all()) for y in seen)  # nothing is drawn for it


def test_the_calls_of_reuse_see_different_contents():
    seen = []

    def recording(x, *rest):
        seen.append((x, x.clone()))
        return right(x, *rest)

    assert decided("reuse", recording) == []
    (first, a), (second, b), (third, c) = seen
    assert first is second and third is not first
    assert not torch.equal(a, b) and not torch.equal(a, c) and not torch.equal(b, c)


class Late:
    """The toy operator, which answers otherwise from one of its calls on."""

    def __init__(self, number):
        self.number, self.calls = number, 0

    def __call__(self, *arguments):
        self.calls += 1
        return append(*arguments) + (self.calls >= self.number)


EMPTY = usual_case(APPEND, "sequence", L=1).with_tensor("held", values="0")


@pytest.mark.parametrize("number", [1, 2, 8])
def test_a_wrong_answer_is_told_with_its_call_on_the_same_state(number):
    (finding,) = decided("sequence", Late(number), EMPTY, APPEND)
    assert finding.about == "total" and finding.message.startswith("off by ")
    assert finding.message.endswith(f", in call {number} on the same state")


def test_a_sequence_of_calls_ends_with_the_eighth_or_where_the_sequence_does():
    assert decided("sequence", Late(9), EMPTY, APPEND) == []
    eight = Late(99)
    assert decided("sequence", eight, EMPTY, APPEND) == [] and eight.calls == 8
    short = Late(99)
    case = usual_case(APPEND, "sequence", L=3).with_tensor("held", values="0")
    assert decided("sequence", short, case, APPEND) == [] and short.calls == 2


def test_a_sequence_of_calls_works_on_one_state_with_new_tokens():
    pools, tokens = [], []

    def recording(query, new, pool, *rest):
        pools.append(pool.data_ptr())
        tokens.append(new.clone())
        return append(query, new, pool, *rest)

    assert decided("sequence", recording, EMPTY, APPEND) == []
    assert len(set(pools)) == 1
    assert not any(torch.equal(a, b) for a, b in pairwise(tokens))
