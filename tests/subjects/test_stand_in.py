"""A stand-in lets a module be imported, and refuses to compute."""

import operator
from typing import TypeVar

import pytest

from conformance.lockstep import UnsupportedFeature
from conformance.subjects.stand_in import StandIns, StandInUsed


@pytest.fixture
def made():
    return StandIns()


def test_registrations_and_decorators_pass_while_a_release_is_loaded(made):
    register = made("tiny.register")
    assert register(len) is len
    assert register("name", mutates=())(len) is len
    assert register.at(3).level is not None


def test_it_may_be_a_base_class_and_stand_in_annotations(made):
    base = made("tiny.Base")

    class Kernel(base, made("tiny.Other"), frozen=True):
        size: base[int] | None = None

    assert [each.__name__ for each in Kernel.__bases__] == ["tiny.Base", "tiny.Other"]
    assert Kernel().size is None


def test_typing_may_ask_whether_there_is_something(made):
    base = made("tiny.Base")
    assert TypeVar("T", bound=base).__bound__ is base


@pytest.mark.parametrize(
    "use",
    [
        bool,
        list,
        len,
        int,
        float,
        operator.neg,
        lambda it: it + 1,
        lambda it: 2 * it,
        lambda it: it < 1,
        lambda it: 1 in it,
        lambda it: isinstance(1, it),
        lambda it: [1, 2][it],
        lambda it: it.part.of_it > 0,
    ],
)
def test_computing_is_refused_even_while_loading(made, use):
    with pytest.raises(StandInUsed, match=r"tiny\.thing.* is .*, but is only stood in for"):
        use(made("tiny.thing"))


@pytest.mark.parametrize(
    "use", [lambda it: it(), lambda it: it[0], lambda it: it | 1, lambda it: it.part(len)]
)
def test_calls_are_refused_once_it_is_loaded(made, use):
    thing = made("tiny.thing")
    part = thing.part
    made.loading = False
    for stand_in in (thing, part):
        with pytest.raises(StandInUsed, match=r"^tiny\.thing"):
            use(stand_in)


def test_what_is_refused_is_no_fault_of_the_subject(made):
    assert issubclass(StandInUsed, UnsupportedFeature)
