"""What is measured and tuned is data beside a contract; mistakes in it are found at once."""

import pytest

from conformance.contract import ContractMistake, Measured, Peer, Tuning, imported, point_text

FUNCTION = imported("no_such_module:function")
POINTS = ({"T": 64, "E": 128, "dtype": "bfloat16"}, {"T": 1, "E": 128, "dtype": "float32"})


def tuning(**changes):
    return Tuning(**{"table": "some.package:shapes.json", "points": POINTS,
                     "candidates": FUNCTION, "call": FUNCTION} | changes)  # fmt: skip


def test_a_point_is_one_line():
    assert point_text(POINTS[0]) == "T=64 E=128 bfloat16"
    assert point_text({"NB": 4, "seq_idx_values": "full"}) == "NB=4 seq_idx_values=full"


def test_an_entry_holds_for_its_sizes_and_for_smaller_ones_where_that_is_said():
    assert tuning().holds_for(POINTS[0]) == POINTS[0]
    assert tuning(up_to=("T",)).holds_for(POINTS[0]) == {
        "T_up_to": 64, "E": 128, "dtype": "bfloat16",
    }  # fmt: skip
    assert tuning(up_to=("T",), fixed=("E",)).holds_for(POINTS[1]) == {
        "T_up_to": 1, "dtype": "float32",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"table": "shapes.json"}, "PACKAGE:FILE"),
        ({"up_to": ("Q",)}, "no point names Q; known: E, T"),
        ({"fixed": ("Q",)}, "no point names Q"),
        ({"points": [POINTS[0]]}, "points is"),
        ({"candidates": "module:function"}, "candidates is"),
    ],
)
def test_a_mistake_in_a_tuning_is_told(changes, told):
    with pytest.raises(ContractMistake, match=told):
        tuning(**changes)


def test_a_mistake_in_what_is_measured_is_told():
    eager = Peer("eager", "module:eager", "as a model writes it")
    assert Measured(POINTS, "T * E", peers=(eager,)).moved is None
    with pytest.raises(ContractMistake, match="two peers are called eager"):
        Measured(POINTS, "T", peers=(eager, eager))
    with pytest.raises(ContractMistake, match="along"):
        Measured(POINTS, "T.real")
    with pytest.raises(ContractMistake, match="modes is 'default'"):
        Peer("compiled", "module:eager", "compiled", modes="default")
