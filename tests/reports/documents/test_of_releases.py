"""The table of releases is told in every format: a run for each operator of each release."""

import pytest

from conformance.events.events import AllFinished, CheckFinished, RunFinished
from conformance.events.verdict import Verdict
from conformance.reports.documents.formats import Format, render
from conformance.reports.documents.of_releases import events_of
from conformance.reports.documents.told_run import told_runs

from ..table import CELLS, TABLE

EVENTS = events_of(TABLE, CELLS, {"torch": "2.13"})


def test_every_cell_is_a_check_of_the_run_of_its_operator_and_release():
    told = {
        (each.run.operator, each.run.subject, event.check): event
        for each in told_runs(EVENTS)
        for event in each.checks
    }
    assert len(told) == len(CELLS)
    for cell in CELLS:
        subject = f"{TABLE.package}=={cell.release}"
        event = told[cell.operator, subject, cell.aspect]
        assert event.verdict is cell.finished.verdict


def test_a_run_comes_to_what_its_cells_come_to_and_all_to_the_newest_release():
    for each in told_runs(EVENTS):
        verdicts = {event.verdict for event in each.checks}
        assert (each.end.verdict is Verdict.FAIL) == (Verdict.FAIL in verdicts)
        assert isinstance(each.end, RunFinished) and each.end.complete
    end = EVENTS[-1]
    newest = {c.finished.verdict for c in CELLS if c.release == TABLE.releases[-1]}
    assert isinstance(end, AllFinished)
    assert (end.verdict is Verdict.FAIL) == (Verdict.FAIL in newest)


@pytest.mark.parametrize("wanted", list(Format))
def test_every_format_tells_it(wanted):
    text = render(wanted, EVENTS)
    fails = any(isinstance(e, CheckFinished) and e.verdict is Verdict.FAIL for e in EVENTS)
    assert fails and (TABLE.package in text or (wanted is Format.GITHUB and "::error" in text))
