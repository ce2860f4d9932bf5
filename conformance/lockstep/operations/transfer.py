"""Loads and stores."""

from __future__ import annotations

from typing import Any

from conformance.lockstep.machine import MACHINE
from conformance.lockstep.values.handle import Handle


class TransferOperations:
    """Builder methods for loads and stores without atomics."""

    def create_load(self, pointer: Handle, *_: Any) -> Handle:
        return self.create_masked_load(pointer, None, None)

    def create_masked_load(
        self, pointer: Handle, mask: Handle | None, other: Handle | None, *_: Any
    ) -> Handle:
        return MACHINE.memory.load(pointer, mask, other)

    def create_store(self, pointer: Handle, value: Handle, *_: Any) -> None:
        MACHINE.memory.store(pointer, value, None)

    def create_masked_store(
        self, pointer: Handle, value: Handle, mask: Handle | None, *_: Any
    ) -> None:
        MACHINE.memory.store(pointer, value, mask)
