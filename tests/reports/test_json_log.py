"""A log that was written is read again; what is none says so and names its file."""

import json

import pytest

from conformance.reports.json_log import GrowingLog, as_json, read_log

from .events import EVENTS
from .family import FAMILY


@pytest.mark.parametrize("events", [EVENTS, FAMILY])
def test_a_log_comes_back(tmp_path, events):
    path = tmp_path / "log.json"
    path.write_text(as_json(events))
    assert read_log(path) == events


def test_a_log_that_grows_is_the_same_document():
    growing = GrowingLog()
    for length in range(len(EVENTS) + 1):
        assert growing(EVENTS[:length]) == as_json(EVENTS[:length])


def test_a_case_that_was_asked_takes_a_line():
    text = as_json(EVENTS).replace('"asked": []', '"asked": ["x@a@N=1"]')
    assert json.loads(text)["events"][3]["asked"] == ["x@a@N=1"]


def changed(**changes):
    return json.dumps({**json.loads(as_json(EVENTS)), **changes})


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{", "is no JSON"),
        ("[]", "is no log of a run"),
        ('{"format": 1, "cells": []}', "is no log of a run"),
        (changed(format=1), "has format 1; this version reads format 2: run '.*' again"),
        (changed(format=3), "has format 3; this version reads format 2"),
        (changed(events=[{"event": "Nothing"}]), "event 1: 'Nothing' is missing or unknown"),
        (changed(events=[]), "holds no events"),
        (changed(events=3), "holds no events"),
        (changed(events=[{"event": "CheckStarted", "check": "a", "question": "?"}]), "no run"),
        (changed(events=["x"]), "event 1 is none that this version knows"),
    ],
)
def test_what_is_no_log_of_this_form_is_refused_by_name(tmp_path, text, complaint):
    path = tmp_path / "strange.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=complaint) as error:
        read_log(path)
    assert str(path) in str(error.value)
