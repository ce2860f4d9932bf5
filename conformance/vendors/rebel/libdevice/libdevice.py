"""`rebel.triton.language.extra.rbln.libdevice`: the functions that kernels and wrappers find there.

A, B and C in their docstrings say how well a meaning is known; see the package.
"""

from conformance.vendors.rebel.libdevice.attention import (
    dynamic_flash_attn_tile,
    dynamic_masked_softmax,
    flash_attn_recompute,
    flash_attn_tile,
    masked_softmax,
    softmax,
    window_softmax,
)
from conformance.vendors.rebel.libdevice.dynamic_access import (
    dynamic_load,
    dynamic_store,
    partition_skip,
    to_dynamic_index,
)
from conformance.vendors.rebel.libdevice.host import align_tensor_last_dim_to_64, write_rtosa
from conformance.vendors.rebel.libdevice.insertion import (
    insert,
    nn_pad,
    window_insert,
    window_slice,
)

__all__ = [
    "align_tensor_last_dim_to_64",
    "dynamic_flash_attn_tile",
    "dynamic_load",
    "dynamic_masked_softmax",
    "dynamic_store",
    "flash_attn_recompute",
    "flash_attn_tile",
    "insert",
    "masked_softmax",
    "nn_pad",
    "partition_skip",
    "softmax",
    "to_dynamic_index",
    "window_insert",
    "window_slice",
    "window_softmax",
    "write_rtosa",
]
