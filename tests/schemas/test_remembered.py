"""What was read from the source of a release is kept, as long as nothing about it has changed."""

import json

from conformance.runs.locking.remembered import FILE, remembered
from conformance.schemas.lock import Lock, LockedOperator, Switch
from conformance.schemas.schema import Argument, Result, Schema

SCHEMA = Schema("ns::op", (Argument("x", "Tensor", alias="a", writes=True),), (Result("Tensor"),))
LOCKS = [
    Lock("ns", (LockedOperator(SCHEMA, registered="pkg/ops.py"),), unresolved=("pkg/a.py:3: f()",)),
    Lock("pkg", switches=(Switch("USE_OP", "1"),)),
]


def read(folder, times):
    def reading():
        times.append(1)
        return LOCKS

    return remembered(folder, reading)


def test_it_is_read_once(tmp_path):
    times = []
    first, second = read(tmp_path, times), read(tmp_path, times)
    assert (first, len(times)) == (LOCKS, 1)
    assert second == LOCKS
    assert [lock.unresolved for lock in second] == [lock.unresolved for lock in LOCKS]


def test_what_was_altered_is_read_again(tmp_path):
    times = []
    read(tmp_path, times)
    data = json.loads((tmp_path / FILE).read_text())
    data["locks"].pop()
    (tmp_path / FILE).write_text(json.dumps(data))
    assert read(tmp_path, times) == LOCKS and len(times) == 2


def test_what_another_reader_wrote_is_read_again(tmp_path):
    times = []
    read(tmp_path, times)
    data = json.loads((tmp_path / FILE).read_text())
    (tmp_path / FILE).write_text(json.dumps({**data, "reader": "an older one"}))
    read(tmp_path, times)
    assert len(times) == 2


def test_garbage_counts_as_nothing(tmp_path):
    for text in ("", "[]", "{", '{"reader": 1}', "null"):
        (tmp_path / FILE).write_text(text)
        assert read(tmp_path, []) == LOCKS


def test_a_folder_that_cannot_be_written_keeps_nothing(tmp_path):
    times = []
    (tmp_path / "file").write_text("no folder")
    assert read(tmp_path / "file", times) == LOCKS
    assert read(tmp_path / "file", times) == LOCKS
    assert len(times) == 2
