"""State is compared bit for bit, in every dtype and rounding that it can need."""

from ..stateful import wrong
from ..stateful.toy import case, without_scene
from .asked import asked, failure, lines

PAIRS = [(name, dtype) for name in ("query", "pool") for dtype in ("float32", "float16")]


def test_new_rows_hold_numbers_that_must_be_rounded_in_every_pair_of_dtypes():
    listed = lines("state")
    assert all("new:any" in line for line in listed)
    dtypes = {tuple(line.count(f"{n}={d}") for n, d in PAIRS) for line in listed}
    assert dtypes == {(1, 0, 1, 0), (0, 1, 1, 0), (1, 0, 0, 1)}


def test_rounding_towards_zero_is_found_where_there_is_something_to_round():
    found, finding = failure("state", wrong.truncating)
    assert "pool=float16" in found and "query=float32" in found
    assert finding.about == "pool" and "hold something else" in finding.message


def test_one_slot_too_many_is_a_stray_write():
    _, finding = failure("state", wrong.overrunning)
    assert "changed that nothing was to be written to" in finding.message
    assert finding.got == "0.0"


def test_what_was_not_written_is_missing():
    _, finding = failure("state", wrong.forgetful)
    assert "were not written" in finding.message


def test_outputs_are_another_check_s_matter():
    assert asked("state", wrong.doubled).failures == ()


def test_a_contract_without_state_is_not_asked():
    arguments = tuple(a for a in without_scene().arguments if a.name in ("query", "scale"))
    contract = without_scene(arguments=arguments)
    for check in ("state", "undefined", "sequence"):
        assert asked(check, contract=contract).reason == "no argument is written in place"


def test_the_case_of_a_failure_is_as_simple_as_it_can_be():
    found, _ = failure("state", wrong.forgetful)
    simplest = case("state", B=1, H=1, S=1, L=1, D=1).with_options(new="any")
    assert found == str(simplest)
