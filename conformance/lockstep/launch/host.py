"""The storages of a launch, in the memory of this process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from conformance.lockstep.memory.before import LaunchBefore
from conformance.lockstep.memory.origin import Finder
from conformance.lockstep.memory.regions import Region, region_of
from conformance.lockstep.memory.storage import Storage
from conformance.memory.addresses import Addresses, Place, place_of
from conformance.memory.undefined import Undefined
from conformance.torch_internals import has_own_dispatch, without_watch
from conformance.torch_storages import address_of


def _elements(name: str, storage: Storage, tensor: torch.Tensor) -> Region:
    size = tensor.element_size()
    low = int(tensor.storage_offset()) * size
    return region_of(name, storage, low, tuple(tensor.shape), tensor.stride(), size)


class Host(Finder):
    """The storages of one launch.

    Those of devices are copied to the CPU; ``return_to_devices`` copies them back. ``before`` is
    what the launch before wrote, if this one may begin before it has ended.
    """

    def __init__(
        self,
        undefined: Undefined | None,
        memory: Sequence[torch.Tensor] = (),
        addresses: Addresses | None = None,
        alone: Sequence[torch.Tensor] = (),
        before: LaunchBefore | None = None,
    ):
        self._alone, self._before = alone, before
        self._undefined, self._memory, self._addresses = undefined, memory, addresses
        self._storages: dict[int, tuple[Storage, Any, Any]] = {}
        self.unwritten = undefined.unwritten if undefined is not None else None
        self.poison = (undefined.poison if undefined is not None else None) or 0
        self.regions: list[Region] = []
        self._places: list[Place] | None = None

    def region(self, name: str, tensor: torch.Tensor) -> Region:
        """The region of ``tensor``; tensors on devices are copied first.

        Raises ``TypeError`` for tensors without memory of their own.
        """
        if tensor.layout is not torch.strided or tensor.is_meta or has_own_dispatch(tensor):
            what = type(tensor).__name__ if has_own_dispatch(tensor) else f"{tensor.layout} tensor"
            raise TypeError(
                f"argument {name!r}: a {what} on {tensor.device} has no memory for a kernel"
            )
        original = tensor.untyped_storage()
        address = address_of(original)
        known = self._storages.get(address) if original.nbytes() else None
        if known is None:
            host = original if tensor.device.type == "cpu" else self._copied(original)
            shadow = self._undefined.shadow(tensor) if self._undefined is not None else None
            storage = Storage(address_of(host), host.nbytes(), shadow)
            if self._before is not None:
                storage.pending = self._before.bytes_at(storage.base, storage.size)
            known = storage, original, host
            key = address if original.nbytes() else -1 - len(self._storages)
            self._storages[key] = known
        region = self._region(name, known[0], tensor)
        self.regions.append(region)
        return region

    def _region(self, name: str, storage: Storage, tensor: torch.Tensor) -> Region:
        """The bytes of ``tensor``'s elements.

        Where elements share bytes (a stride of 0), a kernel that goes on with strides of its own
        finds what else lies in the storage: then these are the bytes of all that does, which are
        the elements of the tensor that is alone in it, if there is one.
        """
        size = tensor.element_size()
        low = int(tensor.storage_offset()) * size
        steps = zip(tensor.shape, tensor.stride(), strict=True)
        if tensor.numel() and any(length > 1 and stride == 0 for length, stride in steps):
            address = address_of(tensor.untyped_storage())
            for whole in self._alone:
                if address_of(whole.untyped_storage()) == address:
                    return replace(_elements(name, storage, whole), first=low)
            return Region(name, storage, 0, storage.size, size, first=low)
        return _elements(name, storage, tensor)

    def find(self, addresses: np.ndarray) -> list[Region]:
        """Regions around ``addresses`` of tensors whose address was asked for, each only once."""
        if self._places is None:
            self._places = [] if self._addresses is None else self._addresses.places()
        found = []
        for place in list(self._places):
            if ((addresses >= place.start) & (addresses < place.stop)).any():
                self._places.remove(place)
                found.append(self.region(f"{place.what} by its address", place.tensor()))
        return found

    def tensor_at(self, address: int) -> torch.Tensor | None:
        """The largest tensor around ``address`` that was named, or whose address was asked for."""
        places = [place_of(tensor) for tensor in self._memory]
        places += [] if self._addresses is None else self._addresses.places()
        around = [place for place in places if place.start <= address < place.stop]
        largest = max(around, key=lambda place: place.stop - place.start, default=None)
        return None if largest is None else largest.tensor()

    @property
    def has_copies(self) -> bool:
        """Whether some memory was copied from a device, so that addresses say nothing."""
        return any(original is not host for _, original, host in self._storages.values())

    @staticmethod
    def _copied(storage: Any) -> Any:
        with without_watch():
            return storage.cpu()

    def return_to_devices(self) -> None:
        """Copy storages that came from devices back to them."""
        copied = [each[1:] for each in self._storages.values() if each[1] is not each[2]]
        if copied:
            with without_watch():
                for original, host in copied:
                    original.copy_(host)
