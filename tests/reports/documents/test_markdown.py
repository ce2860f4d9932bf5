"""Markdown for a pull request: a table, the causes, and nothing of a stranger that is markup."""

import re

from conformance.events.identity import new_id
from conformance.events.verdict import Verdict
from conformance.reports.documents.markdown import MOST_CAUSES, as_markdown, code
from conformance.reports.merge import merge

from ..clusters.planted import IDS, asked
from ..clusters.test_causes import tail
from .runs import FAILING, HOSTILE, PASSING, RUN, hostile, replace, run_of


def test_a_run_that_passes_is_a_table():
    lines = as_markdown(PASSING).splitlines()
    assert lines[0] == "### ✅ Conformance: conformant"
    assert lines[-1] == (
        "| ✅ | `gemma4_routing` | `my kernel.py:route` on `cpu, emulated` |"
        " conformant: 2 PASS in 4.5 s |  |"
    )


def test_each_cause_is_told_with_its_condition_and_a_report_to_unfold():
    text = as_markdown(FAILING)
    assert text.startswith("### ❌ Conformance: not conformant, with 1 warning (arguments)\n")
    assert "❌ **`gemma4_routing`** `ids: ids outside the range`  \n" in text
    assert "`whenever E is no multiple of 32 (31 fails, 32 passes)`  \n" in text
    assert "⚠️ **`gemma4_routing`** `arguments: it refuses none of 7 wrong calls`" in text
    assert text.count("<details>") == text.count("</details>") == 3
    assert "\n  replay  conformance replay gemma4_routing route@values@T=1," in text


def test_text_of_strangers_is_code():
    text = as_markdown(hostile())
    outside = re.sub(r"(?ms)^(`{3,})text$.*?^\1$", "", text)
    outside = re.sub(r"(?s)(?<!`)(`+)(?!`)(.*?)(?<!`)\1(?!`)", "", outside)
    assert "onerror" not in outside and "@all" not in outside and "::error" not in outside
    assert "\n::" not in text
    (row,) = (line for line in text.splitlines() if line.startswith("| ❌"))
    assert len(re.findall(r"(?<!\\)\|", row)) == 6


def test_code_keeps_backticks_apart():
    assert code("a`b``c") == "```a`b``c```"
    assert code("`x`") == "`` `x` ``"
    assert code("a\nb") == "`a\\nb`" and code("") == "` `"
    assert HOSTILE.split("\n")[0] in code(HOSTILE)


def test_a_log_of_many_runs_stays_short_enough_for_a_comment():
    event = asked("values", {IDS: tail})
    many = [replace(RUN, id=new_id(), subject=f"s{number}") for number in range(60)]
    runs = [run_of([event], Verdict.FAIL, run) for run in many]
    text = as_markdown(merge(runs))
    assert f"{60 - MOST_CAUSES} further causes are not shown." in text
    assert text.count("<details>") == MOST_CAUSES and len(text) < 65536
