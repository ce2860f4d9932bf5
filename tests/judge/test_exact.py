"""Integers are what they have to be, all of them; within a group their order may be open."""

import torch

from conformance.events.finding import Finding, Kind
from conformance.judge.exact import judge_exact


def judged(got, wanted, dtype=torch.int32, **more):
    return judge_exact("q", torch.tensor(got, dtype=dtype), torch.tensor(wanted), **more)


def test_the_first_difference_is_told_and_how_many_there_are():
    assert judged([[1, 2], [3, 4]], [[1, 2], [3, 4]]) is None
    assert judged([[1, 2], [7, 8]], [[1, 2], [3, 4]]) == Finding(
        "q", "2 of 4 integers differ", "7", "3", "element [1, 0]", kind=Kind.VALUE
    )


def test_rows_are_counted_from_the_first_of_the_piece():
    assert judged([[1, 2], [3, 9]], [[1, 2], [3, 4]], first_row=10).where == "element [11, 1]"
    found = judged([[1, 2], [3, 9]], [[1, 2], [3, 4]], first_row=1)
    assert (found.where, found.got, found.wanted) == ("element [2, 1]", "9", "4")
    assert judged([5, 2], [1, 2], first_row=10).where == "element [10]"
    assert judged([5, 2], [1, 2]).where == "element [0]"
    assert judged(5, 1, first_row=10).where == "element []"


def test_bools_and_whole_floats_of_a_reference_are_integers():
    assert judged([True, False], [1.0, 0.0], dtype=torch.bool) is None
    assert judged([True, True], [1.0, 0.0], dtype=torch.bool).where == "element [1]"


def test_an_integer_beyond_the_dtype_of_the_answer_differs():
    assert judged([44], [300], dtype=torch.uint8).wanted == "300"


def test_open_elements_are_not_judged():
    left = torch.tensor([True, False, False])
    assert judged([9, 2, 3], [1, 2, 3], open_elements=left) is None
    found = judged([9, 2, 9], [1, 2, 3], open_elements=left)
    assert (found.message, found.where) == ("1 of 3 integers differ", "element [2]")


GROUPS = torch.tensor([5, 2, 5, 2, 5])


def test_members_of_a_group_stand_in_any_order_within_its_places():
    assert judged([30, 11, 10, 12, 20], [10, 12, 20, 11, 30], groups=GROUPS) is None
    found = judged([30, 11, 10, 12, 20], [10, 12, 20, 11, 31], groups=GROUPS)
    assert found == Finding(
        "q", "1 integers are not those of their group", "30", "31",
        "group 5, in ascending order", kind=Kind.VALUE,
    )  # fmt: skip


def test_the_first_group_with_a_stranger_is_told():
    found = judged([11, 10, 10, 12, 20], [10, 11, 20, 12, 30], groups=GROUPS)
    assert found.message == "3 integers are not those of their group"
    assert (found.where, found.got, found.wanted) == ("group 2, in ascending order", "10", "11")
    found = judged([11, 11, 10, 12, 20], [10, 11, 20, 12, 30], groups=GROUPS)
    assert (found.where, found.got, found.wanted) == ("group 5, in ascending order", "11", "20")


def test_members_may_not_change_groups_though_all_are_there():
    assert judged([1, 2, 3, 4], [1, 2, 3, 4], groups=torch.tensor([0, 0, 1, 1])) is None
    found = judged([1, 3, 2, 4], [1, 2, 3, 4], groups=torch.tensor([0, 0, 1, 1]))
    assert (found.message, found.got, found.wanted) == (
        "2 integers are not those of their group", "3", "2",
    )  # fmt: skip


def test_open_members_of_a_group_are_not_judged():
    left = torch.tensor([[True, False], [False, False]])
    groups = torch.tensor([[0, 0], [1, 1]])
    assert judged([[9, 2], [4, 3]], [[1, 2], [3, 4]], groups=groups, open_elements=left) is None
    found = judged([[9, 8], [4, 3]], [[1, 2], [3, 4]], groups=groups, open_elements=left)
    assert (found.got, found.wanted) == ("8", "2")
    assert judged([[9, 2], [4, 3]], [[1, 2], [3, 4]], groups=groups) is not None


def test_rows_of_a_group_may_be_open_as_a_whole():
    groups = torch.tensor([[0, 0], [1, 1]])
    left = torch.tensor([[True], [False]])
    assert judged([[9, 9], [4, 3]], [[1, 2], [3, 4]], groups=groups, open_elements=left) is None
    found = judged([[9, 9], [4, 5]], [[1, 2], [3, 4]], groups=groups, open_elements=left)
    assert (found.got, found.wanted) == ("4", "3")
