"""A table for people, a document for machines, a picture for both."""

import json
from dataclasses import replace
from xml.etree import ElementTree

from rich.console import Console

from conformance.measuring.document import as_json
from conformance.measuring.request import WALL
from conformance.measuring.told import Figure, Standing
from conformance.reports.measured.compared import sentence
from conformance.reports.measured.plot import plot
from conformance.reports.measured.table import number, print_measured
from tests.measuring.told import result

SVG = "{http://www.w3.org/2000/svg}"


def text_of(found):
    console = Console(width=200, highlight=False, soft_wrap=True)
    with console.capture() as captured:
        print_measured(console, found)
    return captured.get()


def test_the_table_holds_times_spread_and_ratios():
    lines = text_of(result(noise=0.0)).splitlines()
    assert lines[0] == "toy on cpu: Toy 1; torch 2, Triton 3"
    assert "20 rounds, interleaved; seed 7" in lines[1]
    mine = next(line for line in lines if line.startswith("  mine"))
    assert mine.split() == ["mine", "10.0", "±0.00", "1.00x"]
    eager = next(line for line in lines if line.startswith("  eager"))
    assert eager.split()[:5] == ["eager", "peer", "40.0", "±0.00", "4.00x"]
    assert "mine: conformant as far as looked at: answers right at 1 of 2 points" in lines


def test_a_figure_without_right_answers_is_marked_everywhere():
    found = result()
    found.hear(Standing("mine", False, "y: off by 3\x1b[31m", 1))
    table = text_of(found)
    assert "NOT CONFORMANT" in table and "\x1b" not in table
    (mine,) = (c for c in json.loads(as_json([found]))["runs"][0]["contestants"]
               if c["name"] == "mine")  # fmt: skip
    assert mine["conformant"] is False and mine["answers"].startswith("y: off by 3")
    assert "mine (not conformant)" in plot(found)
    assert "eager (not checked)" in plot(found)


def test_an_emulated_figure_is_marked_and_has_no_ratio():
    found = result()
    for point in found.points:
        point.figures["mine", WALL] = replace(point.figures["mine", WALL], emulated=True)
    table = text_of(found)
    assert "EMULATED: Triton does not compile for this device" in table
    assert next(line for line in table.splitlines() if line.startswith("  eager")).count("x") == 0
    run = json.loads(as_json([found]))["runs"][0]
    (mine,) = (f for f in run["points"][0]["figures"] if f["name"] == "mine")
    assert mine["emulated"] is True and mine["ratios"] == {}
    assert "mine (emulated)" in plot(found)


def test_a_name_of_two_words_keeps_its_reason():
    found = result()
    found.contestants["two words"] = replace(found.contestants["eager"], name="two words")
    found.hear(Figure(0, "two words", WALL, error="cannot be captured"))
    table = text_of(found)
    assert "two words: - stands for: cannot be captured" in table
    line = next(line for line in table.splitlines() if line.startswith("  two words"))
    assert line.split()[:4] == ["two", "words", "peer", "-"]


def test_sizes_that_stand_apart_have_a_plot_each():
    found = result()
    assert plot(found).count('class="title"') == 1
    found.apart = ("N",)
    assert plot(found).count('class="title"') == 2 and "N=512 float32" in plot(found)


def test_who_ended_the_process_is_told():
    found = result()
    found.hear(Figure(1, "mine", "", error="the process died of SIGSEGV"))
    assert "mine: CRASHED: the process died of SIGSEGV" in text_of(found)
    run = json.loads(as_json([found]))["runs"][0]
    assert run["contestants"][0]["ended_the_process"] == "the process died of SIGSEGV"


def test_the_document_holds_every_sample_and_what_they_say():
    run = json.loads(as_json([result()]))["runs"][0]
    assert (run["operator"], run["seed"], run["complete"]) == ("toy", 7, True)
    assert run["machine"]["architecture"] == "toy"
    figure = run["points"][1]["figures"][0]
    assert {*figure} >= {"median", "lower", "upper", "least", "count", "samples", "ratios"}
    assert figure["count"] == len(figure["samples"]) == 20
    assert set(figure["ratios"]) == {"eager", "launch", "bandwidth"}
    slim = json.loads(as_json([result()], samples=False))["runs"][0]["points"][1]["figures"][0]
    assert "samples" not in slim and slim["ratios"] == figure["ratios"]


def test_the_plot_is_a_picture_with_a_line_for_each_and_dashed_floors():
    tree = ElementTree.fromstring(plot(result()))
    lines = tree.findall(f".//{SVG}polyline")
    assert [line.get("class") for line in lines] == ["line", "line", "line floor", "line floor"]
    for line in lines:
        xs, ys = zip(*(map(float, p.split(",")) for p in line.get("points").split()), strict=True)
        assert xs[0] < xs[1] and ys[0] > ys[1], "larger sizes to the right, longer times above"
    texts = [text.text for text in tree.findall(f".//{SVG}text")]
    assert "elements (N)" in texts and "microseconds a call" in texts
    assert not tree.findall(f".//{SVG}script")


def test_a_name_cannot_leave_its_place_in_the_plot():
    found = result()
    found.contestants["<script>"] = replace(found.contestants.pop("eager"), name="<script>")
    for point in found.points:
        figure = point.figures.pop(("eager", WALL))
        point.figures["<script>", WALL] = replace(figure, name="<script>")
    assert "<script>" not in plot(found)
    ElementTree.fromstring(plot(found))


def test_numbers_have_three_digits_that_count():
    assert [number(value) for value in (0.00123, 0.5, 1.234, 12.34, 123.4, 12345.6)] == [
        "0.0012", "0.50", "1.23", "12.3", "123", "12346",
    ]  # fmt: skip


def test_nothing_to_compare_is_no_success():
    assert sentence([]) == "nothing could be compared"
