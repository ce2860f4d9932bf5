"""What a call on a GPU wrote outside of all tensors, as broken rules of memory."""

from collections.abc import Sequence
from typing import Any

from conformance.memory.arena import Overrun
from conformance.memory.violation import OUT_OF_BOUNDS_WRITE, Violation
from conformance.triton_compiler import is_compiled, place_of, qualified_name


def violations_of(overruns: Sequence[Overrun], kernels: Sequence[Any]) -> tuple[Violation, ...]:
    """One for each overrun. ``kernels`` are those that the call launched: one of them, or something
    that is no Triton kernel, wrote."""
    known = [kernel for kernel in dict.fromkeys(kernels) if is_compiled(kernel)]
    names = ", ".join(qualified_name(kernel) for kernel in known)
    file, _, line = place_of(known[0], 0).rpartition(":") if known else ("", "", "0")
    return tuple(
        Violation(
            OUT_OF_BOUNDS_WRITE, names, file, int(line), None, None, each.label, each.offset,
            each.count, "byte",
        )
        for each in overruns
    )  # fmt: skip
