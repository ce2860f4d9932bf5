"""A waiver for some cases fails once no case of the whole run needs it."""

from dataclasses import replace
from datetime import date

from conformance.events.events import CheckFinished, Failure, LeftOut, Ready
from conformance.events.finding import Finding, Kind
from conformance.events.request import Request
from conformance.events.verdict import Verdict
from conformance.policy.profiles import profile
from conformance.policy.waiver_baseline import as_toml
from conformance.policy.waivers import Waiver
from conformance.runs.plan import OneCase, Plan
from conformance.runs.stale import stale_waivers

READY = Ready("op", "k.py:f", "cpu", {}, "k.py:1")
CASE = "op@values@N=1,x=float32/normal/dense,seed=0"
WAIVER = Waiver(
    "known", "https://x.org/1", "me", "known", "op", "k.py:f", ("values", "ties"), "1 == 1",
    date(2999, 1, 1), some=True,
)  # fmt: skip


def plan(folder, *waivers):
    path = folder / "w.toml"
    text = as_toml([replace(waiver, expires=None) for waiver in waivers])
    path.write_text(text.replace('expires = ""  # fill in', "expires = 2999-01-01"))
    return Plan(
        Request(
            "op", "k.py:f", "cpu", profile("quick"), 0, waivers=(str(path),), shipped_waivers=False
        )
    )


def check(name, waiver=None, **further):
    failures = (Failure(CASE, (Finding("y", "off", kind=Kind.VALUE),), waiver),) if waiver else ()
    verdict = Verdict.WAIVED if waiver else Verdict.PASS
    return CheckFinished(name, "?", verdict, failures=failures, **further)


def test_one_check_that_needs_it_is_enough(tmp_path):
    assert (
        stale_waivers(plan(tmp_path, WAIVER), READY, [check("values", "known"), check("ties")])
        == ()
    )


def test_one_that_no_check_needs_is_told(tmp_path):
    told = stale_waivers(plan(tmp_path, WAIVER), READY, [check("values"), check("ties")])
    assert told == ("waiver known: no case shows what it covers any more: remove it",)


def test_nothing_is_said_of_what_was_not_asked(tmp_path):
    asked = plan(tmp_path, WAIVER)
    left_out = check("ties", left_out={LeftOut.PROFILE: (CASE,)})
    assert stale_waivers(asked, READY, [check("values"), left_out]) == ()
    assert stale_waivers(asked, READY, [check("sizes")]) == ()
    assert stale_waivers(asked, replace(READY, subject="other.py:f"), [check("values")]) == ()
    assert stale_waivers(asked, None, []) == ()
    assert stale_waivers(replace(asked, asks=OneCase(CASE)), READY, [check("values")]) == ()


def test_a_waiver_for_all_its_cases_is_left_to_the_checks(tmp_path):
    assert (
        stale_waivers(plan(tmp_path, replace(WAIVER, some=False)), READY, [check("values")]) == ()
    )
