"""Counting launches of Triton kernels where they are made, which changes nothing about them."""

from contextlib import AbstractContextManager
from functools import cache
from typing import Any

from conformance.generation.where import WHERE
from conformance.torch_internals import left_to_python
from conformance.triton_launches import counted


def counting_launches() -> AbstractContextManager[None]:
    """A context in which launches are counted; enter it once what runs them has been put in place.

    `torch.compile` does not look into it, as it does not look into lockstep.
    """

    def note(kernel: Any) -> None:
        WHERE.called(_name(kernel.fn.__module__, kernel.fn.__qualname__))

    return counted(note, left_to_python)


@cache
def _name(module: str, name: str) -> str:
    return f"{module.rpartition('.')[2]}.{name}"
