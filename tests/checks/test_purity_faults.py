"""Outputs that share memory, and results and inputs that change, are found by ``purity``."""

import pytest
import torch

from conformance.events.finding import Finding, Kind
from conformance.inputs.usual import usual_case

from .plain import CONTRACT, decided, right, told
from .writing import N, around, refuses, writes_past_the_end


def shares(about, what):
    return Finding(about, f"shares memory with {what}", kind=Kind.SHARED)


def test_outputs_that_are_views_of_one_buffer_share_memory():
    def one_buffer(x, *rest):
        y, z = right(x, *rest)
        return y, y.view(-1)[: z.numel()].view_as(z)

    assert told(decided("purity", one_buffer)) == [shares("y", "the output z")] * 2

    def neighbours(x, *rest):
        both = torch.stack(right(x, *rest))
        return both[0], both[1]

    assert decided("purity", neighbours) == []

    def overlapping(x, *rest):
        buffer = torch.zeros(2 * N - 1)
        return buffer[:N].view_as(x), buffer[N - 1 :].view_as(x)

    assert told(decided("purity", overlapping)) == [shares("y", "the output z")] * 2


@pytest.mark.parametrize("place", [0, 1])
def test_an_output_in_an_input_is_found(place):
    def returns_x(x, *rest):
        results = list(right(x, *rest))
        results[place] = x
        return tuple(results)

    about = "yz"[place]
    assert told(decided("purity", returns_x)) == [shares(about, "the input x")] * 2


def test_an_output_in_the_last_element_of_an_input_is_found():
    def last(x, *rest):
        y, z = right(x, *rest)
        return around(x, N - 1, N).view_as(y), z

    assert shares("y", "the input x") in told(decided("purity", last))

    def behind(x, *rest):
        y, z = right(x, *rest)
        return around(x, N, N).view_as(y), z

    assert decided("purity", behind) == []

    def before(x, *rest):
        y, z = right(x, *rest)
        return around(x, -N, N).view_as(y), z

    assert decided("purity", before) == []


def test_a_result_that_is_returned_again_is_found():
    kept = {}

    def cached(x, *rest):
        y, z = right(x, *rest)
        return kept.setdefault("y", torch.empty_like(y)).copy_(y), z

    assert told(decided("purity", cached)) == [shares("y", "an earlier result's y")]


def test_a_result_that_moves_to_the_next_output_is_found():
    kept = {}

    def moved(x, *rest):
        y, z = right(x, *rest)
        results = (kept.get("z", y), z)
        kept["z"] = z
        return results

    assert told(decided("purity", moved)) == [shares("y", "an earlier result's z")]


def test_an_input_that_changes_is_told_with_the_number_of_elements():
    def changes(x, *rest):
        results = right(x, *rest)
        x[0, :2] += 1
        return results

    changed = Finding("x", "2 elements of the input changed", kind=Kind.CHANGED)
    assert told(decided("purity", changes)) == [changed]

    def then_raises(x, *rest):
        x[0, :2] += 1
        raise ValueError("after the fact")

    assert told(decided("purity", then_raises)) == [changed]
    assert decided("purity", refuses) == []


def test_an_input_that_was_put_back_and_bytes_around_it_are_no_change():
    assert decided("purity", writes_past_the_end) == []
    assert decided("purity", lambda x, *rest: (x.add_(1), x.sub_(1), right(x, *rest))[2]) != []
    assert decided("purity", lambda x, *rest: (x.mul_(2), x.div_(2), right(x, *rest))[2]) == []


def test_results_without_memory_share_none():
    empty = usual_case(CONTRACT, "purity", M=0)
    assert decided("purity", lambda x, *rest: (x, x), empty) == []
    assert decided("purity", lambda x, *rest: (x.to_sparse(), x.to("meta"))) == []
