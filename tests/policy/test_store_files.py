"""A store in a folder that others use, that is full, or in which somebody else's files lie."""

import errno
import fcntl
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance.case import Case
from conformance.events.finding import Finding, Kind
from conformance.policy import stored
from conformance.policy.locking import locked
from conformance.policy.stored import KEPT_OF_ALL, KEPT_PER_CHECK, Store, StoreTrouble

from .test_writing import full_disk

ADDING = """
import sys
from pathlib import Path
from conformance.case import Case
from conformance.events.finding import Finding
from conformance.policy.stored import Store
for number in range(12):
    case = Case("double", "values", {"N": number}, {}, {}, 0)
    Store(Path(sys.argv[1])).add(case, sys.argv[2], "2026-01-01", Finding(f"y{number}", "wrong"))
"""


def case(number, check="values", seed=0):
    return Case("double", check, {"N": number}, {}, {}, seed)


def add(folder, number=1, subject="mine", **more):
    return Store(folder).add(case(number, **more), subject, "2026-01-01", Finding("y", "wrong"))


def test_several_processes_that_add_at_once_lose_nothing(tmp_path):
    processes = [
        subprocess.Popen([sys.executable, "-c", ADDING, str(tmp_path), f"subject {number}"])
        for number in range(4)
    ]
    assert [process.wait(timeout=120) for process in processes] == [0] * 4
    entries = json.loads((tmp_path / "double.json").read_text())
    assert len({(e["subject"], e["case"]) for e in entries}) == 48
    assert [path.name for path in tmp_path.iterdir()] == ["double.json"]


def test_a_folder_that_others_hold_is_told_after_a_while(tmp_path, monkeypatch):
    monkeypatch.setattr(stored, "locked", lambda folder: locked(folder, 0.05))
    with locked(tmp_path), pytest.raises(StoreTrouble, match=f"{tmp_path}: another process has"):
        add(tmp_path)
    assert add(tmp_path)


@pytest.mark.parametrize("place", ["file", "file/cases", "/proc/self/cases", "/dev/null"])
def test_a_folder_that_cannot_be_made_is_told_with_its_name(tmp_path, monkeypatch, place):
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("")
    with pytest.raises(StoreTrouble, match=place.split("/cases")[0]):
        add(Path(place))


def test_a_full_disk_leaves_what_was_kept(tmp_path):
    add(tmp_path)
    before = (tmp_path / "double.json").read_text()
    with full_disk(), pytest.raises(StoreTrouble, match=r"double\.json: File too large"):
        add(tmp_path, 2, subject="another")
    assert (tmp_path / "double.json").read_text() == before
    assert [path.name for path in tmp_path.iterdir()] == ["double.json"]


def test_a_file_behind_a_link_is_written_behind_it(tmp_path):
    (tmp_path / "double.json").symlink_to(tmp_path / "real.json")
    add(tmp_path)
    assert (tmp_path / "double.json").is_symlink() and (tmp_path / "real.json").is_file()


@pytest.mark.parametrize("kind", ["folder", "pipe", "device", "large", "bytes", "deep", "foreign"])
def test_what_is_no_file_of_cases_is_told_with_its_name_and_left_alone(tmp_path, kind, monkeypatch):
    path = tmp_path / "double.json"
    monkeypatch.setattr(stored, "MOST_BYTES", 1 << 20)
    match kind:
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "device":
            path.symlink_to("/dev/zero")
        case "large":
            path.write_text("[" + " " * (1 << 20) + "]")
        case "bytes":
            path.write_bytes(b"\xff\xfe")
        case "deep":
            path.write_text("[" * 100_000)
        case "foreign":
            path.write_text(json.dumps([{"case": "other@values@seed=0", "subject": "mine"}]))
    before = path.lstat()
    assert "double.json: " in Store(tmp_path).trouble("double")
    assert Store(tmp_path).cases("double") == []
    with pytest.raises(StoreTrouble, match=r"double\.json: "):
        add(tmp_path)
    assert (path.lstat().st_ino, path.lstat().st_mode) == (before.st_ino, before.st_mode)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8)
    | st.sampled_from(["double@values@N=1,seed=0", "double@values@N=1", "other@values@seed=0"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["case", "subject", "found", "finding", "kind", "device"]), inner
    ),
)  # fmt: skip


@settings(derandomize=True, max_examples=300, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(st.lists(JSON, max_size=3) | JSON)
def test_any_json_is_a_list_of_cases_or_told(tmp_path, document):
    (tmp_path / "double.json").write_text(json.dumps(document))
    store = Store(tmp_path)
    if trouble := store.trouble("double"):
        assert "double.json" in trouble and store.cases("double") == []
    else:
        assert all(isinstance(each, Case) for each in store.cases("double", "mine"))
        store.add(case(1), "mine", "2026-01-01")


@pytest.mark.parametrize("text", ['[{"case": NaN}]', '[{"case": "", "case": ""}]', "[1e999]"])
def test_what_is_no_plain_json_is_told(tmp_path, text):
    (tmp_path / "double.json").write_text(text)
    assert "double.json: " in Store(tmp_path).trouble("double")


def test_one_finding_of_one_subject_is_kept_once_whatever_the_seed(tmp_path):
    for seed in (1, 2, 3):
        add(tmp_path, seed=seed)
    assert [kept.seed for kept in Store(tmp_path).cases("double")] == [3]


def test_an_entry_without_a_finding_is_replaced_by_the_same_case_of_another_seed(tmp_path):
    old = [{"case": str(case(n, seed=9)), "subject": "mine", "found": "x"} for n in (1, 2)]
    (tmp_path / "double.json").write_text(json.dumps(old))
    add(tmp_path, 1, seed=5)
    assert [str(kept) for kept in Store(tmp_path).cases("double")] == [
        str(case(2, seed=9)), str(case(1, seed=5)),
    ]  # fmt: skip


def test_a_subject_s_own_cases_come_first_and_those_of_others_are_bounded(tmp_path):
    store = Store(tmp_path)
    for number in range(2 * KEPT_PER_CHECK):
        add(tmp_path, number, subject=f"other {number}")
    add(tmp_path, 1000)
    add(tmp_path, 1001, subject="late")
    found = store.cases("double", "mine")
    assert found[0] == case(1000) and len(found) == 1 + KEPT_PER_CHECK
    assert found[-1] == case(1001)
    assert len(store.cases("double")) == 2 + 2 * KEPT_PER_CHECK


def test_cases_of_others_drop_none_of_one_s_own(tmp_path):
    add(tmp_path, 7)
    for number in range(100, 100 + 2 * KEPT_PER_CHECK):
        finding = Finding("y", "wrong", kind=Kind.VALUE, cause=str(number))
        Store(tmp_path).add(case(number), "busy", "2026-01-01", finding)
    kept = Store(tmp_path).cases("double")
    assert case(7) in kept and len(kept) == 1 + KEPT_PER_CHECK


def test_no_check_has_cases_without_end(tmp_path, monkeypatch):
    monkeypatch.setattr(stored, "KEPT_OF_ALL", 5)
    for number in range(9):
        add(tmp_path, number, subject=f"subject {number}")
    assert Store(tmp_path).cases("double") == [case(number) for number in range(4, 9)]
    assert KEPT_OF_ALL >= KEPT_PER_CHECK


def test_where_folders_cannot_be_locked_a_file_in_them_is(tmp_path, monkeypatch):
    flock = fcntl.flock

    def refusing(handle, operation):
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(errno.EBADF, "Bad file descriptor")
        flock(handle, operation)

    monkeypatch.setattr(fcntl, "flock", refusing)
    add(tmp_path)
    assert Store(tmp_path).cases("double") == [case(1)]
    monkeypatch.setattr(stored, "locked", lambda folder: locked(folder, 0.05))
    with locked(tmp_path), pytest.raises(StoreTrouble, match="another process has held the lock"):
        add(tmp_path, 2)
