"""Calls of operators in a graph are kept under the names of their contracts."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import torch

from conformance.capture.recorder import Recorder
from conformance.catalogue.operators import find_operator, operator_names
from conformance.contract import Contract
from conformance.generation.where import WHERE


@contextmanager
def kept_in(folder: str) -> Iterator[list[str]]:
    """Keep calls in ``folder`` while this lasts (empty: none); sentences on those that were not."""
    told: list[str] = []
    if not folder:
        yield told
        return
    WHERE.recorder = recorder = Recorder(Path(folder))
    try:
        yield told
    finally:
        WHERE.recorder = None
        told += [f"not captured ({n} calls): {why}" for why, n in recorder.left_out.items()]
        told += filter(None, [recorder.trouble])


def passed(target: Any, arguments: Sequence[Any]) -> None:
    """An operator of torch is about to be called with ``arguments`` in order.

    It is kept under the name of the installed contract that is registered so; calls of what nobody
    has a contract for are not kept.
    """
    if WHERE.recorder is None or type(target).__module__ != type(torch.ops.aten.add).__module__:
        return
    # Operators print as NAMESPACE.NAME, with their overload or without.
    contract = _contracts().get("::".join(str(target).split(".")[:2]))
    if contract is not None and len(arguments) <= len(contract.arguments):
        names = (argument.name for argument in contract.arguments)
        WHERE.passed(contract.name, dict(zip(names, arguments, strict=False)))


@cache
def _contracts() -> dict[str, Contract]:
    operators = [find_operator(name) for name in operator_names()]
    return {name: each.contract for each in operators for name in each.registered}
