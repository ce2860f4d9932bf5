"""Whose word counts when several say how an operator is asked."""

from conformance.events.request import Limits
from conformance.events.severity import Severity
from conformance.policy.configuration import Choices, ChosenLimits


def test_what_is_said_now_counts_more_and_silence_changes_nothing():
    configured = Choices(profile="gate", devices=("cuda",), fail_fast=True, jobs=2)
    assert Choices(profile="quick").over(configured) == Choices(
        profile="quick", devices=("cuda",), fail_fast=True, jobs=2
    )
    assert Choices().over(configured) == configured


def test_a_no_that_is_said_is_no_silence():
    assert Choices(fail_fast=False).over(Choices(fail_fast=True)).fail_fast is False
    assert Choices(store="").over(Choices(store="kept")).store == ""


def test_severities_and_settings_are_joined_by_name():
    configured = Choices(
        severity={"ties": Severity.WARN, "sizes": Severity.OFF}, settings={"router": "ours"}
    )
    said = Choices(severity={"ties": Severity.DENY}, settings={"runner": "v2"})
    found = said.over(configured)
    assert found.severity == {"ties": Severity.DENY, "sizes": Severity.OFF}
    assert found.settings == {"router": "ours", "runner": "v2"}


def test_a_check_that_is_named_now_is_asked_though_the_project_leaves_it_out():
    configured = Choices(severity={"sizes": Severity.OFF, "ties": Severity.WARN})
    found = Choices(checks=("sizes", "ties")).over(configured)
    assert found.severity == {"sizes": Severity.DENY, "ties": Severity.WARN}


def test_waivers_of_both_count_once_each():
    found = Choices(waivers=("b", "a")).over(Choices(waivers=("a",)))
    assert found.waivers == ("a", "b")


def test_limits_are_joined_one_by_one():
    said = Choices(limits=ChosenLimits(call_seconds=1.0))
    found = said.over(Choices(limits=ChosenLimits(call_seconds=9.0, load_seconds=2.0)))
    expected = Limits(call_seconds=1.0, load_seconds=2.0)
    assert found.limits.limits() == expected
