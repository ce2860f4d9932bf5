"""Sizes as symbols, and how many graphs a compiler needs: what torch makes of it."""

import pytest
import torch

from conformance.torch_tracing import DATA_DEPENDENT, Compiled, Kept, Symbols, functional

ROWS, COLUMNS = ("x", -2), ("x", -1)


def asked(function, shape=(4, 3), varying=(ROWS, COLUMNS)):
    """The symbols after a function has seen a tensor of open sizes, and what it returned."""
    symbols = Symbols()
    x = symbols.tensor("x", torch.zeros(shape), varying)
    with symbols.mode:
        return symbols, function(x)


def test_a_size_that_nobody_looks_at_stays_open():
    symbols, result = asked(lambda x: x.new_empty(x.shape[0] + 1, x.shape[1]))
    assert symbols.specialised() == {}
    assert symbols.value(result.shape[0], {ROWS: 9, COLUMNS: 2}, {}) == 10
    assert symbols.value(result.shape[1], {ROWS: 9, COLUMNS: 2}, {}) == 2


def test_a_size_that_is_made_a_number_is_specialised_and_the_other_is_not():
    symbols, result = asked(lambda x: x.new_empty(int(x.shape[0]), x.shape[1]))
    assert symbols.specialised() == {"x.shape[-2]": 4}
    assert symbols.value(result.shape[0], {ROWS: 9, COLUMNS: 2}, {}) == 4


def test_a_size_that_is_compared_with_a_number_is_specialised():
    symbols, _ = asked(lambda x: x if x.shape[1] == 3 else x.new_empty(0))
    assert symbols.specialised() == {"x.shape[-1]": 3}


def test_a_bound_specialises_nothing():
    symbols, _ = asked(lambda x: x if x.shape[1] > 2 else x.new_empty(0))
    assert symbols.specialised() == {}


def test_sizes_that_do_not_vary_are_numbers():
    symbols, result = asked(lambda x: x.clone(), varying=(ROWS,))
    assert result.shape[1] == 3 and isinstance(result.shape[1], int)
    assert set(symbols.of) == {ROWS}
    assert symbols.value(3, {}, {}) == 3


def test_a_size_is_written_in_terms_of_the_arguments():
    symbols, result = asked(lambda x: x.new_empty(2 * x.shape[0], 7))
    assert symbols.text(result.shape[0]) == "2*x.shape[-2]"
    assert symbols.text(7) == "7"


def test_a_size_of_dimensions_that_a_call_lacks_cannot_be_told():
    symbols, result = asked(lambda x: x.clone())
    assert symbols.value(result.shape[0], {COLUMNS: 5}, {}) is None


def test_an_integer_may_be_open_too():
    symbols = Symbols()
    x = symbols.tensor("x", torch.zeros(4), [])
    with symbols.mode:
        result = x.new_empty(symbols.integer("count", 5) * 2)
    assert symbols.specialised() == {}
    assert symbols.value(result.shape[0], {}, {"count": 8}) == 16
    assert symbols.text(result.shape[0]) == "2*count"


def test_equal_sizes_are_not_taken_for_one_another():
    symbols, result = asked(lambda x: x.new_empty(x.shape[0]), shape=(4, 4))
    assert symbols.value(result.shape[0], {ROWS: 9, COLUMNS: 2}, {}) == 9


def test_a_value_is_not_there_to_be_asked_for():
    with pytest.raises(DATA_DEPENDENT):
        asked(lambda x: float(x.sum()))


def test_one_graph_serves_all_sizes_of_a_program_that_asks_for_none():
    compiled = Compiled(lambda x: x + x, "eager", dynamic=True)
    for size in (4, 5, 9):
        assert torch.equal(compiled(torch.ones(size)), torch.full((size,), 2.0))
    assert compiled.graphs == 1


def test_a_program_that_takes_a_size_for_a_number_needs_a_graph_for_each():
    def program(x):
        return x * 2 if x.shape[0] == 4 or x.shape[0] == 5 else x * 3

    compiled = Compiled(program, "eager", dynamic=True)
    for size in (4, 5, 9):
        compiled(torch.ones(size))
    assert compiled.graphs == 3


def test_a_program_that_cannot_be_one_graph_raises():
    compiled = Compiled(lambda x: x if x.sum() > 0 else -x, "eager")
    with pytest.raises(Exception, match=r"[Dd]ata"):
        compiled(torch.ones(3))


def test_a_functional_program_leaves_its_arguments_alone_and_returns_what_was_written():
    x = torch.zeros(3)
    result = functional(lambda x: x.add_(1))(x)
    assert x.tolist() == [0, 0, 0] and result.tolist() == [1, 1, 1]


def test_operators_whose_results_nobody_uses_are_not_kept():
    def program(x):
        torch.sin(x)
        return torch.cos(x)

    kept = Kept(program)
    assert torch.equal(kept(torch.zeros(3)), torch.ones(3))
    assert torch.ops.aten.cos.default in kept.operators
    assert torch.ops.aten.sin.default not in kept.operators
