"""A table of three releases of two operators, filled in."""

from conformance.events.events import CheckFinished, Failure
from conformance.events.finding import Finding
from conformance.events.request import Limits
from conformance.events.verdict import Verdict
from conformance.runs.releases import Cell, Table

RELEASES = ("1.0", "1.1", "2.0")
TABLE = Table("tiny", RELEASES, {"first": None, "second": None}, ("values", "files"), Limits())
CASE = "first@values@N=4,x=float32/normal/dense,seed=0"
WRONG = Failure(CASE, (Finding("y", "off by 1", got="2", wanted="1"),))
DRIFTED = Failure("", (Finding("file", "is not as it was", where="line 3"),))


def cell(release, operator, aspect, verdict, *failures, reason="", mode="emulated: an npu"):
    finished = CheckFinished(aspect, "?", verdict, 2, 0.5, reason, failures)
    return Cell(release, operator, aspect, finished, mode)


def cells_of(operator, **verdicts):
    """The cells of an operator: for each aspect the verdicts of the releases in order."""
    return [
        cell(release, operator, aspect, verdict)
        for number, release in enumerate(RELEASES)
        for aspect, words in verdicts.items()
        for verdict in [words[number]]
    ]


PASS, FAIL = Verdict.PASS, Verdict.FAIL
CELLS = [
    cell("1.0", "first", "values", FAIL, WRONG),
    cell("1.0", "first", "files", PASS),
    cell("1.1", "first", "values", FAIL, WRONG),
    cell("1.1", "first", "files", PASS),
    cell("2.0", "first", "values", PASS),
    cell("2.0", "first", "files", FAIL, DRIFTED),
    cell("1.0", "second", "values", Verdict.UNSUPPORTED, reason="1.0 has none", mode=""),
    cell("1.0", "second", "files", Verdict.UNSUPPORTED, reason="1.0 has none", mode=""),
    cell("1.1", "second", "values", Verdict.ERROR, reason="RuntimeError: broke"),
    cell("1.1", "second", "files", PASS),
    cell("2.0", "second", "values", PASS),
    cell("2.0", "second", "files", PASS),
]
