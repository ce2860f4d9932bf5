"""Waivers that a command writes: what they speak of, and that they count for nothing yet."""

import pytest

from conformance.events.events import CheckFinished, Failure, Ready
from conformance.events.finding import Finding, Kind
from conformance.events.identity import RunIdentity
from conformance.events.verdict import Verdict
from conformance.policy.waiver_baseline import as_toml, baseline
from conformance.policy.waivers import WaiverError, read_waivers

RUN = RunIdentity("0" * 16, "op", "k.py:f", "cpu")
READY = Ready("op", "k.py:f", "cpu", {}, "k.py:1", run=RUN)
CASE = "op@{}@N=1,x=float32/normal/dense,seed=0"


def finished(check, *findings):
    failures = tuple(Failure(CASE.format(check), (finding,)) for finding in findings)
    return CheckFinished(check, "?", Verdict.FAIL, failures=failures, run=RUN)


def value(about="y", **further):
    return Finding(about, "off by 1", kind=Kind.VALUE, **further)


def test_a_finding_that_several_checks_show_has_one_waiver_for_all_of_them():
    events = [READY, finished("values", value()), finished("ties", value())]
    (waiver,) = baseline(events)
    assert waiver.checks == ("values", "ties")
    assert (waiver.about, waiver.kind, waiver.subject) == ("y", "value", "k.py:f")
    assert waiver.some and waiver.unfilled == ("issue", "owner", "expires")


def test_place_and_cause_are_said_only_where_two_findings_differ_in_nothing_else():
    alone = baseline([READY, finished("values", value(line="k.py:3", cause="a"))])
    assert [(waiver.line, waiver.cause) for waiver in alone] == [("", "")]
    two = [value(line="k.py:3"), value(line="k.py:9")]
    assert [waiver.line for waiver in baseline([READY, finished("values", *two)])] == [
        "k.py:3",
        "k.py:9",
    ]


def test_what_a_waiver_speaks_of_already_gets_none():
    waived = Failure(CASE.format("values"), (value(),), waiver="known")
    unfilled = Failure(
        CASE.format("values"), (Finding("waiver", "not filled in", kind=Kind.WAIVER), value("z"))
    )
    check = CheckFinished("values", "?", Verdict.FAIL, failures=(waived, unfilled), run=RUN)
    assert baseline([READY, check]) == []


def test_what_is_written_is_read_again_and_kept_behind_what_was_there():
    waivers = baseline([READY, finished("values", value('odd "name"\\ \x7f\n☂'))])
    text = as_toml(waivers, "# mine\n")
    assert text.startswith("# mine\n\n[[waiver]]\n")
    (again,) = read_waivers(text, "w.toml")
    assert again.about == waivers[0].about and again.id == waivers[0].id
    assert again.unfilled == ("issue", "owner", "expires")


def test_names_with_wildcards_speak_of_themselves_only():
    (waiver,) = baseline([READY, finished("values", value("x[0]"))])
    assert waiver.fits(value("x[0]")) and not waiver.fits(value("x0"))


@pytest.mark.parametrize("field", ["issue", "owner", "expires"])
def test_a_waiver_is_filled_in_field_by_field(field):
    (waiver,) = baseline([READY, finished("values", value())])
    given = {"issue": '"https://x.org/1"', "owner": '"me"', "expires": "2999-01-01"}
    lines = [
        f"{name} = {given[name]}" if (name := line.partition(" = ")[0]) == field else line
        for line in as_toml([waiver]).splitlines()
    ]
    (again,) = read_waivers("\n".join(lines), "w.toml")
    assert again.unfilled == tuple(n for n in ("issue", "owner", "expires") if n != field)


def test_only_what_a_person_fills_in_may_be_empty():
    text = as_toml(baseline([READY, finished("values", value())])).replace('"y"', '""')
    with pytest.raises(WaiverError, match="a text that says something"):
        read_waivers(text, "w.toml")
