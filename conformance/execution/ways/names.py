"""What the ways to call a subject are called."""

from enum import StrEnum


class Way(StrEnum):
    """How a subject is called. Every device has the plain call; these only some."""

    CAPTURED = "captured"
    """The call is captured into a graph of the device, after some calls that warm it up."""
    REPLAYED = "replayed"
    """The graph that was captured last is replayed; the subject's Python code does not run."""
    TRACED = "traced"
    """The call is made inside of `torch.compile`, for the first time; its graph runs as it is."""
    COMPILED = "compiled"
    """The same, and code is generated for what is in the graph."""
    AGAIN = "again"
    """What was traced or compiled last is called once more, with arguments of whatever size."""
    EMULATED = "emulated"
    """The call is made in this process on the CPU, with Triton kernels in lockstep."""
    INSPECTED = "inspected"
    """The plain call; the answer tells what instructions the compiled kernels consist of."""
    TOGETHER = "together"
    """Several calls at once, on streams of their own."""
    SANITIZED = "sanitized"
    """The call is made in a fresh process, under a tool that watches memory."""
