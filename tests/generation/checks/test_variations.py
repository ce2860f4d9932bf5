"""No check flags a right engine, and none passes what did not occur."""

import pytest

from conformance.checks import checks_of
from conformance.contract import narrowed
from conformance.generation import words
from tests.generation.mini.operator import CONTRACT, silent
from tests.generation.mini.variations import ABSENT, RIGHT

from .asked import answer

CHECKS = [check.id for check in checks_of(CONTRACT)]
OF_ANSWERS_ALONE = {
    "tokens", "second_call", "arrivals", "lengths", "prompts", "cache_contents", "compilation",
}  # fmt: skip
"""Checks that need nothing but the answer."""


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_engine_is_flagged_by_no_check(name):
    subject = RIGHT[name]()
    found = {check: answer(check, subject).findings for check in CHECKS}
    assert {check: each for check, each in found.items() if each} == {}


@pytest.mark.parametrize(("check", "why"), ABSENT)
def test_what_did_not_occur_does_not_pass(check, why):
    said = answer(check, ABSENT[check, why]())
    assert said.findings == ()
    assert why in said.why


@pytest.mark.parametrize("check", CHECKS)
def test_of_a_function_that_tells_nothing_only_the_answers_are_judged(check):
    said = answer(check, silent)
    assert said.findings == ()
    if check in OF_ANSWERS_ALONE:
        assert said.decided and not said.why
    else:
        assert said.why == "the subject tells nothing of its steps: it is no engine of the suite's"


@pytest.mark.parametrize(
    ("check", "word", "why"),
    [
        ("chunks", words.CHUNKED, "this subject has no engine 'chunked'"),
        ("mixed_steps", words.CHUNKED, "this subject has no engine 'chunked'"),
        ("prefix_cache", words.PREFIX, "this subject has no engine 'prefix'"),
        ("preemption", words.PREEMPTING, "this subject has no engine 'preempting'"),
        ("compilation", words.COMPILED, "this subject has no engine 'compiled'"),
        ("compile_key", words.FLIPPED, "this subject has no engine 'compiled-flipped'"),
        ("surroundings", words.BARE, "this subject has no engine 'bare'"),
    ],
)
def test_a_check_asks_no_engine_that_the_subject_does_not_have(check, word, why):
    left = tuple(each for each in words.ENGINES if each != word)
    said = answer(check, silent, narrowed(CONTRACT, (), {}, words={"engine": left}))
    assert (said.findings, said.decided, said.why) == ((), 0, why)


def test_a_subject_without_a_switch_is_not_asked_for_one():
    contract = narrowed(CONTRACT, (), {}, words={"switch": (words.AS_ASKED,)})
    assert answer("switch", silent, contract).why == "this subject has no switch"
