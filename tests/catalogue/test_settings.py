"""Settings of a subject: what an operator has, what it binds, and what a run tells of them."""

from dataclasses import replace

import pytest
from conformance_kernels.rms_norm.operator import OPERATOR as RMS_NORM

from conformance.catalogue.operators import SettingRefused, check_settings, with_settings
from conformance.contract import Operator, Promise, Release, Setting
from conformance.events.request import Profile, Request
from conformance.subjects.names import default_subject
from conformance.subjects.promised import promised

SETTINGS = (Setting("router", "which router"), Setting("runner", "which", ("v1", "v2")))
OPERATOR = replace(RMS_NORM, settings=SETTINGS)


def bind(operator: Operator, settings: dict[str, str]) -> Operator:
    """Named by the test as `module:function`."""
    return replace(operator, subjects={settings.get("router", "usual"): "x:y"})


def promise(contract: str, version: str, settings: dict[str, str]) -> Promise:
    """Fewer words with one of the runners."""
    return Promise(words={"engine": (settings.get("runner", "any"),)})


def test_a_setting_takes_its_words_or_any_text():
    check_settings(OPERATOR, {"router": "mine.py:route", "runner": "v2"})
    with pytest.raises(SettingRefused, match="--runner 'v3': it takes v1, v2"):
        check_settings(OPERATOR, {"runner": "v3"})
    with pytest.raises(SettingRefused, match="--router ' ': it takes any text"):
        check_settings(OPERATOR, {"router": " "})
    with pytest.raises(SettingRefused, match="has no --rooter; it has: --router, --runner"):
        check_settings(OPERATOR, {"rooter": "mine"})


def test_an_operator_binds_what_was_said():
    bound = with_settings(replace(OPERATOR, bind=f"{__file__}:bind"), {"router": "mine"})
    assert dict(bound.subjects) == {"mine": "x:y"}
    assert with_settings(OPERATOR, {"router": "mine"}) is OPERATOR


def test_a_release_promises_by_the_settings():
    release = Release("tiny", ("tiny",), load="x:y", promise=f"{__file__}:promise")
    operator = replace(OPERATOR, subjects={}, releases=(release,))
    assert promised(operator, "tiny", {"runner": "v1"}).words == {"engine": ("v1",)}
    assert promised(operator, "tiny").words == {"engine": ("any",)}


def test_without_a_subject_of_its_own_an_operator_has_its_first_release():
    release = Release("tiny", ("tiny",), load="x:y")
    assert default_subject(replace(OPERATOR, subjects={}, releases=(release,))) == "tiny"
    assert default_subject(OPERATOR) == next(iter(OPERATOR.subjects))


def test_settings_are_words_of_a_run_and_survive_the_way_to_another_process():
    settings = {"router": "ours", "custom-kernels": "on"}
    request = Request("op", None, "cpu", Profile("p", "", 1, 1, 1.0), 1, settings=settings)
    assert request.words == ("--router", "ours", "--custom-kernels", "on")
    assert Request.from_json(request.to_json()) == request
