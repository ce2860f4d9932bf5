"""What is collected: items with ids that pytest takes, counted as pytest counts."""

import pytest

from conformance.checks import CHECKS

from .project import DOUBLE, ID, write

EVERY = ["load", *(check.id for check in CHECKS)]
RIGHT = (*DOUBLE, "--conformance-subject", "op.py:right")
QUIET = ("-q", "--collect-only", "-p", "no:cacheprovider")


@pytest.fixture
def collected(pytester):
    """The ids that pytest would run, asked with further words in the small project."""
    write(pytester.path)

    def collected(*words):
        result = pytester.runpytest_inprocess(*QUIET, *words)
        collected.result = result
        return [line for line in result.outlines if "::" in line]

    return collected


def test_there_is_an_item_for_loading_and_one_for_each_check(collected):
    ids = [f"{ID}op.py:right::{check}" for check in EVERY]
    assert collected(*RIGHT) == ["test_beside.py::test_beside", *ids]
    assert f"{len(EVERY) + 1} tests collected" in collected.result.outlines[-1]


def test_the_tree_shows_operator_subject_and_check(pytester):
    write(pytester.path)
    result = pytester.runpytest_inprocess("--collect-only", *RIGHT)
    result.stdout.fnmatch_lines(
        [
            f"collected {len(EVERY) + 1} items",
            "*<Conformance conformance>",
            "*<ConformanceOperator op.py:DOUBLE>",
            "*<ConformanceSubject op.py:right>",
            "*<ConformanceCheck load>",
            "*<ConformanceCheck values>",
        ]
    )


@pytest.mark.parametrize(
    ("words", "left"),
    [
        (["-k", "values or layout"], ["values", "layout"]),
        (["-k", "DOUBLE and load"], ["load"]),
        (["--deselect", f"{ID}op.py:right", "test_beside.py"], []),
        (["--deselect", f"{ID}op.py:right::load"], EVERY[1:]),
    ],
    ids=str,
)
def test_what_is_left_out_is_counted(collected, words, left):
    ids = [id_ for id_ in collected(*RIGHT, *words) if id_.startswith(ID)]
    assert ids == [f"{ID}op.py:right::{check}" for check in left]
    text, whole = collected.result.outlines[-1], len(EVERY) + 1
    beside = "-k" not in words
    assert f"{len(left) + beside}/{whole} tests collected" in text
    assert f"({whole - len(left) - beside} deselected)" in text


def test_an_id_that_pytest_prints_can_be_given_and_asks_nothing_else(collected):
    id_ = f"{ID}op.py:right::values"
    assert collected(id_) == [id_]
    assert collected(*RIGHT, id_) == [id_]
    assert collected(id_, "test_beside.py") == ["test_beside.py::test_beside", id_]
    assert collected("test_beside.py") == ["test_beside.py::test_beside"]


def test_the_id_of_a_subject_and_of_an_operator_name_all_below(collected):
    every = [f"{ID}op.py:right::{check}" for check in EVERY]
    assert collected(f"{ID}op.py:right") == every
    assert collected(*RIGHT, ID.removesuffix("::")) == every
    assert collected(f"{ID}op.py:right::load", f"{ID}op.py:right") == every


ODD = [
    "conformance::gemma4_routing::vllm==0.32.0::values",
    "conformance::gemma4_routing::conformance_kernels.gemma4_routing.torch_route:route_torch::ties",
    "conformance::gemma4_routing::triton::values",
    "conformance::gemma4_routing::op.py:right::values[cuda:1]",
    "conformance::rms_norm::values",
    "conformance::rms_norm::_C::rms_norm::values",
    f"{ID}op.py:right::layout",
]


def test_ids_of_several_operators_subjects_and_devices_are_read_as_printed(collected):
    assert sorted(collected(*ODD)) == sorted(ODD)
    for id_ in ODD:
        assert collected(id_) == [id_]


def test_every_operator_is_asked_of_every_subject_on_every_device(collected):
    words = [*RIGHT, "--conformance-operator", "gemma4_routing", "-k", "values"]
    words += ["--conformance-subject", "op.py:wrong", "--conformance-device", "cpu"]
    assert collected(*words, "--conformance-device", "cuda") == [
        f"conformance::{operator}::op.py:{subject}::values{device}"
        for operator in ("op.py:DOUBLE", "gemma4_routing")
        for device in ("", "[cuda]")
        for subject in ("right", "wrong")
    ]


def test_an_operator_alone_asks_its_own_subject(collected):
    assert collected("--conformance-operator", "rms_norm", "-k", "ties or poison") == [
        "conformance::rms_norm::ties", "conformance::rms_norm::poison",
    ]  # fmt: skip


def test_a_subject_that_is_given_twice_is_asked_once(collected):
    assert len(collected(*RIGHT, "--conformance-subject", "op.py:right", "-k", "load")) == 1


def test_only_the_checks_that_are_named_are_items(collected):
    ids = collected(*RIGHT, "--conformance-check", "values", "--conformance-check", "bounds")
    assert ids[1:] == [f"{ID}op.py:right::{check}" for check in ("load", "values", "bounds")]


def test_who_only_lists_items_asks_for_no_verdict(collected):
    collected(*RIGHT)
    assert collected.result.ret == pytest.ExitCode.OK
    assert "nothing was decided" not in collected.result.stdout.str()


CONFIGURATION = """
profile = "quick"
checks = ["values", "layout"]

[operators.double]
contract = "op.py:DOUBLE"
subjects = ["op.py:right", "op.py:wrong"]

[operators.rms_norm]
checks = ["ties"]
"""


def test_what_is_configured_is_asked_only_if_somebody_asks(collected, pytester):
    write(pytester.path, **{"conformance.toml": CONFIGURATION})
    assert collected() == ["test_beside.py::test_beside"]
    assert collected("test_beside.py", "--conformance") == [
        "test_beside.py::test_beside",
        *(
            f"conformance::double::op.py:{subject}::{check}"
            for subject in ("right", "wrong")
            for check in ("load", "values", "layout")
        ),
        "conformance::rms_norm::load",
        "conformance::rms_norm::ties",
    ]


def test_a_configured_operator_is_called_by_its_name(collected, pytester):
    write(pytester.path, **{"conformance.toml": CONFIGURATION})
    id_ = "conformance::double::op.py:wrong::values"
    assert collected(id_) == [id_]
    words = ["--conformance-operator", "double", "--conformance-check", "poison"]
    assert collected(*words, "-k", "poison and wrong") == [
        "conformance::double::op.py:wrong::poison"
    ]
