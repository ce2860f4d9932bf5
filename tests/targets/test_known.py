"""What was built before is not built again."""

import sqlite3

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
        assert file.execute("SELECT count(*) FROM builds").fetchone() == (0,)
