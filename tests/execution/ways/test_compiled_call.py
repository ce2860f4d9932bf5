"""A function inside of `torch.compile`: how many graphs, why they break, what torch computes."""

import torch

from conformance.torch_compiled import CompiledCall, lacks_compiler


@torch.library.custom_op("conformance_tests::doubled", mutates_args=())
def doubled(x: torch.Tensor) -> torch.Tensor:
    return x * 2


@doubled.register_fake
def _(x):
    return torch.empty_like(x)


def test_sizes_become_symbols_from_the_second_one_on():
    call = CompiledCall(lambda x: x + 1, "eager")
    for size in (3, 5, 7, 9):
        assert call(torch.zeros(size)).tolist() == [1.0] * size
    assert (call.graphs, call.broken) == (2, "")


def test_a_function_that_breaks_its_graph_is_compiled_in_pieces():
    def asks(x):
        if x.sum().item() > 0:
            return x + 1
        return x - 1

    call = CompiledCall(asks, "eager")
    assert call(torch.ones(2)).tolist() == [2.0, 2.0]
    assert call(-torch.ones(2)).tolist() == [-2.0, -2.0]
    assert call.broken != ""


def test_what_torch_computes_itself_is_known_from_what_operators_do():
    call = CompiledCall(lambda x: doubled(x.view(-1))[1:], "eager")
    call(torch.ones(2, 2))
    assert call.arithmetic == set()
    call = CompiledCall(lambda x: doubled(x).exp() + torch.empty_like(x).fill_(1), "eager")
    call(torch.ones(2))
    assert {"exp", "add"} <= call.arithmetic and "empty_like" not in call.arithmetic


def test_sizes_are_no_arithmetic_of_tensors():
    call = CompiledCall(lambda x: doubled(torch.empty(x.shape[0] * 2 + 1)), "eager")
    for size in (3, 4):
        call(torch.ones(size))
    assert call.arithmetic == set()


def test_a_compiler_that_compiles_nothing_is_told_from_a_subject_that_raises():
    assert lacks_compiler("eager", "cpu") == ""
    assert "no_such_compiler" in lacks_compiler("no_such_compiler", "cpu")
