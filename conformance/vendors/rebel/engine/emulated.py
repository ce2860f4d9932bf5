"""What the kind does in an engine's process only where the compiler is emulated.

The emulation imports torch, so that it is imported inside of functions: nobody who only starts the
process needs it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any


def watch() -> None:
    """Count kernels, and keep what they violate, for the life of the process."""
    from conformance.vendors.rebel.engine.watching import engine_session

    engine_session()


def violations() -> tuple[Mapping[str, Any], ...]:
    """Broken rules since the last time, as data."""
    from conformance.vendors.rebel.engine.watching import engine_session

    return engine_session().take()


def define_operators(blocks_first: bool) -> None:
    """Have the operators defined that come with the compiler.

    ``blocks_first`` is the layout of their KV caches: (NB, 2, ...), else (2, NB, ...).
    """
    from conformance.vendors.rebel.engine.compiler.activation import define_operators

    # Older releases declare them when this module is imported, newer ones nowhere.
    import_module("vllm_rbln.v1.attention.backends.flash_attention")
    define_operators(blocks_first)


def memory_of(caches: Iterable[Any]) -> list[Any]:
    """Tensors over the memory that stands for the compiler's."""
    from conformance.vendors.rebel.engine.compiler.memory import MEMORY

    return [MEMORY.real(each) for each in caches]


def release(caches: Iterable[Any]) -> None:
    """Give that memory back."""
    from conformance.vendors.rebel.engine.compiler.memory import MEMORY

    MEMORY.release(caches)


@contextmanager
def tapped(running: Any, path: str) -> Iterator[None]:
    """What attention gives in each layer and step, into a file (empty: nothing is kept)."""
    if not path:
        yield
        return
    from conformance.vendors.rebel.engine.compiler.tapped import OperatorTaps, tapped

    running.taps = OperatorTaps(running.worker.model_runner)
    try:
        with tapped(running.taps, path):
            yield
    finally:
        running.taps = None
