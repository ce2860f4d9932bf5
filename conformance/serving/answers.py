"""What came of a call, as data that the judge's process can read."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from conformance.execution.outcome import Outcome
from conformance.memory.violation import Violation
from conformance.tensors.dtypes import dtype_name
from conformance.tensors.returned import NoTensor, Returned, ReturnedTensor

Put = Callable[[np.ndarray], int]
"""Leaves bytes for the judge, and says where they lie."""


def answer_of(outcome: Outcome, put: Put) -> dict[str, Any]:
    """An outcome whose result was looked at."""
    raised = outcome.raised
    return {
        "raised": vars(raised) if raised else None,
        "returned": returned_data(outcome.returned, put) if outcome.returned else None,
        "violations": [_violation(each) for each in outcome.violations],
        "launches": outcome.launches,
        "written": [None if each is None else _mask(each, put) for each in outcome.written],
        "spans": outcome.spans,
        "told": dict(outcome.told),
    }


def returned_data(returned: Returned, put: Put) -> dict[str, Any]:
    """A result that was looked at."""
    items = returned.items
    return {
        "kind": returned.kind,
        "count": returned.count,
        "several": returned.several,
        "items": None if items is None else [_item(item, put) for item in items],
    }


def _item(item: ReturnedTensor | NoTensor, put: Put) -> dict[str, Any]:
    if isinstance(item, NoTensor):
        return {"no": item.kind}
    return {
        "shape": item.shape,
        "dtype": dtype_name(item.dtype),
        "layout": str(item.layout).removeprefix("torch."),
        "device": str(item.device),
        "at": None if item.value is None else put(bytes_of(item.value)),
        "span": item.span,
        "arguments": item.arguments,
    }


def bytes_of(tensor: torch.Tensor) -> np.ndarray:
    """The bytes of a dense tensor on the CPU."""
    if not tensor.numel():
        return np.empty(0, np.uint8)
    return tensor.reshape(-1).view(torch.uint8).numpy()


def _mask(written: torch.Tensor, put: Put) -> dict[str, Any]:
    return {"shape": tuple(written.shape), "at": put(bytes_of(written.contiguous()))}


def _violation(violation: Violation) -> dict[str, Any]:
    return violation.as_dict()
