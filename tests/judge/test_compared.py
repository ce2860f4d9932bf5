"""An answer beside the oracle's, for somebody who looks at a case."""

import torch

from conformance.contract import Axis, Budget, Contract, Output, TensorArgument
from conformance.judge.compared import compared
from conformance.judge.values_text import table_of, what_is

CONTRACT = Contract(
    name="double",
    summary="2 x",
    axes=(Axis("N", "numbers", usual=8),),
    arguments=(TensorArgument("x", ("N",), ("float32",), "numbers"),),
    outputs=(
        Output("y", ("N",), "x", "doubled", budget=Budget(0.0, 0.5, "half")),
        Output("sign", ("N",), "int32", "1 where x is positive"),
    ),
    reference=lambda x: (2 * x, (x > 0).to(torch.int32)),
)
X = torch.arange(12.0)


def beside(y, sign):
    return compared(CONTRACT, {"N": 12}, [X], {"y": y, "sign": sign}, {})


def test_each_output_is_compared_as_the_judge_does():
    y, sign = 2 * X, (X > 0).to(torch.int32)
    y[5] += 0.75
    y[6] += 0.25
    sign[0] = 7
    floats, integers = beside(y, sign)
    assert floats.wrong.nonzero().tolist() == [[5]]
    assert floats.allowed.unique().tolist() == [0.5] and floats.budget.source == "half"
    assert integers.wrong.nonzero().tolist() == [[0]] and integers.allowed is None


def test_the_first_wrong_element_is_shown_with_its_neighbours():
    y = 2 * X
    y[5] = torch.nan
    floats, _ = beside(y, (X > 0).to(torch.int32))
    head, columns, *rows = table_of(floats)
    assert head == "y: 1 of 12 elements is wrong, the first at [5]"
    assert columns.split() == ["element", "got", "wanted", "off", "by", "allowed"]
    assert [row.split()[0] for row in rows] == ["[2]", "[3]", "[4]", ">", "[6]", "[7]", "[8]"]
    assert rows[3].split() == [">", "[5]", "nan", "10", "nan", "0.5"]


def test_where_nothing_is_wrong_nothing_is_shown():
    floats, integers = beside(2 * X, (X > 0).to(torch.int32))
    assert table_of(floats) == table_of(integers) == []


def test_an_output_that_is_missing_or_misshapen_is_left_out():
    assert compared(CONTRACT, {"N": 12}, [X], {}, {}) == []
    (only,) = beside(2 * X[:5], (X > 0).to(torch.int32))
    assert only.name == "sign"


def test_a_scalar_has_no_neighbours():
    whole = Contract(
        name="total",
        summary="the sum",
        axes=(Axis("N", "numbers", usual=8),),
        arguments=(TensorArgument("x", ("N",), ("float32",), "numbers"),),
        outputs=(Output("y", (), "x", "the sum", budget=Budget(0.0, 0.0, "exact")),),
        reference=lambda x: (x.sum(),),
    )
    (found,) = compared(whole, {"N": 12}, [X], {"y": torch.tensor(1.0)}, {})
    assert table_of(found)[2].split() == [">", "[]", "1", "66", "65", "0"]


def test_what_a_value_is():
    assert what_is(X) == "float32 (12,)"
    assert what_is(None) == "None"
