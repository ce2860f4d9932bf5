"""Arguments on their way to the process of a subject, and what came of them there."""

import pickle
from base64 import b64encode
from collections.abc import Sequence
from itertools import count
from math import prod
from typing import Any

import numpy as np
import torch

from conformance.memory.shared import Inbox, Outbox
from conformance.tensors.dtypes import dtype_name
from conformance.torch_storages import StorageReference

_PLAIN = (type(None), bool, int, float, str)
_LARGE = 1 << 24
"""Bytes of a storage from which on only elements travel where there are few of them."""

Described = dict[str, Any]


class SentArguments:
    """Describes the arguments of calls; storages keep their number as long as they live."""

    def __init__(self) -> None:
        self._numbers: dict[int, tuple[StorageReference, int]] = {}
        self._next = count()

    def send(self, arguments: Sequence[Any], outbox: Outbox) -> list[Described]:
        """What the other process is told of the arguments; their contents go into the outbox."""
        return [self._described(each, outbox) for each in arguments]

    def gone(self) -> list[int]:
        """The numbers of storages that nobody has any more."""
        dead = [key for key, (known, _) in self._numbers.items() if known.storage is None]
        return [self._numbers.pop(key)[1] for key in dead]

    def _described(self, value: Any, outbox: Outbox) -> Described:
        if type(value) in _PLAIN:
            return {"value": value}
        if not isinstance(value, torch.Tensor):
            return {"pickled": b64encode(pickle.dumps(value)).decode()}
        data, whole = _contents(value)
        return {
            "block": self._number(value),
            "bytes": value.untyped_storage().nbytes(),
            "dtype": dtype_name(value.dtype),
            "shape": tuple(value.shape),
            "strides": value.stride(),
            "offset": value.storage_offset(),
            "whole": whole,
            "at": outbox.put(data),
            "sent": len(data),
        }

    def _number(self, tensor: torch.Tensor) -> int:
        reference = StorageReference(tensor.untyped_storage())
        known = self._numbers.get(reference.identity)
        if known is None or known[0].storage is None:
            known = self._numbers[reference.identity] = reference, next(self._next)
        return known[1]


def take_back(
    arguments: Sequence[Any], described: Sequence[Described], places: Sequence[Any], inbox: Inbox
) -> None:
    """Write into each tensor's storage what the subject has left there."""
    for value, item, place in zip(arguments, described, places, strict=True):
        if "block" not in item:
            continue
        data = inbox.get(int(place), item["sent"])
        if item["whole"]:
            _bytes(value)[:] = data
        elif value.numel():
            value.copy_(torch.from_numpy(data.copy()).view(value.dtype).reshape(value.shape))


def _contents(tensor: torch.Tensor) -> tuple[np.ndarray, bool]:
    """What travels, and whether it is the whole storage."""
    size = tensor.untyped_storage().nbytes()
    needed = prod(tensor.shape) * tensor.element_size()
    if size < _LARGE or size < 4 * needed or 0 in tensor.stride():
        return _bytes(tensor), True
    return tensor.contiguous().reshape(-1).view(torch.uint8).numpy(), False


def _bytes(tensor: torch.Tensor) -> np.ndarray:
    """Every byte of the storage of a tensor on the CPU."""
    storage = tensor.untyped_storage()
    return torch.empty(0, dtype=torch.uint8).set_(storage).numpy()
