"""Sizes in shapes are axes, numbers, or worked out of axes."""

import pytest

from conformance.contract import Axis, names_in, shape_of


def test_a_size_is_an_axis_a_number_or_worked_out():
    sizes = {"B": 3, "S": 5}
    assert shape_of(("B", 2, "1 + B * S", "S - B", "S // 2"), sizes) == (3, 2, 16, 2, 2)
    assert shape_of((), sizes) == ()


@pytest.mark.parametrize(
    ("size", "names"), [(7, set()), ("B", {"B"}), ("1 + B * S", {"B", "S"}), ("4", set())]
)
def test_a_size_depends_on_the_axes_that_it_names(size, names):
    assert names_in(size) == names


def test_an_axis_without_a_size_is_an_error():
    with pytest.raises(KeyError):
        shape_of(("B", "1 + S"), {"B": 3})


def test_a_size_that_is_no_expression_is_refused():
    with pytest.raises(ValueError, match="is not allowed in an expression"):
        shape_of(("max(B, S)",), {"B": 3, "S": 5})


def test_sizes_are_drawn_freely_up_to_a_limit_of_the_axis_s_own():
    assert (Axis("N", "numbers").drawn, Axis("N", "numbers", drawn=3).drawn) == (40, 3)
