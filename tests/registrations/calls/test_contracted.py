"""Arguments of a contract are found by name, and by place where the schema has other names."""

import torch

from conformance.case import Case
from conformance.catalogue.operators import find_operator
from conformance.registrations.calls.contracted import ContractedCalls
from conformance.registrations.stored import bytes_of

CONTRACT = find_operator("rms_norm").contract
NAMES = [argument.name for argument in CONTRACT.arguments]


def calls(*names, keyword_only=frozenset()):
    return ContractedCalls("contracted::op", CONTRACT, names, keyword_only)


def built(made):
    return made.build(made.usual("any"), "cpu").values


def test_arguments_are_found_by_name_in_the_order_of_the_schema():
    values = built(calls(*reversed(NAMES)))
    assert list(values) == NAMES[::-1]
    same = built(calls(*NAMES))
    assert all(
        torch.equal(values[n], same[n]) if isinstance(same[n], torch.Tensor) else True
        for n in NAMES
    )


def test_an_argument_of_another_name_is_found_by_its_place_among_those_that_are_left():
    values = built(calls("input", NAMES[1], "epsilon"))
    same = built(calls(*NAMES))
    assert list(values) == ["input", NAMES[1], "epsilon"]
    assert torch.equal(values["input"], same[NAMES[0]])
    assert values["epsilon"] == same[NAMES[2]]


def test_what_the_schema_lacks_is_left_out_and_what_it_adds_is_not_given():
    assert list(built(calls(*NAMES[:2]))) == NAMES[:2]
    assert list(built(calls(*NAMES, "block_size"))) == NAMES


def test_calls_are_those_of_the_contract_small_and_read_back_from_their_line():
    made = calls(*NAMES)
    cases = [made.usual("any"), *made.dtypes("any"), *made.layouts("any"), *made.sizes("any")]
    assert made.checked and len(cases) > 8
    for case in (*cases, *made.drawn("any", 4, 1)):
        again = Case.parse(str(case))
        assert again == case and case.contract == "contracted::op"
        first, second = (made.build(each, "cpu").tensors for each in (case, again))
        assert all(torch.equal(bytes_of(first[n]), bytes_of(second[n])) for n in first)
    usual = made.build(made.usual("any"), "cpu")
    assert all(tensor.numel() <= 256 for tensor in usual.tensors.values())


def test_keyword_only_arguments_are_passed_by_name():
    made = calls(*NAMES, keyword_only=frozenset([NAMES[-1]]))
    _, keywords = made.build(made.usual("any"), "cpu").passed
    assert list(keywords) == [NAMES[-1]]
