"""The operators in Triton."""

from .signatures import functions
from .triton_paged import paged_triton
from .triton_window import window_triton

KERNELS = functions(paged_triton, window_triton)
"""Function of each operator; tensors on a device that Triton compiles for, or lockstep."""
