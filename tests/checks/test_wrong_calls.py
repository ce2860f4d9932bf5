"""Which wrong calls a contract with state implies, and what may be answered all the same."""

from dataclasses import replace

import pytest
import torch
from conformance_kernels.gemma4_routing.contract import CONTRACT as ROUTING

from conformance.checks import find_check
from conformance.checks.numeric.changes import changed
from conformance.contract import Expression, Role, TensorArgument
from conformance.contract.wrong_calls import wrong_calls
from conformance.inputs.build import build

from ..stateful import wrong
from ..stateful.toy import CONTRACT, append, bench, case
from .asked import asked

WRONG = {each.id: each for each in wrong_calls(CONTRACT)}


def of(name):
    """The wrong calls that concern an argument."""
    return {id.removeprefix(f"{name}-") for id in WRONG if id.startswith(f"{name}-")}


def with_argument(**fields):
    """The wrong calls of a contract that has one more argument."""
    extra = TensorArgument(**{"name": "extra", "dtypes": ("float32",), "meaning": "", **fields})
    contract = replace(CONTRACT, arguments=(*CONTRACT.arguments, extra))
    return {each.id.removeprefix("extra-") for each in wrong_calls(contract)
            if each.id.startswith("extra-")}  # fmt: skip


def test_nothing_is_wrong_about_what_is_never_looked_at():
    assert of("dummy") == set()


def test_a_state_may_have_any_dtype_but_only_its_shape():
    assert of("pool") == {"H-1", "H+1", "rank-5", "rank-3"}


def test_a_factor_in_a_list_of_its_own_is_no_harm():
    assert of("scale") == {"rank-1", "int32"}
    assert WRONG["scale-rank-1"].may_answer and not WRONG["table-rank-2"].may_answer


def test_an_index_that_may_be_an_int32_is_passed_as_an_int64():
    assert {"int64", "rank-0", "rank-2"} <= of("held") and "int32" not in of("held")
    held = build(CONTRACT, case()).buffers["held"].tensor
    wide = changed(WRONG["held-int64"].change, held, case())
    assert wide.dtype is torch.int64 and torch.equal(wide, held.long())


def test_what_is_returned_in_the_argument_s_own_dtype_has_no_answer_in_another():
    assert not WRONG["query-int32"].may_answer
    assert WRONG["new-int32"].may_answer and WRONG["held-int64"].may_answer


def test_what_must_share_a_dtype_is_passed_in_another_one():
    assert {id for id in WRONG if "unlike" in id} == {
        "new-unlike-query", "ends-unlike-held", "table-unlike-held",
    }  # fmt: skip
    usual = build(CONTRACT, case()).buffers["ends"].tensor
    assert changed(WRONG["ends-unlike-held"].change, usual, case()).dtype is torch.int16
    assert WRONG["ends-unlike-held"].may_answer


@pytest.mark.parametrize(
    ("fields", "present", "absent"),
    [
        ({"axes": ("B", 3)}, {"axis1+1", "rank-3"}, {"axis0+1"}),
        ({"axes": ("B", 3), "flexible": ("D",)}, {"rank-3"}, {"axis1+1"}),
        ({"axes": ("D",)}, {"D-1", "D+1"}, {"axis0+1"}),
        ({"axes": ("D",), "flexible": ("D",)}, {"rank-2"}, {"D-1", "D+1"}),
        ({"axes": ("D * 2",)}, {"rank-2"}, {"D * 2-1", "D-1", "axis0+1"}),
        ({"axes": (), "role": Role.SCALE}, {"rank-1"}, {"rank--1"}),
    ],
)
def test_lengths_are_wrong_where_another_argument_says_otherwise(fields, present, absent):
    found = with_argument(**fields)
    assert present <= found and not absent & found


def test_a_length_that_is_a_number_is_made_one_longer():
    extra = TensorArgument("extra", ("B", 3), ("float32",), "")
    contract = replace(CONTRACT, arguments=(*CONTRACT.arguments, extra))
    (longer,) = [each for each in wrong_calls(contract) if each.id == "extra-axis1+1"]
    assert changed(longer.change, torch.zeros(2, 3), case()).shape == (2, 4)
    assert longer.wanted == "extra of length 3 along axis 1"


def test_calls_with_a_right_answer_may_be_refused_or_answered():
    def decided(function, call):
        return find_check("arguments").decide(
            bench(function), case("arguments").with_options(call=call)
        )

    for call in ("held-int64", "new-unlike-query", "scale-rank-1"):
        assert decided(append, call) == [] and decided(wrong.unchecked, call) == []
    (finding,) = decided(wrong.unchecked, "query-int32")
    assert "a call without a right answer was accepted" in finding.message


def test_a_wrong_state_after_a_call_that_may_be_answered_is_wrong():
    def converting(query, new, pool, held, ends, table, scale, dummy):
        if held.dtype is torch.int64:
            pool.zero_()
        return wrong.unchecked(query, new, pool, held, ends, table, scale, dummy)

    messages = [f.findings[0].message for f in asked("arguments", converting).failures]
    assert any(message.endswith(", for held-int64") for message in messages)


def test_sizes_of_wrong_calls_are_the_usual_ones_if_smaller_ones_do_not_fit():
    listed = list(find_check("arguments").fixed(CONTRACT))
    assert {tuple(each.axes.values()) for each in listed} == {(3, 2, 8, 2, 4)}

    def shrunk(**sizes):
        axes = tuple(
            replace(a, usual=sizes[a.name], edges=()) if a.name in sizes else a
            for a in CONTRACT.axes
        )
        contract = replace(CONTRACT, axes=axes, constraints=(Expression("L + 3 <= S"),))
        first = next(iter(find_check("arguments").fixed(contract)))
        return first.axes["S"], first.axes["L"]

    assert shrunk(S=12, L=5) == (8, 5)
    assert shrunk(S=12, L=9) == (12, 9)


def test_a_constraint_that_no_size_breaks_leaves_the_other_wrong_calls():
    (count,) = [a for a in ROUTING.arguments if a.name == "topk"]
    always = replace(ROUTING, constraints=(*ROUTING.constraints, Expression("K * 0 == 0")))
    calls = [each.options["call"] for each in find_check("arguments").fixed(always)]
    assert f"{count.name}-breaks-1" in calls and f"{count.name}-breaks-2" not in calls
    assert "topk-float" in calls
