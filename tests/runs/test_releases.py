"""Every release, every operator, every aspect: a cell for each, whatever happens to one."""

import sys

import pytest

from conformance.catalogue.objects import load_object
from conformance.events.events import CheckFinished
from conformance.events.request import Limits
from conformance.events.verdict import Verdict
from conformance.runs.releases import Cell, Table, fill_in, undecided

from ..stateful.package import NAMES, install, processes

VERSIONS = ("1.0", "2.0", "3.0")
ASPECTS = ("right", "beyond", "files")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return install(tmp_path_factory.mktemp("toys"))


@pytest.fixture(scope="module")
def table(folder):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.path", list(sys.path))
        operators = {name: load_object(f"{folder}/toys.py:{name}") for name in NAMES}
    return Table("toys", VERSIONS, operators, ASPECTS, Limits())


@pytest.fixture(scope="module")
def filled(folder, table):
    """The cells, and what was told while they were filled in."""
    told = {}
    (folder / "imports").unlink()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(folder))
        cells = fill_in(table, 2, lambda release, own: told.update({release: own}))
    return {(c.release, c.operator, c.aspect): c for c in cells}, cells, told


def verdicts(filled, release, operator):
    return [str(filled[0][release, operator, aspect].finished.verdict) for aspect in ASPECTS]


def test_there_is_a_cell_for_everything_in_order(filled):
    order = [(r, o, a) for r in VERSIONS for o in NAMES for a in ASPECTS]
    assert [(c.release, c.operator, c.aspect) for c in filled[1]] == order


def test_each_release_is_told_of_when_it_is_there(filled):
    _, cells, told = filled
    assert told == {r: [c for c in cells if c.release == r] for r in VERSIONS}


def test_a_release_is_asked_beyond_what_it_promises(filled):
    assert verdicts(filled, "3.0", "toy_a") == ["PASS", "PASS", "PASS"]
    assert filled[0]["3.0", "toy_a", "beyond"].finished.cases == 1


def test_a_failure_has_its_smallest_case_within_the_promise(filled):
    assert verdicts(filled, "1.0", "toy_a") == ["FAIL", "FAIL", "PASS"]
    within, beyond = (filled[0]["1.0", "toy_a", a].finished.failures[0] for a in ASPECTS[:2])
    assert within.case.startswith("toy_a@values@N=4,")
    assert beyond.case.startswith("toy_a@values@N=1,")


def test_what_files_say_is_a_failure_without_a_case(filled):
    assert verdicts(filled, "3.0", "toy_b") == ["PASS", "UNSUPPORTED", "FAIL"]
    finished = filled[0]["3.0", "toy_b", "files"].finished
    assert finished.failures[0].findings[0].message == "is not as it was"
    assert filled[0]["3.0", "toy_b", "beyond"].finished.reason == "toy_b has none"


def test_an_operator_that_a_release_does_not_hold_is_not_asked(filled):
    assert verdicts(filled, "1.0", "toy_b") == ["UNSUPPORTED"] * 3
    cell = filled[0]["1.0", "toy_b", "right"]
    assert (cell.finished.reason, cell.mode) == ("toys 1.0 has no toy_b", "")


@pytest.mark.parametrize("verdict", [Verdict.UNSUPPORTED, Verdict.FAIL, Verdict.ERROR])
def test_what_comes_of_loading_is_what_comes_of_every_cell(table, monkeypatch, verdict):
    broken = CheckFinished("load", "?", verdict, reason="no network")

    class Unloaded:
        ready = None

        def __init__(self, request, emit):
            pass

        def __enter__(self):
            return self

        def __exit__(self, *exception):
            pass

        def turn_to(self, request, emit):
            return broken

        def kill(self):
            pass

        def close(self):
            pass

    monkeypatch.setattr("conformance.runs.shared.Session", Unloaded)
    cells = fill_in(table, 1, lambda release, own: None)
    assert len(cells) == len(VERSIONS) * len(NAMES) * len(ASPECTS)
    assert {(c.finished.verdict, c.finished.reason) for c in cells} == {(verdict, "no network")}
    assert {c.finished.check for c in cells} == set(ASPECTS)


def test_a_crash_leaves_the_other_cells_alone(filled):
    assert verdicts(filled, "2.0", "toy_a")[2] == "PASS"
    assert verdicts(filled, "2.0", "toy_b") == ["PASS", "UNSUPPORTED", "PASS"]


def test_a_crash_within_a_call_is_the_release_s_failure(filled):
    assert verdicts(filled, "2.0", "toy_a")[:2] == ["FAIL", "FAIL"]


def test_every_cell_says_where_it_ran(filled):
    assert filled[0]["3.0", "toy_a", "right"].mode == "emulated: a toy device"


def test_operators_of_one_release_share_a_process_and_releases_share_none(filled, folder):
    called = processes(folder, "calls")
    assert len(set(called)) == len({"2.0, toy_b", "3.0, toy_a and toy_b"})


def test_only_what_nothing_was_found_out_about_is_undecided():
    cells = [Cell("1.0", "o", v.lower(), CheckFinished("a", "?", v)) for v in Verdict]
    assert [cell.aspect for cell in undecided(cells)] == ["not_run", "error"]


def test_only_the_aspects_that_are_wanted_are_asked(filled, table):
    assert "never" in {aspect.id for aspect in table.operators["toy_a"].aspects}
    assert {cell.aspect for cell in filled[1]} == set(ASPECTS)
