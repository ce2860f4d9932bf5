"""Memory of the KV cache: blocks that requests own, and what stays in them for equal prefixes."""

import math
from collections.abc import Sequence

import torch

from .setups import Setup

NULL = 0
"""The block that no request owns: padding is written there."""
LARGE = 1e4


class Pool:
    """Blocks by number. ``hashes`` maps the beginning of a prompt to the block that holds its
    end, ``users`` counts the requests that own a block."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.free = list(range(1, setup.blocks))
        if setup.last_first:
            self.free.reverse()
        self.users = [0] * setup.blocks
        self.hashes: dict[object, int] = {}

    def take(self) -> int | None:
        """A block for one request; None if all are owned."""
        if not self.free:
            return None
        block = self.free.pop(0)
        self.hashes = {key: held for key, held in self.hashes.items() if held != block}
        self.users[block] = 1
        return block

    def give_back(self, blocks: Sequence[int]) -> None:
        """A request does not need them any more."""
        for block in blocks:
            self.users[block] -= 1
            if not self.users[block]:
                self.free.append(block)

    def key(self, tokens: Sequence[int], end: int) -> object:
        """What two requests have in common whose block ending at ``end`` is the same."""
        return tuple(tokens[:end])

    def hits(self, tokens: Sequence[int]) -> list[int]:
        """Blocks that hold the beginning of ``tokens``, but for the last one, owned from now on."""
        found: list[int] = []
        size = self.setup.block
        while self.setup.prefix and (len(found) + 1) * size < len(tokens):
            block = self.hashes.get(self.key(tokens, (len(found) + 1) * size))
            if block is None:
                break
            if not self.users[block]:
                self.free.remove(block)
            self.users[block] += 1
            found.append(block)
        return found

    def keep(self, tokens: Sequence[int], computed: int, blocks: Sequence[int]) -> None:
        """Blocks that are full can serve others."""
        if self.setup.prefix:
            for number in range(computed // self.setup.block):
                self.hashes.setdefault(
                    self.key(tokens, (number + 1) * self.setup.block), blocks[number]
                )

    def fill(self, memory: Sequence[torch.Tensor], word: str) -> None:
        """Write into every block that no request owns: ``finite``, ``nan`` or ``zero``."""
        value = {"finite": LARGE, "nan": math.nan, "zero": 0.0}[word]
        unowned = [block for block, users in enumerate(self.users) if not users]
        self.hashes = {key: held for key, held in self.hashes.items() if self.users[held]}
        size = self.setup.block
        for each in memory:
            for block in unowned:
                each[:, block * size : (block + 1) * size] = value
