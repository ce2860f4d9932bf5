"""Arguments that one scene belongs to are exchanged together; the rest one at a time."""

import torch

from conformance.checks import find_check

from ..stateful import wrong
from ..stateful.toy import CONTRACT, append, bench, case

ALONE = ("query", "new", "pool", "scale", "dummy")


def decided(function):
    return find_check("reuse").decide(bench(function), case("reuse"))


def test_only_arguments_of_one_scene_are_exchanged_together():
    calls = []

    def recording(*arguments):
        calls.append(arguments)
        return append(*arguments)

    assert decided(recording) == []
    names = [argument.name for argument in CONTRACT.arguments]
    exchanged = [
        tuple(name for name, a, b in zip(names, call, calls[0], strict=True) if a is not b)
        for call in calls[2:]
    ]
    assert exchanged == [*((name,) for name in ALONE), ("held", "ends", "table")]
    assert all(a is b for a, b in zip(calls[0], calls[1], strict=True))


def test_indices_that_are_not_read_anew_are_found():
    (finding, *_) = decided(wrong.Memory())
    assert finding.message.endswith("with a new held and ends and table of the same shape")


def test_an_operator_that_keeps_its_own_count_is_found_in_the_second_call():
    (finding, *_) = decided(wrong.Counting())
    assert finding.message.endswith("after the same buffers got new contents")


def test_every_tensor_has_other_contents_in_each_of_the_three_fillings():
    seen = {name: [] for name in ALONE}
    names = [argument.name for argument in CONTRACT.arguments]

    def recording(*arguments):
        for name, value in zip(names, arguments, strict=True):
            if name in seen:
                seen[name].append(value.clone())
        return append(*arguments)

    assert decided(recording) == []
    for place, (name, values) in enumerate(seen.items()):
        first, second, exchanged = values[0], values[1], values[2 + place]
        assert not torch.equal(first, second), name
        assert not torch.equal(first, exchanged) and not torch.equal(second, exchanged), name
