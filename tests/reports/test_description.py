"""Every kind of argument and output that a contract can have is described in words."""

import inspect
import typing
from dataclasses import replace

import pytest
import torch

from conformance.contract import Axis, Budget, Contract, Operator, Output, Role, TensorArgument
from conformance.reports.described.argument_text import ROLES
from conformance.reports.described.description import describe, lines_of
from conformance.reports.described.stub import signature, stub
from conformance.reports.described.words import number_text, range_text

from .language import CONTRACT


def section(title, contract=CONTRACT):
    for each in describe(Operator(contract, {})):
        if each.title.startswith(title):
            return each.lines
    raise AssertionError(f"no section {title}")


def told(lines, name):
    """The lines about one thing: the one that names it, and those further to the right."""
    start = next(n for n, line in enumerate(lines) if line.startswith(f"{name}: "))
    end = next(
        (n for n in range(start + 1, len(lines)) if not lines[n].startswith("  ")), len(lines)
    )
    return [line.strip() for line in lines[start:end]]


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("x", ["x: (*M, N) float32 or bfloat16", "values", "values: normal", "always dense"]),
        (
            "slots",
            [
                "slots: (M,) int32",
                "where each token goes",
                "integers from 0 to NB * 8 - 1; none twice; -1 stands for nothing",
                "values: uniform, padding-some, padding-first, padding-last, padding-all",
                "wrong ones are refused by callers, so that none is passed",
            ],
        ),
        (
            "residual",
            [
                "residual: (*M, N) in the dtype of x",
                "added before",
                "values: normal",
                "always in the layout of x",
            ],
        ),
        ("q", ["q: (*M, N) int8", "quantised", "output: written, never read; not returned"]),
        (
            "eps",
            ["eps: float, 0 to 8", "added below the root", "usually 1e-06; edges: 0, 1"],
        ),
        ("cap", ["cap: float, or None", "soft cap", "usually None"]),
        ("renormalize", ["renormalize: bool", "make weights sum to 1", "usually True"]),
        (
            "kind",
            ["kind: str, 'auto' or 'fp8', or None", "how it is quantised", "usually 'auto'"],
        ),
        (
            "sinks",
            [
                "sinks: (N,) float32, or None",
                "sinks",
                "usually None, may be given; an implementation that lacks it may refuse it",
                "values: normal",
            ],
        ),
    ],
)
def test_an_argument_is_told_by_its_kind(name, lines):
    assert told(section("arguments"), name) == lines


def test_every_role_has_words():
    assert set(ROLES) == set(Role)


def test_leading_dimensions_are_told_by_their_number_and_lengths():
    first, edges = told(section("axes"), "*M")
    sizes = "0 to 3 leading dimensions, each from 0, usually (5,)"
    assert first == f"*M: tokens of any rank; {sizes}"
    assert edges.startswith("edges: (), (0,), (1,)")


@pytest.mark.parametrize(
    ("name", "last"),
    [
        ("q", ["written into the argument of this name, not returned",
               "judged in value, not by itself"]),
        ("sorted", ["a size with ? depends on data: the reference tells it", "compared exactly",
                    "order of elements: any within a group"]),
        ("value", ["q s", "budget |got - owed| <= 2^-7 m", "source: half a step"]),
    ],
)  # fmt: skip
def test_an_output_is_told_by_how_it_is_judged(name, last):
    assert told(section("outputs"), name)[-len(last) :] == last


def test_the_dtype_of_an_output_that_is_passed_is_told_by_another_name():
    def outputs(**more):
        passed = TensorArgument("y", ("N",), ("float32", "float16"), "2x", role=Role.OUTPUT, **more)
        x = TensorArgument("x", ("N",), ("float32", "float16"), "x")
        contract = Contract(
            name="twice_into", summary="", axes=(Axis("N", "numbers"),), arguments=(x, passed),
            outputs=(Output("y", ("N",), "y", "2x", budget=Budget(0, 0, source="exact")),),
            reference=lambda x: (2 * x,),
        )  # fmt: skip
        return section("outputs", contract)[0]

    assert outputs() == "y: (N,) float32 or float16"
    assert outputs(same_dtype="x") == "y: (N,) in the dtype of x"


def test_a_selection_by_a_score_names_the_score_and_what_is_open():
    lines = told(section("outputs"), "ids")
    assert "the K smallest of x along N" in lines
    assert lines[-2].startswith("compared by the score that ") and ":score gives" in lines[-2]
    near = "2^-20 of the larger one's size"
    assert lines[-1] == f"entries that differ by no more than {near} may be taken for equal"


def test_what_callers_see_to_is_told_as_not_asked():
    assert section("not asked") == list(CONTRACT.not_asked) and len(CONTRACT.not_asked) == 3
    assert not any(line.startswith("slots: ") for line in section("refused"))


def test_empty_parts_are_left_out():
    titles = [each.title for each in describe(Operator(CONTRACT, {}))]
    assert not any(title.startswith(("states", "choices", "subjects")) for title in titles)


def test_lines_fit_the_width_whatever_the_terminal():
    lines = [line for line, _ in lines_of(describe(Operator(CONTRACT, {})))]
    assert max(map(len, lines)) <= 100


def function_of(contract):
    scope = {}
    exec(stub(contract), scope)
    return scope[contract.name]


def test_the_stub_has_the_types_of_all_kinds_of_arguments():
    hints = typing.get_type_hints(function_of(CONTRACT))
    tensor = torch.Tensor
    assert hints == {
        "x": tensor, "slots": tensor, "residual": tensor, "q": tensor, "eps": float,
        "cap": float | None, "renormalize": bool, "kind": str | None, "bias": tensor | None,
        "sinks": tensor | None, "return": tuple[tensor, tensor, tensor],
    }  # fmt: skip


def test_optional_tensors_at_the_end_may_be_left_out_as_callers_do():
    parameters = inspect.signature(function_of(CONTRACT)).parameters
    with_default = [name for name, p in parameters.items() if p.default is not p.empty]
    assert with_default == ["bias", "sinks"]


def test_an_operator_that_only_writes_returns_nothing():
    written = TensorArgument("y", ("N",), ("float32",), "2x", role=Role.OUTPUT)
    contract = Contract(
        name="twice_into",
        summary="2x, into y",
        axes=(Axis("N", "numbers"),),
        arguments=(TensorArgument("x", ("N",), ("float32",), "x"), written),
        outputs=(Output("y", ("N",), "float32", "2x", budget=Budget(0, 0, source="exact")),),
        reference=lambda x: (2 * x,),
    )
    assert signature(contract).endswith("-> None")
    doc = function_of(contract).__doc__
    assert "Writes in place: y." in doc and "Returns" not in doc
    renamed = replace(contract, name="class")
    assert "def class_(" in stub(renamed)


@pytest.mark.parametrize(
    ("number", "text"),
    [(2.0**-8, "2^-8"), (16 * 2.0**-24, "2^-20"), (3 * 2.0**-9, "3 * 2^-9"), (2e-6, "2e-06"),
     (0.5, "0.5"), (1.0, "1"), (0.0, "0"), (2.05 * 2.0**-8, "2.05 * 2^-8"),
     (2.0**-40, "2^-40"), (1048577, "1048577"), (1 / 3, "0.3333333333333333"), (-0.25, "-0.25"),
     (0.125, "0.125"), (2.0**-149, "2^-149"), (1234567.5, "1234567.5")],
)  # fmt: skip
def test_numbers_are_never_rounded_and_powers_of_two_where_they_are(number, text):
    assert number_text(number) == text


@pytest.mark.parametrize(
    ("limits", "text"),
    [((0, 8), "0 to 8"), ((1, None), "from 1"), ((None, 2.5), "up to 2.5"), ((3, 3), "3"),
     ((None, None), ""), ((1, 1234567), "1 to 1234567"), ((2.0**-40, 0.125), "2^-40 to 0.125")],
)  # fmt: skip
def test_ranges_are_told_in_words(limits, text):
    assert range_text(*limits) == text
