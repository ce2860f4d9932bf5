"""The storages of a launch, in the memory of this process."""

from __future__ import annotations

from typing import Any

import torch

from conformance.lockstep.memory.regions import Region, region_of
from conformance.lockstep.memory.storage import Storage
from conformance.memory.undefined import Undefined
from conformance.torch_internals import without_watch


class Host:
    """The storages of one launch.

    Those of devices are copied to the CPU; ``return_to_devices`` copies them back.
    """

    def __init__(self, undefined: Undefined | None):
        self._undefined = undefined
        self._storages: dict[int, tuple[Storage, Any, Any]] = {}
        self.poison = (undefined.poison if undefined is not None else None) or 0
        self.regions: list[Region] = []

    def region(self, name: str, tensor: torch.Tensor) -> Region:
        """The region of ``tensor``; tensors on devices are copied first."""
        original = tensor.untyped_storage()
        known = self._storages.get(original.data_ptr()) if original.nbytes() else None
        if known is None:
            host = original if tensor.device.type == "cpu" else self._copied(original)
            shadow = self._undefined.shadow(tensor) if self._undefined is not None else None
            known = Storage(host.data_ptr(), host.nbytes(), shadow), original, host
            self._storages[
                original.data_ptr() if original.nbytes() else -1 - len(self._storages)
            ] = known
        size = tensor.element_size()
        low = int(tensor.storage_offset()) * size
        region = region_of(name, known[0], low, tuple(tensor.shape), tensor.stride(), size)
        self.regions.append(region)
        return region

    @staticmethod
    def _copied(storage: Any) -> Any:
        with without_watch():
            return storage.cpu()

    def return_to_devices(self) -> None:
        """Copy storages that came from devices back to them."""
        with without_watch():
            for _, original, host in self._storages.values():
                if original is not host:
                    original.copy_(host)
