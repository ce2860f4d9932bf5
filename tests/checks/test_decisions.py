"""How wrong calls and tensors that are not dense are decided about, and how it is told."""

from dataclasses import replace

import pytest
import torch

from conformance.checks import find_check
from conformance.checks.numeric.changes import FARTHEST, can_be_made, changed
from conformance.contract import Axis, Expression, FloatArgument, LeadingAxes, Role, TensorArgument
from conformance.contract.wrong_calls import (
    AsFloat,
    Breaking,
    Longer,
    OtherDtype,
    OtherRank,
    Replaced,
)
from conformance.events.finding import Finding, Kind
from conformance.events.verdict import NotSupported
from conformance.inputs.usual import usual_case
from conformance.memory.unsupported import UnsupportedFeature

from ..judge.contracts import LEADING
from .plain import CONTRACT, asked, decided, right, told

ROWS = torch.tensor([[1.0, 5.0, 3.0], [9.0, 7.0, 8.0]])
CASE = usual_case(CONTRACT, "arguments")


def wrongly(call, function=right, contract=CONTRACT, **more):
    """The findings of a wrong call."""
    (case,) = (c for c in find_check("arguments").fixed(contract) if c.options["call"] == call)
    return decided("arguments", function, case, contract, **more)


def raising(error):
    def function(*arguments):
        raise error

    return function


def test_a_call_without_a_right_answer_that_is_answered_is_told_with_the_answer():
    (finding,) = wrongly("x-rank-3")
    assert (finding.about, finding.kind) == ("x", Kind.ACCEPTED)
    assert finding.message == "a call without a right answer was accepted: x = (1, 4, 3)"
    assert finding.got.startswith("answered y (1, 4, 3) [") and "; z (1, 4, 3) [" in finding.got
    assert finding.got.count(",") == 2 * 3 + 2 * 2  # four numbers and three sizes of each
    assert finding.wanted == "an exception, since x of rank 2"


def test_a_number_without_a_right_answer_is_told():
    assert told(wrongly("scale-below", lambda *a: None)) == [
        Finding(
            "scale", "a call without a right answer was accepted: scale = -1.0",
            "answered nothing", "an exception, since scale >= 0.0", kind=Kind.ACCEPTED,
        )
    ]  # fmt: skip


def test_any_exception_is_a_refusal_of_a_wrong_call():
    for error in (ValueError("no"), KeyError(), AssertionError()):
        assert wrongly("x-rank-3", raising(error)) == []


def test_a_device_that_gives_up_has_refused_nothing():
    with pytest.raises(NotSupported, match="no such thing"):
        wrongly("x-rank-3", raising(UnsupportedFeature("no such thing")))
    with pytest.raises(NotSupported, match="no such thing"):
        wrongly("b-unlike-x", raising(UnsupportedFeature("no such thing")))


def test_a_call_that_may_be_answered_must_be_answered_rightly():
    assert wrongly("b-unlike-x") == []

    def ignores(x, b=None, *rest):
        return (3 * x if b is not None and b.dtype != x.dtype else right(x, b)[0]), -x

    (finding,) = wrongly("b-unlike-x", ignores)
    assert finding.message.startswith("off by ") and finding.message.endswith(", for b-unlike-x")


def test_a_wrong_call_that_does_not_exist_is_not_made():
    with pytest.raises(NotSupported, match="no such wrong call: other"):
        decided("arguments", case=CASE.with_options(call="other"))


def test_a_right_value_becomes_a_wrong_one():
    assert changed(Replaced("w"), 3, CASE) == "w"
    number = changed(AsFloat(), 3, CASE)
    assert (number, type(number)) == (3.0, float)
    assert torch.equal(changed(Longer(1, 1), ROWS, CASE), torch.cat([ROWS, ROWS[:, :1]], 1))
    assert torch.equal(changed(Longer(0, 1), ROWS, CASE), torch.cat([ROWS, ROWS[:1]]))
    shorter = changed(Longer(-1, -1), ROWS, CASE)
    assert torch.equal(shorter, ROWS[:, :2]) and shorter.data_ptr() != ROWS.data_ptr()
    assert torch.equal(changed(Longer(0, -1), ROWS, CASE), ROWS[:1])
    assert torch.equal(changed(OtherRank(1), ROWS, CASE), ROWS[None])
    assert torch.equal(changed(OtherRank(-1), ROWS, CASE), ROWS[0])
    half = changed(OtherDtype("int32"), ROWS + 0.7, CASE)
    assert half.dtype == torch.int32 and torch.equal(half, ROWS.int())
    scaled = changed(OtherDtype("int32", scaled=True), ROWS / 4, CASE)
    assert torch.equal(scaled, (ROWS.double() / 4 * 3).round().int())


@pytest.mark.parametrize(
    ("constraint", "size"),
    [
        ("M != 5", 5), ("M != 3", 3), ("M <= 9", 10), ("M >= 2", 1), ("M % 2 == 0", 5),
        (f"M < 4 + {FARTHEST - 1}", 4 + FARTHEST - 1), ("(M - 5) * (M - 3) != 0", 5),
        ("M <= N + 2", 6), ("M != 1", 1),
    ],
)  # fmt: skip
def test_the_nearest_size_breaks_a_constraint_larger_ones_first(constraint, size):
    change = Breaking("M", Expression(constraint))
    case = CASE.with_axes(M=4)
    assert can_be_made(change, case) and changed(change, 4, case) == size


@pytest.mark.parametrize("constraint", ["M >= 1", "M == M", f"M < 4 + {FARTHEST}"])
def test_a_constraint_that_no_size_nearby_breaks_cannot_be_broken(constraint):
    change = Breaking("M", Expression(constraint))
    assert not can_be_made(change, CASE)
    with pytest.raises(NotSupported, match=r"no size near 4 breaks M"):
        changed(change, 4, CASE)
    assert can_be_made(AsFloat(), CASE)


def odd(layout="sliced", name="x"):
    return usual_case(CONTRACT, "layout").with_tensor(name, layout=layout)


@pytest.mark.parametrize(
    ("error", "refused"),
    [
        (ValueError("dense, please"), True), (TypeError("dense, please"), True),
        (NotImplementedError("dense, please"), True), (RuntimeError("dense, please"), True),
        (ValueError(), False), (IndexError("5"), False), (AssertionError(), False),
    ],
)  # fmt: skip
def test_a_tensor_that_is_not_dense_may_be_refused_with_a_message(error, refused):
    found = decided("layout", raising(error), odd())
    assert [f.kind for f in found] == ([] if refused else [Kind.RAISED])
    assert decided("layout", raising(error))[0].kind is Kind.RAISED  # dense ones never


def test_a_device_that_cannot_take_a_layout_is_no_verdict():
    with pytest.raises(NotSupported):
        decided("layout", raising(UnsupportedFeature("strides")), odd())


def test_a_tensor_that_is_not_dense_must_not_be_read_as_if_it_were():
    def as_if_dense(x, *rest):
        return right(torch.as_strided(x, x.shape, (x.shape[1], 1)), *rest)

    assert decided("layout", as_if_dense) == []
    (finding, *_) = decided("layout", as_if_dense, odd())
    assert (finding.about, finding.got) == ("y", "nan")


def test_each_layout_is_asked_of_each_tensor_in_each_dtype():
    found = asked("layout")
    layouts = {case["x.layout"] for case in found if "x.layout" in case}
    assert {"transposed", "sliced", "padded-rows", "offset", "misaligned", "repeated"} <= layouts
    for layout in layouts - {"far-rows"}:
        assert {"x.layout": layout} in found
        assert {"x.layout": layout, "x.dtype": "float16"} in found
        bias = {"b.layout": layout, "b.values": "zero"}
        assert {**bias, "b.dtype": "float32"} in found
        assert {**bias, "b.dtype": "float16", "x.dtype": "float16"} in found
    assert "dense" not in layouts and {} in found


def test_floats_without_limits_have_no_wrong_numbers():
    free = FloatArgument("free", "any", usual=1.0)
    contract = replace(CONTRACT, arguments=(*CONTRACT.arguments, free))
    assert not any(case["call"].startswith("free") for case in asked("arguments", contract))


def test_sizes_of_wrong_calls_are_a_few():
    large = tuple(replace(axis, usual=64, edges=()) for axis in CONTRACT.axes)
    (first, *_) = asked("arguments", replace(CONTRACT, axes=large))
    assert (first["M"], first["N"]) == (8, 8)
    leading = replace(LEADING, axes=(LeadingAxes("M", "rows"), Axis("N", "n", usual=64)))
    assert asked("arguments", leading)[0]["N"] == 8


def test_no_tensor_that_is_only_a_placeholder_is_passed_wrongly():
    extra = TensorArgument("e", ("M",), ("float32",), "not read", role=Role.PLACEHOLDER)
    contract = replace(CONTRACT, arguments=(*CONTRACT.arguments, extra))
    assert not any(case["call"].startswith("e-") for case in asked("arguments", contract))


def test_layouts_that_callers_pass_are_asked_together():
    owed = tuple(
        replace(CONTRACT.arguments[0], name=name, optional=optional, owed_layouts=layouts,
                same_dtype=None, stress=())
        for name, optional, layouts in (
            ("x", None, ("sliced", "offset")), ("c", None, ()), ("d", "none", ("offset",)),
            ("e", "never", ("sliced",)),
        )
    )  # fmt: skip
    contract = replace(CONTRACT, arguments=owed, reference=lambda *arguments: ())
    together = [case for case in asked("layout", contract) if len(case) > 3]
    given = {"d.dtype": "float32", "d.values": "normal", "d.layout": "offset"}
    assert {"x.layout": "sliced", **given} in together
    assert not any("e.layout" in case for case in asked("layout", contract))
