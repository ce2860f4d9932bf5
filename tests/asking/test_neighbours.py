"""Neighbours of a failing case are asked, so that a report can say what its failure depends on."""

from conformance.asking.neighbours import MOST_ELEMENTS, neighbours

from .toy import CONTRACT, case, explored, wrong_if


def shown(fault, size):
    """Sizes that were asked, by whether they show the finding, of a fault that a listed case
    shows."""
    asked = []
    done = explored(
        wrong_if(fault), [size], drawn=True, started=lambda each, number: asked.append(each)
    )
    (failure,) = done.failures
    failing = {each.axes["N"] for each in asked if str(each) in failure.shown_by}
    return failing, {each.axes["N"] for each in asked} - failing


def test_a_multiple_is_told_from_a_threshold():
    failing, passing = shown(lambda size: size % 32 != 0, 65)
    assert {33, 3, 48, 129} <= failing
    assert {32, 64, 96, 128, 256} <= passing


def test_a_threshold_gets_neighbours_on_both_sides():
    failing, passing = shown(lambda size: size > 40, 64)
    assert {48, 64, 128} <= failing and {32, 33, 16} <= passing


def test_each_neighbour_differs_in_one_thing_and_is_allowed():
    middle = case(65)
    found = list(neighbours(middle, CONTRACT))
    assert {each.tensors["x"].dtype for each in found} == {"float32", "float16"}
    for each in found:
        differs = [each.axes != middle.axes, each.tensors != middle.tensors]
        assert sum(differs) == 1
        assert CONTRACT.allows(each.axes) and CONTRACT.elements(each.axes) <= MOST_ELEMENTS
    assert 1024 not in {each.axes["N"] for each in found}, "the contract allows 1000 at most"
