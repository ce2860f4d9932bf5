"""What is worth saying and decides nothing."""

from conformance.execution.remarks import Remarks


def test_of_each_thing_the_highest_rank_is_said_once():
    remarks = Remarks()
    remarks.note("y", "y differs by 1 ulp", 1)
    remarks.note("y", "y differs by 3 ulp", 3)
    remarks.note("y", "y differs by 2 ulp", 2)
    remarks.note("z", "z differs")
    assert remarks.take() == ["y differs by 3 ulp", "z differs"]
    assert remarks.take() == []
