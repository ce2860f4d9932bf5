"""What a user calls a subject, and what that comes to."""

import pytest
import torch
from conformance_kernels.gemma4_routing.contract import OPERATOR
from conformance_kernels.gemma4_routing.torch_route import route_torch
from conformance_kernels.rbln_attention.names import FAMILY

from conformance.catalogue.objects import SubjectBroken, SubjectNotFound
from conformance.catalogue.operators import (
    ContractBroken,
    families,
    find_operator,
    members,
    operator_names,
)
from conformance.contract import Contract, Operator
from conformance.subjects import names, subject
from conformance.subjects.names import check_name, default_subject
from conformance.subjects.subject import load_subject


class Point:
    """An entry point of an installed package."""

    def __init__(self, found):
        self.found = found

    def load(self):
        if isinstance(self.found, Exception):
            raise self.found
        return self.found


@pytest.fixture
def installed(monkeypatch):
    """Entry points by name."""
    points = {}

    def entry_points(group, name):
        return [points[name]] if name in points else []

    monkeypatch.setattr(subject, "entry_points", entry_points)
    monkeypatch.setattr(names, "entry_points", entry_points)
    return points


def test_the_first_subject_of_an_operator_is_its_default():
    assert default_subject(OPERATOR) == "triton"


def test_an_operator_without_subjects_has_no_default():
    with pytest.raises(SubjectNotFound, match="gemma4_routing has no subject of its own"):
        default_subject(Operator(OPERATOR.contract, {}))


def test_an_operator_s_own_subject_is_found_by_its_short_name():
    found = load_subject(OPERATOR, "torch")
    assert found.function is route_torch
    assert found.origin.startswith(route_torch.__code__.co_filename)


def test_a_file_is_a_subject(tmp_path):
    (tmp_path / "mine.py").write_text("\n\ndef route(*_): pass")
    name = f"{tmp_path}/mine.py:route"
    found = load_subject(OPERATOR, name)
    assert (found.name, found.origin) == (name, f"{tmp_path}/mine.py:3")


def test_a_registered_operator_is_a_subject():
    from conformance_kernels.gemma4_routing import operator

    found = load_subject(OPERATOR, operator.NAME)
    assert found.function(torch.zeros(1, 2), 1, torch.ones(2))[0].tolist() == [[1.0]]


def test_an_operator_that_nobody_registered_is_not_found():
    with pytest.raises(SubjectNotFound, match="torch knows no operator no_such::route"):
        load_subject(OPERATOR, "no_such::route")


def test_an_entry_point_is_a_subject(installed):
    installed["theirs"] = Point(route_torch)
    assert load_subject(OPERATOR, "theirs").function is route_torch


def test_an_entry_point_that_does_not_load_is_broken(installed):
    installed["theirs"] = Point(ImportError("no driver"))
    with pytest.raises(SubjectBroken, match="entry point theirs: ImportError: no driver"):
        load_subject(OPERATOR, "theirs")


def test_what_cannot_be_called_is_broken(tmp_path):
    (tmp_path / "mine.py").write_text("route = 3")
    with pytest.raises(SubjectBroken, match="is of type int and cannot be called"):
        load_subject(OPERATOR, f"{tmp_path}/mine.py:route")


def test_an_unknown_name_is_refused_with_what_is_known():
    with pytest.raises(SubjectNotFound, match="known: triton, torch, registered, vllm; or write"):
        check_name(OPERATOR, "tritn")


def test_names_are_checked_without_loading(tmp_path):
    (tmp_path / "mine.py").write_text("1 / 0")
    for name in (f"{tmp_path}/mine.py:route", "vllm==0.32.0", "a::b", "no_such:route", "torch"):
        check_name(OPERATOR, name)


def test_an_operator_is_found_by_entry_point_or_in_a_file(tmp_path):
    assert find_operator("gemma4_routing") is OPERATOR
    (tmp_path / "mine.py").write_text(
        "from conformance_kernels.gemma4_routing.contract import CONTRACT, OPERATOR\nOTHER = 3"
    )
    assert isinstance(find_operator(f"{tmp_path}/mine.py:CONTRACT").contract, Contract)
    assert find_operator(f"{tmp_path}/mine.py:OPERATOR") is OPERATOR
    with pytest.raises(SubjectNotFound, match="is of type int, not an Operator or a Contract"):
        find_operator(f"{tmp_path}/mine.py:OTHER")


def test_a_contract_whose_file_does_not_import_is_broken(tmp_path):
    (tmp_path / "mine.py").write_text("1 / 0")
    with pytest.raises(ContractBroken, match="ZeroDivisionError"):
        find_operator(f"{tmp_path}/mine.py:CONTRACT")


def test_a_family_stands_for_its_operators_and_any_other_name_for_itself():
    assert families()["rbln_attention"] == FAMILY
    assert members("rbln_attention") == FAMILY and set(FAMILY) <= set(operator_names())
    for name in ("gemma4_routing", FAMILY[0], "mine.py:CONTRACT", "no_such"):
        assert members(name) == (name,)


def test_a_family_is_no_operator():
    with pytest.raises(SubjectNotFound, match=f"is a family of operators; .*: {FAMILY[0]}, "):
        find_operator("rbln_attention")
