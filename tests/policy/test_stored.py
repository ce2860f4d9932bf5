"""Failing cases are kept, once each, newest last, and read back."""

import json
from dataclasses import replace
from re import search

import pytest

from conformance.case import Case
from conformance.events.finding import Finding, Kind
from conformance.policy.stored import KEPT_PER_CHECK, NOTHING_KEPT, Store, StoreTrouble


def case(number, check="values"):
    return Case("double", check, {"N": number}, {}, {}, 0)


def test_what_was_added_is_read_back(tmp_path):
    store = Store(tmp_path / "new" / "folder")
    path = store.add(case(1), "mine", "2026-01-01")
    store.add(case(2), "mine", "2026-01-02")
    assert store.cases("double") == [case(1), case(2)]
    assert json.loads(path.read_text())[0] == {
        "case": str(case(1)), "subject": "mine", "found": "2026-01-01",
    }  # fmt: skip
    assert [file.name for file in path.parent.iterdir()] == ["double.json"]


def test_contracts_are_kept_apart(tmp_path):
    store = Store(tmp_path)
    store.add(case(1), "mine", "2026-01-01")
    assert store.cases("triple") == []


def test_a_case_that_comes_again_is_kept_once_as_the_newest(tmp_path):
    store = Store(tmp_path)
    for number in (1, 2, 1):
        store.add(case(number), "mine", "2026-01-01")
    assert store.cases("double") == [case(2), case(1)]


def test_the_oldest_cases_of_a_check_are_dropped_and_no_others(tmp_path):
    store = Store(tmp_path)
    store.add(case(0, "ties"), "mine", "2026-01-01")
    for number in range(KEPT_PER_CHECK + 3):
        store.add(case(number), "mine", "2026-01-01")
    kept = store.cases("double")
    assert kept[0] == case(0, "ties")
    assert kept[1:] == [case(number) for number in range(3, KEPT_PER_CHECK + 3)]


def test_without_a_folder_nothing_is_kept():
    assert NOTHING_KEPT.add(case(1), "mine", "2026-01-01") is None
    assert NOTHING_KEPT.cases("double") == []


@pytest.mark.parametrize("text", ["{", "3", '["x"]', '[{"subject": "x"}]', '[{"case": "x"}]'])
def test_a_file_that_holds_no_cases_is_named(tmp_path, text):
    (tmp_path / "double.json").write_text(text)
    assert Store(tmp_path).cases("double") == []
    assert search(r"stored cases of .*double\.json: ", Store(tmp_path).trouble("double"))
    with pytest.raises(StoreTrouble, match=r"double\.json"):
        Store(tmp_path).add(case(1), "mine", "2026-01-01")
    assert (tmp_path / "double.json").read_text() == text


WRONG = Finding("y", "off by 1", kind=Kind.VALUE)
LATE = Finding("y", "read", kind=Kind.BOUNDS, line="k.py:3")
RULE = Finding("y", "read", kind=Kind.BOUNDS, line="k.py:3", cause="out-of-bounds read")


def settle(store, failing, asked=(), subject="mine", check="values"):
    lines = [str(each) for each in asked]
    return store.settle("double", check, subject, lines, failing, "2026-01-01")


def test_a_finding_is_kept_once_with_its_newest_case(tmp_path):
    store = Store(tmp_path)
    for number in range(12):
        same = replace(WRONG, message=f"off by {number}", got=str(number))
        settle(store, [(replace(case(number), seed=number), same)])
    assert [str(c) for c in store.cases("double")] == [str(replace(case(11), seed=11))]


def test_findings_that_differ_are_kept_apart_and_so_are_subjects_and_checks(tmp_path):
    store = Store(tmp_path)
    settle(store, [(case(1), WRONG), (case(2), LATE), (case(3), RULE)])
    settle(store, [(case(4), WRONG)], subject="another")
    settle(store, [(case(5, "ties"), WRONG)], check="ties")
    assert store.cases("double") == [case(1), case(2), case(3), case(4), case(5, "ties")]
    settle(Store(tmp_path), [(case(6), LATE)])
    assert case(2) not in store.cases("double") and case(6) in store.cases("double")


def test_a_case_that_passes_again_is_dropped_for_its_own_subject_only(tmp_path):
    store = Store(tmp_path)
    settle(store, [(case(1), WRONG), (case(2), LATE)])
    settle(store, [(case(3), WRONG)], subject="another")
    settle(store, [], asked=[case(1), case(3), case(9)])
    assert store.cases("double") == [case(2), case(3)]


def test_a_case_that_was_not_asked_stays(tmp_path):
    store = Store(tmp_path)
    settle(store, [(case(1), WRONG)])
    assert settle(store, [], asked=[case(2)]) is None
    assert settle(store, [], asked=[case(1)], check="ties") is None
    assert store.cases("double") == [case(1)]


def test_files_of_earlier_versions_are_read_and_their_cases_replaced(tmp_path):
    old = [{"case": str(case(n)), "subject": "mine", "found": "2025-01-01"} for n in (1, 2)]
    (tmp_path / "double.json").write_text(json.dumps(old))
    store = Store(tmp_path)
    assert store.cases("double") == [case(1), case(2)]
    settle(store, [(case(1), WRONG)], asked=[case(1)])
    assert store.cases("double") == [case(2), case(1)]
    settle(store, [(case(1), WRONG)], asked=[case(1), case(2)])
    assert store.cases("double") == [case(1)]


def test_what_ships_with_the_suite_stays(tmp_path):
    shipped = Store(None).cases("gemma4_routing")
    store = Store(tmp_path)
    lines = [str(each) for each in shipped]
    store.settle("gemma4_routing", shipped[0].check, "mine", lines, [], "2026-01-01")
    assert shipped and store.cases("gemma4_routing") == shipped
