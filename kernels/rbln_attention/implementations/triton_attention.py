"""The operators in Triton."""

import functools

import torch

from ..names import FAMILY
from .signatures import PARAMETERS, Attention, functions
from .triton_paged import paged_triton
from .triton_window import window_triton


def _in_one_graph(name: str, attention: Attention) -> Attention:
    """`attention`, which Dynamo sees as one call of the registered operator.

    Dynamo follows Python, and breaks the graph where a launch shape is looked up for a device. What
    is registered has a fake kernel, and is taken apart later, by its launches.
    """
    required = len(PARAMETERS[name])

    @functools.wraps(attention)
    def compiled(*values: torch.Tensor, **keywords: torch.Tensor) -> torch.Tensor:
        if torch.compiler.is_dynamo_compiling() and not keywords and len(values) == required:
            from ..registration.operator import REGISTERED

            return REGISTERED[name](*values)
        return attention(*values, **keywords)

    return compiled


KERNELS = {
    name: _in_one_graph(name, attention) if name in FAMILY else attention
    for name, attention in functions(paged_triton, window_triton).items()
}
"""Function of each operator; tensors on a device that Triton compiles for, or lockstep."""
