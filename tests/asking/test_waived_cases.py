"""A waiver turns a known failure into WAIVED, and into FAIL as soon as it is not true any more."""

from datetime import date, timedelta

from conformance.events.events import LeftOut
from conformance.events.verdict import NoRoom, NotSupported, Verdict
from conformance.policy.waivers import Waiver

from .toy import HASTY, explored, raises, wrong_if

TOMORROW = date.today() + timedelta(days=1)
YESTERDAY = date.today() - timedelta(days=1)


def waiver(case, expires=TOMORROW, id="known", **finding):
    return Waiver(id, "https://example.org/1", "us", "known", "*", "*", "*", case, expires,
                  **finding)  # fmt: skip


def message(event):
    return event.failures[0].findings[0].message


def test_a_case_that_fails_under_a_waiver_is_waived_and_shown():
    event = explored(wrong_if(lambda size: size == 5), fixed=(4, 5), waivers=[waiver("N == 5")])
    assert event.verdict is Verdict.WAIVED
    assert [(f.waiver, f.findings[0].message) for f in event.failures] == [("known", "is wrong")]


def test_a_failure_beside_the_waived_one_fails():
    event = explored(wrong_if(lambda size: size > 4), fixed=(5, 6), waivers=[waiver("N == 5")])
    assert event.verdict is Verdict.FAIL
    assert [f.waiver for f in event.failures] == [None, "known"]


def test_what_is_waived_is_told_once_with_the_number_of_its_cases():
    event = explored(wrong_if(lambda size: size > 4), fixed=(5, 6, 7), waivers=[waiver("N > 4")])
    assert [(f.waiver, f.cases) for f in event.failures] == [("known", 3)]


def test_a_waived_case_that_passes_fails():
    event = explored(wrong_if(lambda size: False), fixed=(5,), waivers=[waiver("N == 5")])
    assert event.verdict is Verdict.FAIL
    assert message(event) == "passes, but waiver known says that it fails: remove the waiver"
    assert len(event.failures[0].findings) == 1


def test_a_waiver_holds_on_its_last_day():
    last = waiver("N == 5", date.today())
    assert explored(wrong_if(lambda size: True), fixed=(5,), waivers=[last]).verdict is (
        Verdict.WAIVED
    )


def test_an_expired_waiver_fails_and_still_says_what_is_wrong():
    old = waiver("N == 5", YESTERDAY)
    event = explored(wrong_if(lambda size: True), fixed=(5,), waivers=[old])
    assert event.verdict is Verdict.FAIL
    assert [f.message for f in event.failures[0].findings] == [
        f"waiver known expired on {YESTERDAY}",
        "is wrong",
    ]


def test_of_two_waivers_the_one_that_lasts_longer_counts():
    both = [waiver("N == 5", YESTERDAY, "old"), waiver("N > 4", id="new")]
    event = explored(wrong_if(lambda size: True), fixed=(5,), waivers=both)
    assert (event.verdict, event.failures[0].waiver) == (Verdict.WAIVED, "new")


def test_a_waiver_that_matches_no_case_fails():
    event = explored(wrong_if(lambda size: False), fixed=(4,), waivers=[waiver("N == 5")])
    assert event.verdict is Verdict.FAIL
    assert message(event) == "waiver known matches no case that ran: remove or mend it"
    assert event.failures[0].case == ""


def test_a_waiver_whose_case_found_no_room_is_not_held_against_anybody():
    def decide(case):
        if case.axes["N"] == 5:
            raise NoRoom("no room for 9.0 GiB")
        return []

    event = explored(decide, fixed=(4, 5), waivers=[waiver("N == 5")])
    assert (event.verdict, event.failures) == (Verdict.PASS, ())
    event = explored(decide, fixed=(4, 5), waivers=[waiver("N == 6")])
    assert event.verdict is Verdict.FAIL


def test_a_waiver_for_a_case_that_the_profile_leaves_out_is_not_held_against_anybody():
    event = explored(wrong_if(lambda size: False), fixed=(4, 500), waivers=[waiver("N == 500")])
    assert (event.verdict, len(event.left_out[LeftOut.PROFILE])) == (Verdict.PASS, 1)


def test_a_run_that_stopped_early_says_nothing_of_waivers_whose_case_did_not_come():
    event = explored(wrong_if(lambda size: size == 4), fixed=(4, 5), drawn=True,
                     waivers=[waiver("N == 5")], profile=HASTY)  # fmt: skip
    assert [f.case[:14] for f in event.failures] == ["double@toy@N=4"]
    event = explored(raises(NotSupported("no")), fixed=(4, 5), waivers=[waiver("N == 5")])
    assert event.verdict is Verdict.UNSUPPORTED


def test_drawn_cases_can_be_waived():
    event = explored(wrong_if(lambda size: size > 10), drawn=True, waivers=[waiver("N > 10")])
    assert event.verdict is Verdict.WAIVED
