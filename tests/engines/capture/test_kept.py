"""Operators that an emulated compiler runs are kept under the names of their contracts."""

import pytest
import torch
from conformance_kernels.gemma4_routing import operator  # noqa: F401 (registers it)

from conformance.capture.folder import captured_calls
from conformance.generation.where import WHERE
from conformance.vendors.rebel.engine.compiler.kept import kept_in, passed

from .calls import routing

ROUTE = torch.ops.conformance_kernels.gemma4_routing


@pytest.mark.parametrize("target", [ROUTE, ROUTE.default], ids=["packet", "overload"])
def test_a_call_of_an_operator_with_a_contract_is_kept(target, tmp_path):
    with kept_in(str(tmp_path)) as told:
        passed(target, [*routing().values()])
        passed(torch.ops.aten.add, [torch.ones(1), torch.ones(1)])
        passed(len, [torch.ones(1)])
    (file,) = captured_calls(tmp_path).files
    assert file.call.operator == "gemma4_routing"
    assert list(file.call.arguments) == list(routing())
    assert told == []


def test_nothing_is_kept_without_a_folder_or_behind_the_order(tmp_path):
    with kept_in(""):
        passed(ROUTE, [*routing().values()])
    with kept_in(str(tmp_path)):
        pass
    passed(ROUTE, [*routing().values()])
    assert WHERE.recorder is None and list(tmp_path.iterdir()) == []


def test_what_could_not_be_kept_is_told(tmp_path):
    with kept_in(str(tmp_path)) as told:
        passed(ROUTE, [torch.empty(1, device="meta"), 2, torch.ones(1)])
    assert told == ["not captured (1 calls): gemma4_routing: gating is no tensor with memory"]
