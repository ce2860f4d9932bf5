"""The smallest condition under which a planted fault shows is found, and said as a person would."""

import pytest

from conformance.reports.clusters import clusters_of

from .planted import IDS, WEIGHTS, asked


def odd(case):
    return any(spec.layout != "dense" for spec in case.tensors.values())


def condition(shows, **more):
    (cluster,) = clusters_of([asked("values", {IDS: shows}, **more)])
    return cluster.condition


@pytest.mark.parametrize(
    ("shows", "told"),
    [
        (lambda c: True, "in every case that values asks (288 were asked)"),
        (lambda c: c.axes["T"] >= 129, "whenever T >= 129 (129 fails, 128 passes)"),
        (lambda c: c.axes["T"] > 150, "whenever T >= 200 (200 fails, 129 passes)"),
        (lambda c: c.axes["K"] <= 2, "whenever K <= 2 (2 fails, 8 passes)"),
        (
            lambda c: c.axes["E"] % 32 > 0,
            "whenever E is no multiple of 32 (31 fails, 32 passes)",
        ),
        (lambda c: c.axes["E"] == 33, "whenever E is 33"),
        (lambda c: c.tensors["x"].dtype == "bfloat16", "only with x bfloat16"),
        (
            lambda c: c.tensors["x"].dtype == "bfloat16" and c.axes["K"] >= 9,
            "only with x bfloat16 and K >= 9 (9 fails, 8 passes)",
        ),
        (
            lambda c: (
                c.tensors["x"].dtype == "bfloat16" and c.axes["K"] >= 9 and c.axes["E"] % 32 > 0
            ),
            "only with x bfloat16 and K >= 9 (9 fails, 8 passes)"
            " and E is no multiple of 32 (31 fails, 32 passes)",
        ),
    ],
)
def test_the_condition_is_that_of_the_fault(shows, told):
    assert condition(shows) == told


def test_layouts_and_patterns_are_conditions_too():
    layouts = ("dense", "sliced", "transposed", "padded-rows")
    assert condition(odd, layouts=layouts) == "only in non-contiguous layouts"
    assert condition(lambda c: c.tensors["x"].layout == "sliced", layouts=layouts) == (
        "whenever x is sliced"
    )
    values = ("normal", "row-nan", "all-nan", "few-nan", "nan-signed", "ties")
    assert condition(lambda c: "nan" in c.tensors["x"].values, values=values) == (
        "only with x of patterns with nan"
    )


def test_two_sizes_that_are_equal_are_a_condition():
    assert condition(lambda c: c.axes["T"] == c.axes["E"]) == "whenever T = E"


def test_a_condition_that_passing_cases_fulfil_says_how_many_fail():
    lucky = iter(range(10**6))

    def mostly(case):
        return case.axes["T"] >= 129 and next(lucky) % 10 > 0

    told = condition(mostly)
    assert told == "whenever T >= 129 (129 fails, 128 passes): in 86 of 96 such cases"


def test_no_condition_is_invented_where_none_tells_failing_cases_from_others():
    lucky = iter(range(10**6))
    assert condition(lambda c: next(lucky) % 7 == 0) == (
        "in 42 of 288 cases; no condition tells them from the others"
    )


def test_nearly_every_case_is_said_to_be_just_that():
    lucky = iter(range(10**6))
    assert condition(lambda c: next(lucky) % 41 > 0) == "in nearly every case (280 of 288)"


def test_a_check_that_passes_counts_where_it_would_have_shown_the_fault():
    layout = asked("layout", {IDS: odd}, layouts=("sliced", "transposed"))
    alone = clusters_of([layout])[0].condition
    assert alone == "in every case that layout asks (576 were asked)"
    dense = asked("values", {})
    assert clusters_of([dense, layout])[0].condition == "only in non-contiguous layouts"
    # Bounds are not what it asks about: that its cases pass says nothing.
    other = asked("bounds", {})
    assert clusters_of([other, layout])[0].condition == alone


def test_a_log_without_cases_says_nothing_of_conditions():
    from dataclasses import replace

    event = asked("values", {WEIGHTS: lambda c: True})
    failure = replace(event.failures[0], shown_by=())
    old = replace(event, failures=(failure,), asked=())
    assert clusters_of([old])[0].condition == "in the only case that was asked"
