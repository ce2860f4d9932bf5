"""What a captured call says is data with limits, and tells where elements lay."""

import json

import pytest

from conformance.capture.call import Call, TensorOf, call_from_json

CALL = Call(
    "gemma4_routing",
    {"gating": TensorOf("float32", (2, 8), (8, 1)), "topk": 2, "mode": "fast", "none": None},
    "prefill",
    layer=1,
    step=3,
)


def changed(**changes):
    return json.dumps({**json.loads(CALL.to_json()), **changes})


def tensor(**changes):
    told = {"dtype": "float32", "shape": [2, 8], "strides": [8, 1], **changes}
    return changed(arguments=[{"name": "gating", "tensor": told}])


def test_a_call_is_read_back_as_it_was_written():
    assert call_from_json(CALL.to_json()) == CALL
    assert list(call_from_json(CALL.to_json()).arguments) == ["gating", "topk", "mode", "none"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[]", "not of format 1"),
        (changed(format=2), "not of format 1"),
        (changed(operator="../x"), "is not an operator"),
        (changed(phase="A phase"), "is not a phase"),
        (changed(layer=-1), "its layer is no number"),
        (changed(step=True), "its step is no number"),
        (changed(arguments={}), "no list of at most 64"),
        (changed(arguments=[{"name": "a", "value": 1}] * 2), "the argument a twice"),
        (changed(arguments=[{"name": "a b", "value": 1}]), "is not a name"),
        (changed(arguments=[{"name": "a", "value": "two words"}]), "neither a number, a word"),
        (changed(arguments=[{"name": "a", "value": [1]}]), "neither a number, a word"),
        (changed(arguments=[{"name": "a", "value": 1 << 70}]), "neither a number, a word"),
        (changed(arguments=[3]), "is not a name"),
        (tensor(dtype="no dtype"), "is not a dtype of gating"),
        (tensor(shape=[2]), "1 dimensions and 2 strides"),
        (tensor(shape=[2, -8]), "a length or stride that is none"),
        (tensor(shape=[2, 1 << 60]), "a length or stride that is none"),
        (tensor(shape=[1] * 17, strides=[1] * 17), "at most 16 dimensions"),
        (tensor(strides=[1, 1]), "elements of gating share memory"),
        (tensor(strides="88"), "at most 16 dimensions"),
        (changed(arguments=[{"name": "gating", "tensor": {}}]), "does not say of which dtype"),
        (changed(step=float("nan")), "NaN is no number of JSON"),
    ],
)
def test_any_other_text_is_refused_with_the_reason(text, told):
    with pytest.raises(ValueError, match=told):
        call_from_json(text)


@pytest.mark.parametrize(
    ("shape", "strides", "overlaps", "extent"),
    [
        ((2, 3), (3, 1), False, 6),
        ((2, 3), (1, 2), False, 6),
        ((2, 3), (10, 1), False, 13),
        ((4, 3), (0, 1), False, 3),
        ((2, 3), (1, 1), True, 4),
        ((2, 3), (2, 1), True, 5),
        ((2, 1, 3), (3, 1, 1), False, 6),
        ((), (), False, 1),
        ((0, 3), (3, 1), False, 0),
    ],
)
def test_memory_that_elements_share_is_seen_and_memory_that_they_take_is_counted(
    shape, strides, overlaps, extent
):
    told = TensorOf("float32", shape, strides)
    assert (told.overlaps, told.extent) == (overlaps, extent)
    assert not told.dense().overlaps
