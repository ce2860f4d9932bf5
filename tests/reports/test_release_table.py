"""A table of releases: a grid for each operator, every failure once, and all of it as JSON."""

import json
from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from conformance.events.events import Failure
from conformance.events.verdict import Verdict
from conformance.reports.tables.release_table import as_json, print_table, span

from .table import CASE, CELLS, DRIFTED, FAIL, PASS, RELEASES, TABLE, WRONG, cell, cells_of

FOUND = [finding.as_dict() for finding in WRONG.findings]
REPLAY = f"conformance replay first {CASE} --subject tiny==1.0"
AGAIN = "conformance releases first --release 2.0 --aspect files"


def printed(cells, table=TABLE):
    out = StringIO()
    print_table(Console(file=out, highlight=False, soft_wrap=True, width=160), table, cells)
    return out.getvalue()


def rows(text, operator):
    """The rows of an operator's grid, as words."""
    lines = text[text.index(f"{operator}  (") :].splitlines()
    return [
        [word.strip() for word in line.strip("│").split("│")]
        for line in lines[: next(n for n, line in enumerate(lines) if line.startswith("└"))]
        if line.startswith("│")
    ]


def test_neighbouring_releases_with_equal_verdicts_are_one_row():
    assert rows(printed(CELLS), "first") == [
        ["1.0 ... 1.1", "FAIL", "pass"],
        ["2.0", "pass", "FAIL"],
    ]


def test_releases_that_differ_have_rows_of_their_own():
    assert rows(printed(CELLS), "second") == [
        ["1.0", "-", "-"],
        ["1.1", "ERROR", "pass"],
        ["2.0", "pass", "pass"],
    ]


def test_equal_releases_with_another_between_them_are_not_put_together():
    cells = cells_of("first", values=(PASS, Verdict.NOT_RUN, PASS), files=(PASS, PASS, PASS))
    assert [row[0] for row in rows(printed(cells), "first")] == list(RELEASES)


def test_a_grid_says_where_its_cells_ran():
    text = printed(CELLS)
    assert "first  (emulated: an npu)" in text
    nothing = [cell("1.0", "first", "values", Verdict.UNSUPPORTED, mode="")]
    assert "first  (nothing could be loaded)" in printed(nothing)


def test_a_failure_is_told_once_with_its_report_for_all_releases_that_have_it():
    text = printed(CELLS)
    assert text.count("\nfirst, values, 1.0 ... 1.1 (emulated)\n") == 1
    assert text.count("found   y: off by 1\n") == 1 and f"  replay  {REPLAY}\n" in text


def test_a_failure_without_a_case_says_how_to_ask_again():
    assert f"  again   {AGAIN}\n" in printed(CELLS)
    assert printed(CELLS).count("again   ") == 1


def test_what_was_not_asked_and_what_was_not_decided_is_told_with_its_reason():
    text = printed(CELLS)
    failures, undecided, unasked = (
        text.index(f"\n{title}\n")
        for title in ("failures", "could not be decided", "not asked (-)")
    )
    assert failures < undecided < unasked
    assert "\n  values: RuntimeError: broke (second)" in text[undecided:unasked]
    assert "  everything: 1.0 has none (second)\n" in text[unasked:]


def test_a_reason_that_several_operators_share_is_told_once():
    cells = [cell("1.0", name, "values", Verdict.UNSUPPORTED, reason="no network")
             for name in ("first", "second")]  # fmt: skip
    assert "  values: no network (first, second)\n" in printed(cells)


def test_the_same_finding_elsewhere_is_the_same_and_under_another_condition_is_not():
    def drifted(**more):
        return Failure("", (replace(DRIFTED.findings[0], **more),))

    cells = [cell("1.0", "first", "files", FAIL, drifted(where="line 3")),
             cell("1.1", "first", "files", FAIL, drifted(where="line 9")),
             cell("2.0", "first", "files", FAIL, drifted(condition="on Sundays"))]  # fmt: skip
    text = printed(cells)
    assert "\nfirst, files, 1.0 ... 1.1 (emulated)\n" in text
    assert "\nfirst, files, 2.0 (emulated)\n" in text and "  when    on Sundays\n" in text


def test_a_reason_that_holds_for_every_aspect_is_told_once_for_all():
    cells = [cell("1.0", "first", aspect, Verdict.UNSUPPORTED, reason="1.0 has none")
             for aspect in TABLE.aspects]  # fmt: skip
    assert "\n  everything: 1.0 has none (first)\n" in printed(cells)


def test_failures_stand_operator_by_operator_and_repeat_nothing():
    cells = [cell("1.1", "second", "values", FAIL, DRIFTED),
             cell("1.0", "first", "files", FAIL, DRIFTED),
             cell("1.0", "first", "values", FAIL, WRONG)]  # fmt: skip
    text = printed(cells)
    heads = [line for line in text.splitlines() if line.endswith("(emulated)")]
    assert heads == [
        "first, values, 1.0 (emulated)", "first, files, 1.0 (emulated)",
        "second, values, 1.1 (emulated)",
    ]  # fmt: skip
    # The case stands in the command that replays it.
    assert text.count(CASE) == 1 and "asked " not in text


def test_a_table_in_which_all_is_well_has_nothing_more_to_say():
    cells = [c for name in ("first", "second")
             for c in cells_of(name, values=(PASS,) * 3, files=(PASS,) * 3)]  # fmt: skip
    assert not {"failures", "could not be decided", "not asked (-)"} & set(
        printed(cells).splitlines()
    )


def test_a_failure_is_told_only_of_releases_that_have_it():
    cells = [
        cell("1.0", "first", "values", Verdict.FAIL, WRONG),
        cell("1.1", "first", "values", PASS),
        cell("2.0", "first", "values", Verdict.FAIL, WRONG),
    ]
    assert "1.0 ... 2.0" not in printed(cells)


def test_an_aspect_that_an_operator_does_not_have_is_no_question_left_open():
    assert "?" not in printed(cells_of("first", values=(PASS,) * 3))


@pytest.mark.parametrize(
    ("releases", "text"), [(["1.0"], "1.0"), (["1.0", "1.1", "2.0"], "1.0 ... 2.0")]
)
def test_releases_in_few_words(releases, text):
    assert span(releases) == text


def test_text_of_a_release_is_not_taken_for_markup():
    reason = "[bold]x[/bold] \x1b[31m"
    text = printed([cell("1.0", "first", "values", Verdict.ERROR, reason=reason)])
    assert "[bold]x[/bold] �[31m" in text


def test_the_json_document_holds_every_cell():
    document = json.loads(as_json(TABLE, CELLS))
    assert (document["format"], document["package"]) == (1, "tiny")
    assert document["releases"] == list(RELEASES)
    assert (document["operators"], document["aspects"]) == (
        ["first", "second"],
        ["values", "files"],
    )
    kept = [(c["release"], c["operator"], c["aspect"], c["verdict"]) for c in document["cells"]]
    assert kept == [(c.release, c.operator, c.aspect, str(c.finished.verdict)) for c in CELLS]


def test_a_cell_has_all_that_its_failure_needs_to_come_again():
    cells = json.loads(as_json(TABLE, CELLS))["cells"]
    assert cells[0] == {
        "release": "1.0", "operator": "first", "aspect": "values", "verdict": "FAIL",
        "mode": "emulated: an npu", "cases": 2, "reason": "",
        "failures": [{"case": CASE, "findings": FOUND, "replay": REPLAY}],
    }  # fmt: skip
    assert cells[5]["failures"][0]["replay"] == AGAIN
    assert (cells[8]["reason"], cells[8]["failures"]) == ("RuntimeError: broke", [])
