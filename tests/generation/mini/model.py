"""One step of the model over the paged KV cache: requests of different lengths as one batch."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import fx

from conformance.generation.where import Where

from . import weights as w
from .blocks import NULL
from .setups import Setup

GUARD = 8
"""Slots after the last block, which nothing may touch."""
CUSTOM, USUAL = "mini.custom_route", "mini.usual_route"


@dataclass
class Batch:
    """B requests with up to Q tokens in a step, over up to C positions.

    ``tokens``, ``positions`` and ``slots`` are (B, Q): padding has position 0 and slots of the
    block that nobody owns. ``context`` (B, C) are the slots of all blocks, ``lengths`` (B,) how
    many positions are written, ``last`` (B,) the column whose logits are wanted. ``rows`` of
    the requests are no padding, ``phase`` is that of the step.
    """

    tokens: torch.Tensor
    positions: torch.Tensor
    slots: torch.Tensor
    context: torch.Tensor
    lengths: torch.Tensor
    last: torch.Tensor
    rows: int
    phase: str


class _Tracer(fx.Tracer):
    def is_leaf_module(self, module, name) -> bool:
        return isinstance(module, w.Router)


class Model:
    """``graphs`` is the compile cache, which outlives the engine; ``keys`` are those it used."""

    def __init__(
        self, setup: Setup, custom: bool, where: Where, graphs: dict[str, fx.GraphModule]
    ) -> None:
        self.setup, self.custom, self.where, self.graphs = setup, custom, where, graphs
        self.weights = w.weights()
        slots = setup.blocks * setup.block + GUARD
        self.memory = [
            torch.zeros(2, slots, w.HIDDEN, dtype=torch.float64) for _ in self.weights.layers
        ]
        self.keys: list[str] = []
        self.touched: list[int] = []
        """Slots behind the last block that a step wrote to."""
        self.phase = ""
        self.parts = [self._part(number) for number in range(w.LAYERS)]

    def route(self, logits: torch.Tensor, scale: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The router that was asked for."""
        self.where.called(CUSTOM if self.custom else USUAL)
        return w.route(logits, scale)

    def key(self, number: int) -> str:
        """By which the graph of a layer is looked up."""
        return f"layer {number}, {'custom' if self.custom else 'usual'} router"

    def _part(self, number: int) -> Callable[[torch.Tensor], torch.Tensor]:
        """Router and experts of a layer, compiled or not."""
        part = w.FeedForward(self.weights.layers[number], w.Router(self.route))
        if not self.setup.compiled:
            return part
        key = self.key(number)
        self.keys.append(key)
        if key not in self.graphs:
            self.graphs[key] = fx.GraphModule(part, _Tracer().trace(part))
        return self.graphs[key]

    def forward(self, batch: Batch, tap: Callable[[str, torch.Tensor], None]) -> torch.Tensor:
        """Logits (B, V) after the last token of each request; ``tap`` gets (B, Q, H) of parts."""
        self.phase = batch.phase
        x = self.weights.embedding[batch.tokens] + self.weights.positions[batch.positions]
        for number, layer in enumerate(self.weights.layers):
            self.where.layer = number
            x = x + self.attention(number, layer, w.normed(x), batch)
            tap(f"layers.{number}.self_attention", x)
            x = self.parts[number](x.reshape(-1, w.HIDDEN)).view(x.shape)
            tap(f"layers.{number}", x)
        self.where.layer = None
        return w.normed(x[torch.arange(len(x)), batch.last]) @ self.weights.head.T

    def attention(self, number: int, layer: w.Layer, x: torch.Tensor, batch: Batch) -> torch.Tensor:
        """Write keys and values of ``x`` (B, Q, H), then attend to all positions so far."""
        memory = self.memory[number]
        self.touched += self._outside(batch.slots)
        memory[0, batch.slots], memory[1, batch.slots] = x @ layer.key.T, x @ layer.value.T
        keys, values = memory[:, batch.context]
        q, k, v = (
            each.view(*each.shape[:2], w.HEADS, -1).transpose(1, 2)
            for each in (x @ layer.query.T, keys, values)
        )
        places = torch.arange(k.shape[2])
        written = places[None] < batch.lengths[:, None]
        seen = (places <= batch.positions[..., None]) & written[:, None]
        read = self.attend(q, k, v, seen[:, None], written[:, None, :, None])
        return read.transpose(1, 2).reshape(x.shape) @ layer.out.T

    def attend(
        self, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, seen: torch.Tensor,
        written: torch.Tensor,
    ) -> torch.Tensor:  # fmt: skip
        """Softmax over what is ``seen``; values that nobody has ``written`` count as nothing."""
        scores = (q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5).masked_fill(~seen, -math.inf)
        return scores.softmax(-1) @ torch.where(written, v, 0.0)

    def _outside(self, slots: torch.Tensor) -> list[int]:
        return slots[slots >= self.setup.blocks * self.setup.block].tolist()

    def padding(self) -> int:
        """The slot that padding is written to."""
        return NULL
