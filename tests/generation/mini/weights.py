"""Weights of a decoder with two layers, and what a layer computes for each token by itself.

Everything is float64, so that no seed brings a near tie that two implementations break otherwise.
"""

from dataclasses import dataclass
from functools import cache

import torch
from torch import nn

LAYERS, HIDDEN, HEADS, EXPERTS, TOP = 2, 16, 2, 6, 2
VOCABULARY, POSITIONS = 64, 192


@dataclass(frozen=True)
class Layer:
    """Projections (H, H), ``router`` (E, H), ``up`` and ``down`` (E, H, H), ``scale`` (E,)."""

    query: torch.Tensor
    key: torch.Tensor
    value: torch.Tensor
    out: torch.Tensor
    router: torch.Tensor
    up: torch.Tensor
    down: torch.Tensor
    scale: torch.Tensor


@dataclass(frozen=True)
class Weights:
    """``embedding`` and ``head`` (V, H), ``positions`` (P, H)."""

    embedding: torch.Tensor
    positions: torch.Tensor
    head: torch.Tensor
    layers: tuple[Layer, ...]


@cache
def weights(seed: int = 0) -> Weights:
    """The same ones for a seed, always."""
    generator = torch.Generator().manual_seed(seed)

    def drawn(*shape: int, size: float = 1.0) -> torch.Tensor:
        return torch.randn(*shape, generator=generator, dtype=torch.float64) * size

    def layer() -> Layer:
        squares = [drawn(HIDDEN, HIDDEN, size=0.4) for _ in range(4)]
        router = drawn(EXPERTS, HIDDEN)
        up, down = (drawn(EXPERTS, HIDDEN, HIDDEN, size=0.4) for _ in range(2))
        return Layer(*squares, router, up, down, drawn(EXPERTS).abs() + 0.3)

    return Weights(
        drawn(VOCABULARY, HIDDEN), drawn(POSITIONS, HIDDEN), drawn(VOCABULARY, HIDDEN),
        tuple(layer() for _ in range(LAYERS)),
    )  # fmt: skip


def normed(x: torch.Tensor) -> torch.Tensor:
    """RMS norm of the last axis."""
    return x * torch.rsqrt((x * x).mean(-1, keepdim=True) + 1e-6)


def route(logits: torch.Tensor, scale: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Weights and ids (T, K) of the experts with the largest ``logits`` (T, E)."""
    best, ids = logits.topk(TOP, dim=-1)
    return best.softmax(-1) * scale[ids], ids


def experts(x: torch.Tensor, layer: Layer, chosen: torch.Tensor, ids: torch.Tensor) -> torch.Tensor:
    """What the chosen experts make of ``x`` (T, H), with weights and ids (T, K)."""
    hidden = torch.tanh(torch.einsum("th,ehf->tef", x, layer.up))
    every = torch.einsum("tef,efh->teh", hidden, layer.down)
    picked = every.gather(1, ids[..., None].expand(-1, -1, x.shape[-1]))
    return (chosen[..., None] * picked).sum(1)


class Router(nn.Module):
    """Calls ``route``, which a compiler does not look into."""

    def __init__(self, route) -> None:
        super().__init__()
        self.route = route

    def forward(self, logits, scale):
        return self.route(logits, scale)


class FeedForward(nn.Module):
    """The part of a layer after attention: router and experts, (T, H) to (T, H)."""

    def __init__(self, layer: Layer, router: Router) -> None:
        super().__init__()
        self.layer, self.router = layer, router

    def forward(self, x):
        h = normed(x)
        chosen, ids = self.router(h @ self.layer.router.T, self.layer.scale)
        return x + experts(h, self.layer, chosen, ids)
