"""Triton kernels on the CPU, all programs of the grid in lockstep: a tool of its own.

No GPU, no contract, no change of the kernel. In a script, a test or a cell of a notebook:

>>> from conformance.lockstep import lockstep
>>> with lockstep() as report:
...     my_kernel[(4,)](x, y, n, BLOCK=128)  # tensors on the CPU
>>> print(report)
my_kernel: 1 launch, 4 programs, 0.002 s
1 finding
  out-of-bounds read of argument 'x' at byte 400 by program (3, 0, 0), 28 elements: ...

``report.violations`` holds the findings as data, ``report.launches`` the launches. With
``lockstep(raising=True)`` the context raises ``MemoryFindings`` at its end, and so does each call
of a function that is decorated:

>>> @lockstep()
... def test_my_kernel():
...     assert torch.equal(double(x), 2 * x)

A report is about memory. Whether numbers are right, ``conformance check`` asks.

Looking into a kernel
---------------------
``breakpoint()`` in a kernel, or in a jitted function that it calls, stops Python's debugger in the
author's own line; the frames of this package and of Triton are not shown. A block prints as its
type and the numbers of the first program that runs, lanes that a mask left undefined as ``--``;
``x.in_program(3)`` or ``x.in_program(3, 0, 1)`` has those of another one, as an array of numpy. A
kernel with a breakpoint keeps its branches in one frame: where programs disagree, those that agree
run again together, from the start of the kernel.

``print`` and ``tl.device_print`` write a line for each element of each program, when the launch is
over or a debugger stops: ``pid (0, 0, 0) idx ( 3) x: 1.5``, the first 256 lines of a launch.
``tl.static_print`` prints types, at once. ``tl.device_assert`` holds in launches with
``debug=True``, as on a GPU, and names program and line.

What it computes
----------------
Results equal those of Triton's own interpreter bit by bit, with these exceptions, where the
compiled kernel is followed instead:

* bfloat16 arithmetic is done in float32 and rounded to nearest even (the interpreter adds encodings
  and truncates);
* Python floats passed to a launch are fp32 values, not weakly typed numbers; loop variables of
  ``range`` are tensors; ``int1`` arithmetic wraps around.

Memory is watched: see ``Violation`` for what is reported. Masked-off lanes never count. An atomic
races with nothing; two plain accesses do not race if atomics order them (``memory.between``), or a
barrier between threads of one program (``memory.inside``). What is reported does not depend on
which programs run together. Lanes that a mask excludes from a load without ``other`` are undefined:
they hold the session's poison, and 0 without one.

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
from conformance.lockstep.launch.report import MemoryFindings
from conformance.lockstep.launch.session import Session, is_open, lockstep
from conformance.lockstep.machine import UnsupportedFeature
from conformance.memory.undefined import Undefined
from conformance.memory.violation import Violation

__all__ = [
    "Launch",
    "MemoryFindings",
    "Session",
    "Undefined",
    "UnsupportedFeature",
    "Violation",
    "is_open",
    "lockstep",
]
