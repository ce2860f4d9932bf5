"""What was built before is not built again."""

import json
import sqlite3
import subprocess
import sys

import pytest
import triton
import triton.language as tl

from conformance.targets import build as building
from conformance.targets.build import Job, MachineTrouble, build_all
from conformance.targets.gpus import gpu
from conformance.targets.known import Known
from conformance.triton_compiler import Signature

TYPES = {"source": "*fp32", "target": "*fp32"}


@triton.jit
def _copy(source, target):
    tl.store(target, tl.load(source))


def _cut_to(part):
    def cut(path):
        content = path.read_bytes()
        path.write_bytes(content[: part if isinstance(part, int) else int(part * len(content))])

    return cut


def _overwritten(path):
    content = bytearray(path.read_bytes())
    content[4096 : len(content) - 4096] = b"\xa5" * (len(content) - 8192)
    path.write_bytes(content)


def _job(whole=True, name="sm_90", **options):
    return Job(Signature(_copy, TYPES, {}, {}, options), gpu(name), whole)


@pytest.fixture
def known(tmp_path):
    return Known(tmp_path / "builds.sqlite")


def _built(jobs, known):
    places = []
    results = build_all(jobs, places.append, known)
    return results, sorted(places)


def test_the_second_time_nothing_is_built(known):
    first, built = _built([_job()], known)
    again, nothing = _built([_job()], known)
    assert (built, nothing) == ([0], []) and first == again
    assert first[0].registers > 0


@pytest.mark.parametrize(
    "other", [_job(whole=False), _job(name="gfx942"), _job(name="sm_80"), _job(num_warps=8)]
)
def test_what_differs_is_built(known, other):
    _built([_job()], known)
    assert _built([other], known)[1] == [0]


def test_equal_jobs_are_built_once(known):
    results, built = _built([_job(), _job()], known)
    assert len(built) == 1 and results[0] == results[1]


def test_a_file_that_is_none_of_ours_costs_time_only(tmp_path):
    path = tmp_path / "builds.sqlite"
    path.write_text("this is no database")
    results, built = _built([_job(whole=False)], Known(path))
    assert built == [0] and len(results) == 1
    assert path.read_text() == "this is no database"


def test_old_results_are_dropped(known, monkeypatch):
    monkeypatch.setattr("conformance.targets.known.KEPT", 3)
    for number in range(6):
        known.add({str(number): "{}"})
    assert sorted(known.get(map(str, range(6)))) == ["3", "4", "5"]


def test_trouble_of_the_machine_is_no_refusal(known, monkeypatch):
    def full(*arguments, **keywords):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(building, "build", full)
    with pytest.raises(MachineTrouble, match="No space left"):
        build_all([_job()], known=known)
    with sqlite3.connect(known._path) as file:
        assert file.execute("SELECT count(*) FROM results").fetchone() == (0,)


def _rows(path, number):
    known = Known(path)
    known.add({f"key {i}": json.dumps({"needs": "x" * 400, "number": i}) for i in range(number)})
    return known


def test_a_result_that_was_altered_in_the_file_is_not_known(known):
    known.add({"a": "right", "b": "right"})
    with sqlite3.connect(known._path) as file:
        file.execute("UPDATE results SET result = 'wrong' WHERE key = 'a'")
    assert known.get(["a", "b"]) == {"b": "right"}
    known.add({"a": "right"})
    assert known.get(["a"]) == {"a": "right"}


@pytest.mark.parametrize("value", [None, 7, b"right"])
def test_a_result_that_is_no_text_is_not_known(known, value):
    known.add({"a": "right"})
    with sqlite3.connect(known._path) as file:
        file.execute("UPDATE results SET result = ?", (value,))
    assert known.get(["a"]) == {}


def test_a_result_without_a_hash_is_not_known(known):
    with sqlite3.connect(known._path) as file:
        file.execute("CREATE TABLE builds (key TEXT PRIMARY KEY, result TEXT)")
        file.execute("INSERT INTO builds VALUES ('a', 'old')")
    assert known.get(["a"]) == {}
    known.add({"a": "new"})
    assert known.get(["a"]) == {"a": "new"}


@pytest.mark.parametrize("damage", [_cut_to(0), _cut_to(100), _cut_to(0.5), _overwritten])
def test_a_damaged_file_is_begun_anew(tmp_path, damage):
    path = tmp_path / "builds.sqlite"
    known, keys = _rows(path, 500), [f"key {i}" for i in range(500)]
    assert len(known.get(keys)) == 500
    damage(path)
    assert all(json.loads(text)["needs"] == "x" * 400 for text in known.get(keys).values())
    for _ in range(2):  # the first attempt may only find the damage
        known.add({"new": "result"})
    assert known.get(["new"]) == {"new": "result"}


def test_a_folder_in_the_place_of_the_file_costs_time_only(tmp_path):
    (tmp_path / "builds.sqlite").mkdir()
    known = Known(tmp_path / "builds.sqlite")
    known.add({"a": "right"})
    assert known.get(["a"]) == {} and (tmp_path / "builds.sqlite").is_dir()


def test_a_cache_that_is_a_file_costs_time_only(tmp_path):
    (tmp_path / "cache").write_text("")
    known = Known(tmp_path / "cache" / "builds.sqlite")
    known.add({"a": "right"})
    assert known.get(["a"]) == {}


def test_a_writer_that_was_killed_leaves_what_was_there_before(known):
    known.add({"a": "right"})
    program = (
        "import os, signal, sqlite3, sys\n"
        "file = sqlite3.connect(sys.argv[1])\n"
        "file.execute('PRAGMA cache_size = 1')\n"
        "file.execute(\"UPDATE results SET result = 'half'\")\n"
        "file.executemany('INSERT INTO results VALUES (?, ?, ?)',\n"
        "                 [(str(i), 'x' * 3000, '') for i in range(300)])\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run([sys.executable, "-c", program, str(known._path)])
    assert killed.returncode == -9 and known._path.with_name("builds.sqlite-journal").exists()
    assert known.get(["a", "1"]) == {"a": "right"}
    known.add({"b": "right"})
    assert known.get(["a", "b"]) == {"a": "right", "b": "right"}
