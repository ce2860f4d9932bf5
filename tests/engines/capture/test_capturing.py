"""An engine's process keeps calls while an order wants it, with the place where they happened."""

import pytest
import torch

from conformance.capture.folder import captured_calls
from conformance.generation.capturing import Capturing
from conformance.generation.setup import Step
from conformance.generation.where import WHERE

from .calls import DECODE, arguments, routing


@pytest.fixture
def capturing():
    yield Capturing()
    WHERE.end()
    WHERE.clear()


def test_calls_are_kept_only_while_an_order_wants_it(capturing, tmp_path):
    for number, folder in enumerate(("", str(tmp_path), "")):
        capturing.begin(folder)
        capturing.called("gemma4_routing", routing(seed=number))
        assert capturing.end() == ()
    capturing.called("gemma4_routing", routing(seed=9))
    assert len(captured_calls(tmp_path).files) == 1


def test_a_call_is_kept_with_step_phase_and_layer(capturing, tmp_path):
    capturing.begin(str(tmp_path))
    for phase in ("prefill", "decode"):
        WHERE.begin(Step(phase, {0: 1}))
        WHERE.layer = 2
        capturing.called("gemma4_routing", routing(seed=len(phase)))
        WHERE.end()
    found = [(f.call.phase, f.call.layer, f.call.step) for f in captured_calls(tmp_path).files]
    assert sorted(found) == [("decode", 2, 1), ("prefill", 2, 0)]


def test_what_could_not_be_kept_is_told_when_the_order_ends(capturing, tmp_path):
    capturing.begin(str(tmp_path))
    capturing.called("op", {"x": torch.empty(1, device="meta")})
    assert capturing.end() == ("1 calls not captured: op: x is no tensor with memory",)
    assert capturing.end() == ()


def test_an_operator_of_torch_is_kept_under_the_name_of_its_contract(capturing, tmp_path):
    call = arguments(DECODE, seed=2)
    capturing.begin(str(tmp_path))
    capturing.called_by_name("conformance_kernels::rbln_" + DECODE.name, [*call.values()][:-1])
    capturing.called_by_name("aten::add", [torch.ones(1), torch.ones(1)])
    (file,) = captured_calls(tmp_path).files
    assert file.call.operator == DECODE.name
    assert list(file.call.arguments) == list(call)[:-1]
