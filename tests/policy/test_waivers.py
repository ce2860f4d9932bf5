"""Waivers are read strictly and match exactly."""

import json
import os
from datetime import date
from pathlib import Path
from time import monotonic

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.case import Case
from conformance.events.finding import Finding, Kind
from conformance.policy.waivers import MOST_BYTES, WaiverError, load_waivers, read_waivers

FIELDS = {
    "id": '"known"',
    "issue": '"https://example.org/1"',
    "owner": '"us"',
    "reason": '"known"',
    "contract": '"gemma4_*"',
    "subject": '"vllm*"',
    "check": '"arguments"',
    "case": "\"call == 'topk=0' and T < 9\"",
    "expires": "2027-05-31",
}
CASE = Case.parse("gemma4_routing@arguments@T=8,E=8,K=2,call:topk=0,seed=0")


def text(**changes):
    fields = {**FIELDS, **changes}
    return "[[waiver]]\n" + "\n".join(f"{k} = {v}" for k, v in fields.items() if v is not None)


def test_a_waiver_is_read():
    (waiver,) = read_waivers(text(), "here")
    assert (waiver.id, waiver.expires, waiver.device) == ("known", date(2027, 5, 31), "*")
    assert waiver.as_dict()["expires"] == "2027-05-31"


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"owner": None, "reason": None}, "^here, waiver known: owner, reason missing$"),
        ({"issue": '" "'}, "every field but expires is a text"),
        ({"subject": "3"}, "every field but expires is a text"),
        ({"subject": "[]"}, "every field but expires is a text"),
        ({"subject": '["vllm", 3]'}, "every field but expires is a text"),
        ({"subject": '["vllm", " "]'}, "every field but expires is a text"),
        ({"expires": '"2027-05-31"'}, "must be a date such as"),
        ({"expires": "2027-05-31T10:00:00"}, "must be a date such as"),
        ({"case": "\"__import__('os')\""}, "not allowed in an expression"),
        ({"sbject": '"vllm"'}, "no field 'sbject'; known: id, .*; did you mean subject[?]$"),
        ({"about": '""'}, "every field but expires is a text"),
        ({"line": "12"}, "every field but expires is a text"),
        ({"case": '"T ** 9 ** 9 ** 9 > 0"'}, "waiver known: 'T .*a number has more than 2048 bits"),
        ({"reason": f'"{"long" * 1000}"'}, "line 5 has more than 3000 characters"),
        ({"kind": '"boundz"'}, "no kind 'boundz'; known: value, .*; did you mean bounds[?]$"),
    ],
)
def test_an_entry_that_is_not_a_waiver_is_refused_by_name(changes, complaint):
    with pytest.raises(WaiverError, match=complaint):
        read_waivers(text(**changes), "here")


@pytest.mark.parametrize(
    "wrong", ["[waiver]\nid = 'x'", "[[waivers]]", "waiver = 3", "waiver = [3]", "= 1"]
)
def test_a_file_that_is_no_list_of_waivers_is_refused(wrong):
    with pytest.raises(WaiverError, match="here"):
        read_waivers(wrong, "here")


@pytest.mark.parametrize(
    "wrong",
    ["a=" + "[" * 2900, "a=" + "{a=" * 900, "." * 2999, ".".join("a" * 5000) + " = 1",
     "a = " + "9" * 2900, "a = 1" + "\n" * 300_000 + "a = 2"],
)  # fmt: skip
def test_a_file_that_would_take_long_is_refused_at_once(wrong):
    begin = monotonic()
    with pytest.raises(WaiverError, match="here: "):
        read_waivers(wrong, "here")
    assert monotonic() - begin < 5


@pytest.mark.parametrize("kind", ["folder", "pipe", "endless", "large"])
def test_what_is_no_file_of_waivers_is_never_waited_for(tmp_path, kind):
    path = tmp_path / "own.toml"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "endless":
        path.symlink_to("/dev/zero")
    else:
        path.write_bytes(b"#" * (MOST_BYTES + 1))
    with pytest.raises(WaiverError, match=r"own\.toml: "):
        load_waivers([path])


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_named(tmp_path, content):
    path = tmp_path / "own.toml"
    if content:
        path.write_bytes(content)
    with pytest.raises(WaiverError, match=r"own\.toml: "):
        load_waivers([path])


def test_the_waivers_of_the_suite_can_be_left_out(tmp_path):
    Path(tmp_path / "own.toml").write_text(text())
    found = load_waivers([tmp_path / "own.toml"], shipped=False)
    assert [waiver.id for waiver in found] == ["known"] and load_waivers(shipped=False) == []


def test_further_files_are_added_to_those_of_the_suite(tmp_path):
    Path(tmp_path / "own.toml").write_text(text())
    ids = [waiver.id for waiver in load_waivers([tmp_path / "own.toml"])]
    assert ids == [*(waiver.id for waiver in load_waivers()), "known"] and len(ids) > 1


@pytest.mark.parametrize(
    ("names", "concerns"),
    [
        (("gemma4_routing", "vllm==0.32.0", "arguments", "cpu"), True),
        (("other", "vllm==0.32.0", "arguments", "cpu"), False),
        (("gemma4_routing", "triton", "arguments", "cpu"), False),
        (("gemma4_routing", "vllm", "argument", "cpu"), False),
    ],
)
def test_a_waiver_concerns_what_its_wildcards_match(names, concerns):
    assert read_waivers(text(), "here")[0].concerns(*names) is concerns


def test_a_waiver_may_name_several_subjects():
    (waiver,) = read_waivers(text(subject='["vllm==0.1", "sglang==*"]'), "here")
    names = ("vllm==0.1", "sglang==3", "vllm==0.2", "vllm==0.1, sglang==*")
    found = [n for n in names if waiver.concerns("gemma4_x", n, "arguments", "cpu")]
    assert found == ["vllm==0.1", "sglang==3"]
    assert waiver.as_dict()["subject"] == "vllm==0.1, sglang==*"


def test_a_waiver_may_be_for_one_device():
    (waiver,) = read_waivers(text(device='"cuda"'), "here")
    assert waiver.concerns("gemma4_x", "vllm", "arguments", "cuda")
    assert not waiver.concerns("gemma4_x", "vllm", "arguments", "cpu")


@pytest.mark.parametrize(
    ("device", "concerned"),
    [
        ("cuda", ["cuda", "cuda:0", "cuda:1"]),
        ("cuda:1", ["cuda:1"]),
        ("cuda:*", ["cuda:0", "cuda:1"]),
    ],
)
def test_a_waiver_for_a_device_without_an_ordinal_is_for_each_of_that_name(device, concerned):
    (waiver,) = read_waivers(text(device=f'"{device}"'), "here")
    names = ("cpu", "cuda", "cuda:0", "cuda:1")
    call = ("gemma4_x", "vllm", "arguments")
    assert [name for name in names if waiver.concerns(*call, name)] == concerned


FINDING = Finding(
    "x", "read", kind=Kind.BOUNDS, line="/some/where/kernel.py:12", cause="out-of-bounds read"
)


@pytest.mark.parametrize(
    ("named", "fits"),
    [
        ({}, True),
        ({"about": "x", "kind": "bounds", "line": "kernel.py:12"}, True),
        ({"line": "/some/where/kernel.py:12"}, True),
        ({"line": "*/kernel.py:*"}, True),
        ({"cause": "out-of-bounds *"}, True),
        ({"about": "x", "kind": "race"}, False),
        ({"about": "y"}, False),
        ({"line": "kernel.py:1"}, False),
        ({"line": "nel.py:12"}, False),
        ({"cause": "out-of-bounds write"}, False),
    ],
)
def test_a_waiver_may_say_which_finding_it_means(named, fits):
    fields = {key: f'"{value}"' for key, value in named.items()}
    (waiver,) = read_waivers(text(**fields), "here")
    assert waiver.fits(FINDING) is fits


def test_a_waiver_for_a_line_fits_no_finding_without_one():
    (waiver,) = read_waivers(text(line='"kernel.py:12"'), "here")
    assert not waiver.fits(Finding("x", "wrong", kind=Kind.VALUE))


@pytest.mark.parametrize(
    ("case", "covers"),
    [
        ("call == 'topk=0'", True),
        ("call == 'topk=0' and T == 7", False),
        ("no_such_name == 1", False),
        ("call < 3", False),
        ("T % (K - 2) == 0", False),
        ("(T + 3) ** (T ** (T * T)) > 0", False),
    ],
)
def test_a_filter_that_does_not_apply_covers_nothing(case, covers):
    (waiver,) = read_waivers(text(case=f'"{case}"'), "here")
    assert waiver.covers(CASE) is covers


PIECES = st.sampled_from(
    ["[[waiver]]", "[", "]", "{", "}", "=", '"', "'", "\n", ".", ",", "case", "id", "expires",
     "2027-05-31", "subject", "'T > 9'", '"""', "#", "\\", "\x00", "1e9", "nan", "é", "="]
)  # fmt: skip


@settings(derandomize=True, max_examples=300, deadline=2000)
@given(st.lists(PIECES, max_size=80).map(" ".join) | st.text(max_size=80))
def test_any_text_is_a_list_of_waivers_or_refused_by_name(content):
    try:
        waivers = read_waivers(content, "here")
    except WaiverError as error:
        assert str(error).startswith("here")
    else:
        assert waivers == []


@settings(derandomize=True, max_examples=200, deadline=2000)
@given(st.sampled_from(sorted(FIELDS)), st.text(max_size=40) | st.integers() | st.floats())
def test_any_value_of_any_field_is_taken_or_refused_by_name(field, value):
    document = json.dumps(value) if not isinstance(value, float) else repr(value)
    try:
        (waiver,) = read_waivers(text(**{field: document}), "here")
    except WaiverError as error:
        assert str(error).startswith("here")
    else:
        waiver.covers(CASE)
        waiver.fits(FINDING)
        waiver.concerns("gemma4_routing", "vllm", "arguments", "cpu")
