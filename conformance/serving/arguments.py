"""Arguments that the judge has sent, as tensors of this process."""

import pickle
from base64 import b64decode
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import torch

from conformance.memory.shared import Inbox, Outbox
from conformance.torch_internals import undisturbed

Described = dict[str, Any]


class BroughtArguments:
    """Tensors by what the judge calls them. What it describes alike is the same tensor.

    ``device`` is where they lie, as torch calls it. ``storage(size, place)`` makes memory for the
    argument at a place of the call; without it torch's own allocator does.
    """

    def __init__(
        self,
        inbox: Inbox,
        outbox: Outbox,
        device: str,
        storage: Callable[[int, int], torch.UntypedStorage] | None = None,
    ) -> None:
        self._inbox, self._outbox, self._device = inbox, outbox, device
        self._storage = storage
        self._storages: dict[int, torch.Tensor] = {}
        self._tensors: dict[tuple, torch.Tensor] = {}

    def bring(self, items: Iterable[Described]) -> list[Any]:
        """The arguments of a call, with the contents that they have in the judge's process."""
        with undisturbed():
            return [self._argument(item, place) for place, item in enumerate(items)]

    def send_back(self, items: Sequence[Described]) -> list[int | None]:
        """Where the contents of each argument lie now (None: no tensor), for the judge."""
        with undisturbed():
            return [self._outbox.put(self._contents(i)) if "block" in i else None for i in items]

    def drop(self, blocks: Iterable[int]) -> None:
        """Forget storages that the judge has no use for."""
        gone = set(blocks)
        for block in gone:
            self._storages.pop(block, None)
        self._tensors = {key: t for key, t in self._tensors.items() if key[0] not in gone}

    def _argument(self, item: Described, place: int) -> Any:
        if "pickled" in item:
            return pickle.loads(b64decode(item["pickled"]))
        if "block" not in item:
            return item["value"]
        block = item["block"]
        storage = self._storages.get(block)
        if storage is None:
            storage = self._storages[block] = self._untouched(item["bytes"], place)
        tensor = self._tensor(storage, item)
        data = self._inbox.get(item["at"], item["sent"])
        if item["whole"]:
            _write(storage, data)
        elif tensor.numel():
            values = torch.from_numpy(data.copy()).view(tensor.dtype).reshape(tensor.shape)
            tensor.copy_(values)
        return tensor

    def _tensor(self, storage: torch.Tensor, item: Described) -> torch.Tensor:
        shape, strides = tuple(item["shape"]), tuple(item["strides"])
        key = (item["block"], item["dtype"], shape, strides, item["offset"])
        if key not in self._tensors:
            elements = storage.view(getattr(torch, item["dtype"]))
            self._tensors[key] = elements.as_strided(shape, strides, item["offset"])
        return self._tensors[key]

    def _contents(self, item: Described) -> np.ndarray:
        storage = self._storages[item["block"]]
        if item["whole"]:
            return storage.cpu().numpy()
        elements = storage.view(getattr(torch, item["dtype"]))
        tensor = elements.as_strided(item["shape"], item["strides"], item["offset"])
        return tensor.cpu().contiguous().reshape(-1).view(torch.uint8).numpy()

    def _untouched(self, size: int, place: int) -> torch.Tensor:
        """Bytes that hold anything; on the CPU, pages that nobody touches take no memory."""
        if self._device == "cpu" and size:
            # numpy asks the system for large memory, and leaves it as it is.
            return torch.from_numpy(np.empty(size, np.uint8)) if size < _LARGE else _zeros(size)
        if self._storage is None:
            return torch.zeros(size, dtype=torch.uint8, device=self._device)
        memory = torch.empty(0, dtype=torch.uint8, device=self._device)
        return memory.set_(self._storage(size, place))


_LARGE = 1 << 26


def _zeros(size: int) -> torch.Tensor:
    return torch.from_numpy(np.zeros(size, np.uint8))


def _write(storage: torch.Tensor, data: np.ndarray) -> None:
    if storage.device.type == "cpu":
        storage.numpy()[:] = data
    else:
        storage.copy_(torch.from_numpy(data.copy()))
