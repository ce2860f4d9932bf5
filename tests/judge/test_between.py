"""Two answers to one call beside each other."""

import math
from dataclasses import replace

import torch

from conformance.contract import Axis, Budget, Contract, Output, Role, TensorArgument
from conformance.judge.between import differences

CONTRACT = Contract(
    name="sums",
    summary="adds",
    axes=(Axis("N", "numbers", usual=4),),
    arguments=(
        TensorArgument("x", ("N",), ("float32",), "what is added"),
        TensorArgument("total", ("N",), ("float32",), "what is held", Role.STATE),
    ),
    outputs=(Output("y", ("N",), "float32", "sums", budget=Budget(1e-6, 0, source="one sum")),),
    reference=lambda x, total: ((total + x).double(), total),
)
X = torch.tensor([1.0, 2.0, 3.0, 4.0])
TINY = 2.0**-149


def found(one, other, held=X, other_held=X, contract=CONTRACT):
    first, second = (
        ({"y": torch.tensor(one)}, {"total": held}),
        (
            {"y": torch.tensor(other)},
            {"total": other_held},
        ),
    )
    return list(differences(contract, {"N": 4}, (X, X), first, second))


def test_equal_answers_differ_in_nothing():
    numbers = [1.0, math.nan, -math.inf, 0.0]
    assert found(numbers, numbers) == []
    assert found([0.0, 1.0, 2.0, 3.0], [-0.0, 1.0, 2.0, 3.0]) == []


def test_floats_differ_by_units_in_the_last_place_the_most_first():
    up = float(torch.nextafter(torch.tensor(2.0), torch.tensor(3.0)))
    far = float(torch.nextafter(torch.tensor(-4.0), torch.tensor(-9.0)))
    (difference,) = found([1.0, 2.0, 3.0, -4.0], [1.0, up, 3.0, far])
    assert (difference.name, difference.exact, difference.count) == ("y", False, 2)
    assert (difference.ulps, difference.flushed, difference.total) == (1, 0, 4)
    (difference,) = found([1.0, 2.0, 3.0, TINY], [1.0, 2.0, 3.0, -2 * TINY])
    assert (difference.ulps, difference.place) == (3, (3,))


def test_subnormals_that_are_zero_elsewhere_are_counted():
    (difference,) = found([TINY, 0.0, 1.0, 1.0], [0.0, -2 * TINY, 1.0, 1.0])
    assert (difference.count, difference.flushed) == (2, 2)


def test_states_differ_in_their_bits():
    zeros, negative = torch.zeros(4), torch.tensor([0.0, -0.0, 0.0, 0.0])
    (difference,) = found([1.0] * 4, [1.0] * 4, zeros, negative)
    assert (difference.name, difference.exact, difference.place) == ("total", True, (1,))


def test_elements_that_the_contract_leaves_open_are_not_compared():
    contract = replace(CONTRACT, unspecified=lambda x, total: {"total": x > 3})
    changed = torch.tensor([1.0, 2.0, 3.0, 9.0])
    assert found([1.0] * 4, [1.0] * 4, X, changed, contract) == []
    (difference,) = found([1.0] * 4, [1.0] * 4, X, changed + 1, contract)
    assert difference.count == 3
