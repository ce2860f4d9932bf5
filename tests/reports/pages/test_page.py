"""The page as text: it loads nothing, runs nothing of a stranger, and holds what was told."""

import re
from html.parser import HTMLParser

import pytest

from conformance.reports.merge import merge
from conformance.reports.pages.page import SIGNS, as_html, duration, when
from conformance.reports.pages.plots.scale import LogScale, tick_text

from ..documents.runs import FAILING, HOSTILE, PASSING, RUN, hostile, replace

OTHER = [
    replace(event, run=replace(RUN, id="00bb"), **({"subject": "b.py:f"} if n == 1 else {}))
    for n, event in enumerate(FAILING)
]
"""The same run of another subject: the second event says which."""


class Page(HTMLParser):
    """The elements of a page, and the texts in them."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.texts, self.crossed = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in ("meta", "link", "input", "img", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        if self.open[-1:] == [tag]:
            self.open.pop()
        else:
            self.crossed.append(tag)

    def handle_data(self, data):
        if self.open[-1:] not in (["style"], ["script"]):
            self.texts.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.texts).split())


@pytest.mark.parametrize("events", [PASSING, FAILING, hostile(), merge([FAILING, OTHER])])
def test_it_is_well_formed_and_loads_nothing(events):
    page = Page(as_html(events))
    assert not page.open and not page.crossed
    for tag, attributes in page.elements:
        assert not {"src", "onclick", "onerror", "style", "action"} & set(attributes), tag
        if "href" in attributes:
            assert attributes["href"].startswith("#") or attributes["href"] == "data:,"
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    tags = [tag for tag, _ in page.elements]
    assert tags.count("script") == tags.count("style") == tags.count("h1") == 1
    assert {"header", "nav", "main", "footer"} <= set(tags)


def test_the_policy_admits_its_own_script_and_no_other():
    page = Page(as_html(PASSING))
    (policy,) = (a["content"] for tag, a in page.elements if "http-equiv" in a)
    assert policy.startswith("default-src 'none'; ")
    assert re.search(r"script-src 'sha256-[A-Za-z0-9+/]+=*'$", policy)
    assert "unsafe" not in policy


def test_what_a_stranger_says_is_text():
    page = Page(as_html(hostile()))
    assert "img" not in [tag for tag, _ in page.elements]
    assert " ".join(HOSTILE.split()) in page.text


def test_its_top_says_the_verdict_what_was_judged_and_how_much_was_asked():
    text = Page(as_html(FAILING)).text
    top = text[: text.index("Causes (3)")]
    assert "not conformant, with 1 warning (arguments)" in top
    for told in ("gemma4_routing", "my kernel.py:route", "cpu, emulated", "a-host", "torch 2.13",
                 "gate, seed 7", "2027-01-31 12:00 UTC", "4.5 s", "3 causes",
                 "2 checks fail", "1 warning"):  # fmt: skip
        assert told in top


def test_every_cause_and_every_check_is_there():
    page = Page(as_html(FAILING))
    assert "whenever E is no multiple of 32 (31 fails, 32 passes)" in page.text
    assert "arguments: it refuses none of 7 wrong calls" in page.text
    rows = [a for tag, a in page.elements if tag == "details" and "data-check" in a]
    assert [(row["data-check"], row["data-verdict"]) for row in rows] == [
        ("values", "FAIL"), ("sizes", "FAIL"), ("arguments", "WARNING"),
    ]  # fmt: skip


def test_no_verdict_is_told_by_its_colour_alone():
    page = Page(as_html(FAILING))
    assert len(set(SIGNS.values())) == len(SIGNS)
    assert "✕ FAIL" in page.text and "▲ WARNING" in page.text


def test_the_same_cause_in_several_runs_of_an_operator_is_told_once():
    page = Page(as_html(merge([FAILING, OTHER])))
    assert "The same fails in 2 runs: my kernel.py:route, b.py:f" in page.text
    assert page.text.count("whenever E is no multiple of 32") == 1
    assert "1 operator, 2 runs" in page.text


def test_the_same_cause_in_several_operators_is_told_once():
    second = [
        replace(event, run=replace(RUN, id="00bb", operator="other_routing")) for event in FAILING
    ]
    page = Page(as_html(merge([FAILING, second])))
    assert "The same fails in 2 runs: gemma4_routing, other_routing" in page.text
    assert page.text.count("whenever E is no multiple of 32") == 1


def test_plots_say_what_they_show_in_words_too():
    page = Page(as_html(FAILING))
    assert "672 points, 306 of which fail." in page.text
    assert "uses at most 40.0% of its budget" in Page(as_html(PASSING)).text
    images = [a for tag, a in page.elements if tag == "svg"]
    assert len(images) == 3
    known = {a.get("id") for _, a in page.elements}
    for image in images:
        assert image["role"] == "img" and set(image["aria-labelledby"].split()) <= known


def test_a_log_without_times_and_budgets_has_no_plot_of_them():
    plain = [
        replace(e, case_seconds=(), budget_used={}) if hasattr(e, "case_seconds") else e
        for e in PASSING
    ]
    text = Page(as_html(plain)).text
    assert "Sizes and dtypes that were asked" in text
    assert "Error against budget" not in text and "Time against size" not in text


def test_a_run_that_is_broken_off_is_said_to_be():
    assert "This run was broken off." in Page(as_html(FAILING[:3])).text
    assert "broken off" not in Page(as_html(FAILING)).text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "0.0 s"), (4.25, "4.2 s"), (200, "3 min 20 s"), (7300, "2 h 1 min")],
)
def test_durations(seconds, text):
    assert duration(seconds) == text


def test_times_without_a_known_form_stay():
    assert when("2027-01-31T12:00:00.000+00:00") == "2027-01-31 12:00 UTC"
    assert when("") == ""


def test_an_axis_holds_every_value_and_names_powers_of_ten():
    scale = LogScale.over([3, 40, 500], 0, 100)
    assert (scale.least, scale.most) == (1, 1000)
    assert scale(1) == 0 and scale(1000) == 100 and scale(0) == 0
    assert [tick_text(tick) for tick in scale.ticks] == ["1", "10", "100", "1000"]
    assert tick_text(1e-4) == "10⁻⁴" and len(LogScale.over([1e-9, 1e9], 0, 1).ticks) <= 7
