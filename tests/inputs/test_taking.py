"""A call can be made with some tensors of another one, in their own memory."""

from dataclasses import replace

from conformance.inputs.build import build

from ..stateful.toy import CONTRACT, case

PLACES = {2: "pool", 5: "table"}


def test_what_is_taken_is_the_other_call_s_tensor_and_the_rest_stays():
    first, second = build(CONTRACT, case()), build(CONTRACT, replace(case(), seed=1))
    mixed = first.with_tensors_from(second, PLACES)
    for position, argument in enumerate(CONTRACT.arguments):
        source = second if position in PLACES else first
        assert mixed.arguments[position] is source.arguments[position]
        assert mixed.buffers[argument.name] is source.buffers[argument.name]


def test_neither_call_changes():
    first, second = build(CONTRACT, case()), build(CONTRACT, replace(case(), seed=1))
    before = first.arguments, dict(first.buffers), second.arguments, dict(second.buffers)
    first.with_tensors_from(second, PLACES)
    assert (first.arguments, first.buffers, second.arguments, second.buffers) == before
