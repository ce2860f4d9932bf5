"""Layouts that callers really pass must be taken; others may be refused."""

from conformance.case import Case
from conformance.checks import find_check

from ..stateful import wrong
from ..stateful.toy import CONTRACT, bench, case
from .asked import failure, lines

OWED = case("layout").with_tensor("new", layout="token-major")


def decided(function, asked):
    return find_check("layout").decide(bench(function), asked)


def test_an_odd_layout_may_be_refused_and_an_owed_one_may_not():
    refusing = wrong.only_contiguous
    assert decided(refusing, case("layout").with_tensor("new", layout="sliced")) == []
    (finding,) = decided(refusing, OWED)
    assert finding.message == "raised instead of answering"
    assert "new rows must be dense" in finding.got


def test_an_odd_layout_beside_an_owed_one_may_be_refused():
    both = OWED.with_tensor("pool", layout="sliced")
    assert decided(wrong.only_contiguous, both) == []


def test_the_dense_layout_may_not_be_refused():
    def refusing(*arguments):
        raise ValueError("not today")

    (finding,) = decided(refusing, case("layout"))
    assert finding.message == "raised instead of answering"


def test_what_is_read_as_if_it_were_dense_is_wrong():
    assert decided(wrong.ignoring_strides, OWED) != []
    found, _ = failure("layout", wrong.ignoring_strides)
    assert Case.parse(found).tensors["new"].layout != "dense"


def test_every_owed_layout_is_asked_together_and_every_layout_alone():
    listed = lines("layout")
    assert str(OWED) in listed
    assert str(case("layout").with_tensor("pool", layout="token-major")) in listed
    assert not any("far-rows" in line for line in listed)


def test_dtypes_stay_together_whatever_lies_where():
    for line in lines("layout"):
        tensors = Case.parse(line).tensors
        for argument in CONTRACT.tensors:
            if argument.same_dtype:
                assert tensors[argument.name].dtype == tensors[argument.same_dtype].dtype
