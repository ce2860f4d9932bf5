"""Triton kernels on the CPU, all programs of the grid in lockstep.

>>> with lockstep() as session:
...     route(gating, 8, scale)  # ordinary code that launches ordinary kernels
>>> session.violations

Results equal those of Triton's own interpreter bit by bit, with these exceptions, where the
compiled kernel is followed instead:

* bfloat16 arithmetic is done in float32 and rounded to nearest even (the interpreter adds encodings
  and truncates);
* Python floats passed to a launch are fp32 values, not weakly typed numbers; loop variables of
  ``range`` are tensors; ``int1`` arithmetic wraps around.

Memory is watched: see ``Violation`` for what is reported. Masked-off lanes never count. An atomic
races with nothing; two plain accesses do not race if atomics order them.

What is not covered
-------------------
Raising ``UnsupportedFeature`` with kernel, line: inline assembly, aggregates,
``tl.map_elementwise``, ``tl.atomic_poll``, descriptor reductions, Gluon, 8-bit
float arithmetic (conversions to and from fp8e4nv and fp8e5 work and saturate as on NVIDIA devices),
libdevice functions without a counterpart in numpy, misaligned atomics.

A kernel may reach memory that is no argument through addresses that it loads: of tensors that are
named (``lockstep(memory=...)``), and of tensors whose ``data_ptr()`` was called while the session
was open. Any other address is reported and not touched.

Known gap: a kernel reads a storage, changes more than 256 MiB elsewhere, and only then writes to
that storage. In its first launch these reads and writes are not checked for races with each other;
in later ones they are.
"""

from conformance.lockstep.launch.record import Launch
from conformance.lockstep.launch.session import Session, is_open, lockstep
from conformance.lockstep.machine import UnsupportedFeature
from conformance.memory.undefined import Undefined
from conformance.memory.violation import Violation

__all__ = [
    "Launch",
    "Session",
    "Undefined",
    "UnsupportedFeature",
    "Violation",
    "is_open",
    "lockstep",
]
