"""Several ways of running engines, as one table."""

from dataclasses import replace
from io import StringIO

from rich.console import Console

from conformance.events.events import AllFinished, CheckFinished, RunStarted
from conformance.events.identity import RunIdentity
from conformance.events.verdict import Verdict
from conformance.reports.tables.mode_table import ModeTable

STOCK = RunIdentity("1", "generate_a", "vllm")
ROUTED = RunIdentity("2", "generate_a", "vllm", options=("--router", "ours"))
OTHER = RunIdentity("3", "generate_b", "vllm")
NAMES = {("generate_a", "vllm"): "stock", ("generate_a", "vllm", "--router", "ours"): "our router"}
FINISHED = AllFinished(Verdict.FAIL, {"generate_a": Verdict.FAIL}, 1.0)


def finished(run, check, verdict):
    return replace(CheckFinished(check, "?", verdict), run=run)


def table(*events):
    out = StringIO()
    listener = ModeTable(NAMES, Console(file=out, width=100))
    for event in events:
        listener(event)
    return [line for line in out.getvalue().splitlines() if "│" in line or "┃" in line], out


def started(*runs):
    return [replace(RunStarted("quick", 1), run=run) for run in runs]


def test_a_row_for_each_mode_and_a_column_for_each_check():
    lines, out = table(
        *started(STOCK, ROUTED),
        finished(STOCK, "load", Verdict.PASS), finished(STOCK, "tokens", Verdict.PASS),
        finished(STOCK, "kernels_ran", Verdict.UNSUPPORTED),
        finished(ROUTED, "load", Verdict.PASS), finished(ROUTED, "tokens", Verdict.FAIL),
        FINISHED,
    )  # fmt: skip
    words = [[cell.strip() for cell in line.strip("│┃").split(line[0])] for line in lines]
    assert words == [
        ["mode", "tokens", "kernels ran"],
        ["stock", "pass", "-"],
        ["our router", "FAIL", ""],
    ]
    assert "could not be asked here" in out.getvalue()


def test_what_could_not_be_loaded_has_no_answer_to_anything():
    lines, _ = table(
        *started(STOCK, ROUTED),
        finished(STOCK, "load", Verdict.PASS), finished(STOCK, "tokens", Verdict.PASS),
        finished(ROUTED, "load", Verdict.ERROR), FINISHED,
    )  # fmt: skip
    assert "our router │ ERROR" in lines[-1]


def test_where_nothing_could_be_loaded_the_table_says_that():
    lines, _ = table(*started(OTHER), finished(OTHER, "load", Verdict.UNSUPPORTED), FINISHED)
    assert [line.split() for line in lines] == [["┃", "mode", "┃", "load", "┃"],
                                                ["│", "vllm", "│", "-", "│"]]  # fmt: skip
