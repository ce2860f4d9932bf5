"""Failing cases are kept, once each, newest last, and read back."""

import json

import pytest

from conformance.case import Case, CaseError
from conformance.policy.stored import KEPT_PER_CHECK, NOTHING_KEPT, Store


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
    with pytest.raises(CaseError, match=r"stored cases of .*double\.json"):
        Store(tmp_path).cases("double")
    with pytest.raises(CaseError, match=r"double\.json"):
        Store(tmp_path).add(case(1), "mine", "2026-01-01")
    assert (tmp_path / "double.json").read_text() == text
