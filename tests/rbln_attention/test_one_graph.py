"""Inside of `torch.compile` a call is one operator in one graph, for all sizes."""

import pytest
import torch

pytest.importorskip("triton")

from conformance_kernels.rbln_attention.implementations.triton_attention import KERNELS
from conformance_kernels.rbln_attention.names import FAMILY

from conformance.lockstep import lockstep

from .cases import case


@pytest.mark.parametrize("name", FAMILY)
def test_a_call_is_one_operator(name):
    targets = []

    def note(module, examples):
        targets.extend(n.target for n in module.graph.nodes if n.op == "call_function")
        return module

    torch._dynamo.reset()
    compiled = torch.compile(lambda *each: KERNELS[name](*each), backend=note, fullgraph=True)
    tensors = list(case(name, heads=1).arguments.values())
    own, other = ([each.clone() for each in tensors] for _ in range(2))
    with lockstep():
        got, wanted = compiled(*own), KERNELS[name](*other)
    assert [str(each) for each in targets] == [f"conformance_kernels.rbln_{name}.default"]
    assert torch.equal(got, wanted)
    for mine, theirs in zip(own, other, strict=True):
        assert torch.equal(mine.nan_to_num(), theirs.nan_to_num())
