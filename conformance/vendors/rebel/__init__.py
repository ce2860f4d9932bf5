"""The package `rebel` (compiler of RBLN NPUs) emulated on the CPU over torch tensors.

>>> install()  # from now on `from rebel import triton` finds the emulation
>>> with rebel_session() as session:
...     attend(query, key, value, cache)  # code that calls kernel.warmup(...)
>>> session.violations

On an NPU `warmup` only compiles; here it runs the kernel's Python body once, on the tensors that it
was given. So a wrapper returns values here, where it returns uninitialised memory on an NPU unless
it is called inside of a compiled graph.

The library's source is not public. The docstring of each function says how its meaning is known: A,
from the documentation; B, from kernels, which agree with their vendor's torch references only if it
means that; C, it is only plausible. Nothing here was ever compared with an NPU.

Memory rules are recorded, not raised: a block pointer whose declared shape or strides are not those
of its tensor, accesses outside the tensor's memory or the declared shape, states inserted beyond a
partition, dynamic indices above their maximum, reads of memory that nobody wrote. Addresses follow
the declaration, with one exception: if a dense tensor of another shape is declared, a block that
fits into the real tensor is taken from there. A read of memory outside the tensor gives NaN, or -1
for integers; such writes are dropped. Outside a session, `warmup` raises what it found as
:class:`BrokenRules`.

What is not covered raises :class:`UnsupportedFeature` with its name, kernel and line: functions
outside the documented list, masks and boundary checks of loads, pointers that are not block
pointers, branches on values, grids of more than one program.
"""

from conformance.vendors.rebel.install import RealRebelPresent, install, is_real
from conformance.vendors.rebel.watching.report import BrokenRules, UnsupportedFeature, Violation
from conformance.vendors.rebel.watching.session import RebelSession, rebel_session

__all__ = [
    "BrokenRules",
    "RealRebelPresent",
    "RebelSession",
    "UnsupportedFeature",
    "Violation",
    "install",
    "is_real",
    "rebel_session",
]
