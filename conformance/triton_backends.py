"""What a backend of Triton's is made from.

One of the modules that touch Triton's internals; see :mod:`conformance.triton_internals`. Unlike
the others it can be imported while Triton is: Triton imports backends when it is imported itself.
"""

from triton.backends.compiler import BaseBackend, GPUTarget
from triton.backends.driver import DriverBase

__all__ = ["BaseBackend", "DriverBase", "GPUTarget"]
