"""Calls as engines make them."""

from conformance_kernels.gemma4_routing.contract import CONTRACT as ROUTING
from conformance_kernels.rbln_attention.contract import OPERATORS

from conformance.inputs.build import build
from conformance.inputs.usual import usual_case

DECODE = OPERATORS["flash_causal_attention_naive_decode"].contract


def arguments(contract=ROUTING, seed=0, **sizes):
    """The arguments of a call by name, in order."""
    usual = usual_case(contract, "values").with_axes(**sizes)
    case = type(usual)(usual.contract, usual.check, usual.axes, usual.tensors, usual.options, seed)
    names = [argument.name for argument in contract.arguments]
    return dict(zip(names, build(contract, case).arguments, strict=True))


def routing(tokens=4, seed=0):
    """A call of a router of 8 experts of which 2 are chosen."""
    return arguments(ROUTING, seed, T=tokens, E=8, K=2)
