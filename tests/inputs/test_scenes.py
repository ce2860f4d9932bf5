"""Contents that only make sense together come from one scene, and unwritten memory holds words."""

from dataclasses import replace

import pytest
import torch

from conformance.case import CaseError
from conformance.contract import Output, Scene, TensorArgument
from conformance.inputs.build import build
from conformance.inputs.scenes import FILLINGS, NEW, STEP, UNDEFINED, fill_undefined, scene_of
from conformance.inputs.usual import usual_case
from conformance.inputs.values import make_values
from conformance.tensors.dtypes import same_bits

from ..stateful.toy import CONTRACT, case, set_scene, without_scene


def seeded(seed, asked=None):
    return replace(asked or case(), seed=seed)


def held(asked):
    return build(CONTRACT, asked).buffers["held"].tensor


def test_a_contract_without_a_scene_has_none():
    assert scene_of(without_scene(), case()) is None


def test_the_same_case_sets_the_same_scene_and_another_seed_another():
    scenes = [scene_of(CONTRACT, seeded(seed)).values for seed in (3, 3, 4)]
    assert all(torch.equal(scenes[0][name], scenes[1][name]) for name in scenes[0])
    assert not all(torch.equal(scenes[0][name], scenes[2][name]) for name in scenes[0])


def test_arguments_of_one_scene_fit_together_in_their_dtypes():
    for seed in range(5):
        asked = seeded(seed).with_tensor("held", dtype="int16").with_tensor("ends", dtype="int16")
        buffers = build(CONTRACT, asked).buffers
        start, end = buffers["held"].tensor, buffers["ends"].tensor
        assert (start.dtype, end.dtype) == (torch.int16, torch.int16)
        assert torch.equal(end - start, torch.full_like(start, asked.axes["L"]))


def test_a_scene_reads_sizes_words_of_patterns_and_choices():
    asked = case(B=4).with_tensor("held", values="full")
    assert held(asked).tolist() == [6, 6, 6, 6]
    assert held(asked.with_options(padding="one-row")).tolist() == [6, 6, 6, 0]
    assert held(case(B=2).with_tensor("held", values="0")).tolist() == [0, 0]


def test_a_choice_that_a_case_does_not_name_is_the_usual_one():
    asked = case().with_tensor("held", values="full")
    assert torch.equal(held(replace(asked, options={})), held(asked.with_options(padding="none")))


def test_a_later_call_continues_the_scene_with_new_tokens():
    first = case().with_tensor("held", values="0")
    later = first.with_options(**{STEP: "2"})
    assert (held(first) + 2 * first.axes["L"]).tolist() == held(later).tolist()
    table, new = (
        [build(CONTRACT, each).buffers[name].tensor for each in (first, later)]
        for name in ("table", "new")
    )
    assert torch.equal(*table) and not torch.equal(*new)


def test_no_scene_for_these_sizes_is_no_case():
    beyond = case().with_tensor("held", values="full").with_options(**{STEP: "1"})
    with pytest.raises(CaseError, match=r"append@values@.*step:1.*: no room for the next call"):
        scene_of(CONTRACT, beyond)


def test_a_scene_may_give_a_tensor_another_shape_than_the_axes_do():
    def wide(situation):
        scene = set_scene(situation)
        return Scene({**scene.values, "held": scene.values["held"][:, None]}, scene.undefined)

    buffers = build(replace(CONTRACT, scene=wide), case(B=3)).buffers
    assert (buffers["held"].tensor.shape, buffers["ends"].tensor.shape) == ((3, 1), (3,))


def test_a_scene_need_not_say_what_is_undefined():
    contract = replace(CONTRACT, scene=lambda situation: Scene(set_scene(situation).values))
    asked = case().with_options(**{UNDEFINED: "nan"})
    assert bool(build(contract, asked).buffers["pool"].tensor.isfinite().all())


@pytest.mark.parametrize("filling", FILLINGS)
@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_undefined_memory_holds_what_the_case_says_and_nothing_else_changes(filling, dtype):
    asked = case().with_tensor("pool", dtype=dtype).with_tensor("held", values="full")
    undefined = scene_of(CONTRACT, asked).undefined["pool"]
    usual = make_values(CONTRACT, asked, "pool")
    pool = make_values(CONTRACT, asked.with_options(**{UNDEFINED: filling}), "pool")
    assert same_bits(pool[~undefined], usual[~undefined])
    holds = {
        "finite": lambda values: values == usual[undefined],
        "nan": lambda values: values.isnan() & ~values.signbit(),
        "negative-nan": lambda values: values.isnan() & values.signbit(),
        "infinite": lambda values: values == torch.inf,
        "huge": lambda values: values == torch.finfo(values.dtype).max,
    }
    assert bool(undefined.any()) and bool(holds[filling](pool[undefined]).all())


def test_an_unknown_filling_is_refused_with_the_known_ones():
    with pytest.raises(CaseError, match="unknown filling 'zebra'; known: finite, nan"):
        fill_undefined(torch.zeros(2), torch.tensor([True, False]), "zebra")


def test_new_state_holds_numbers_that_its_state_holds_too_unless_any_will_do():
    asked = case().with_tensor("pool", dtype="float16")
    new = make_values(CONTRACT, asked, "new")
    assert new.dtype is torch.float32 and same_bits(new, new.half().float())
    free = make_values(CONTRACT, asked.with_options(**{NEW: "any"}), "new")
    assert not same_bits(free, free.half().float())
    assert same_bits(free.half(), new.half())


def test_new_state_beyond_the_range_of_its_state_becomes_the_largest_number():
    asked = case().with_tensor("pool", dtype="float16").with_tensor("new", values="huge")
    assert set(make_values(CONTRACT, asked, "new").abs().flatten().tolist()) == {65504.0}


def test_integers_that_no_scene_gives_are_any_that_their_dtype_holds():
    flags = TensorArgument("flags", ("B", "D"), ("int32",), "flags")
    total = Output("total", ("B",), "int32", "sums")
    contract = without_scene(arguments=(flags,), outputs=(total,))
    values = make_values(contract, usual_case(contract, "values", B=64), "flags")
    assert values.dtype is torch.int32
    assert values.min() < -(2**30) and values.max() > 2**30
