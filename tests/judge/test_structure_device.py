"""An output has to be where the arguments are: on that device, not on another of its kind."""

import pytest
import torch

from conformance.contract import Axis, Budget, Contract, Output, TensorArgument
from conformance.judge.structure import judge_structure
from conformance.tensors.returned import Returned, ReturnedTensor

CONTRACT = Contract(
    name="same",
    summary="x",
    axes=(Axis("N", "values"),),
    arguments=(TensorArgument("x", ("N",), ("float32",), "values"),),
    outputs=(Output("y", ("N",), "float32", "x", budget=Budget(0, 0, source="exact")),),
    reference=lambda x: (x,),
)


def found(device, wanted):
    """What is said of an answer on ``device`` where one on ``wanted`` is owed. Needs no GPU."""
    values = torch.ones(4)
    answer = ReturnedTensor((4,), values.dtype, values.layout, torch.device(device), values)
    result = Returned("Tensor", (answer,), 1)
    findings = judge_structure(CONTRACT, {"N": 4}, [values], result, wanted)
    return [(finding.message, finding.got, finding.wanted) for finding in findings]


@pytest.mark.parametrize(
    ("device", "wanted"), [("cpu", "cpu"), ("cuda:1", "cuda:1"), ("cuda:1", "cuda")]
)
def test_an_answer_on_the_device_is_right(device, wanted):
    assert found(device, wanted) == []


@pytest.mark.parametrize(
    ("device", "wanted"), [("cuda:0", "cuda:1"), ("cpu", "cuda:1"), ("cuda:1", "cpu")]
)
def test_an_answer_elsewhere_is_told_with_both_devices(device, wanted):
    assert found(device, wanted) == [("is on the wrong device", device, wanted)]
