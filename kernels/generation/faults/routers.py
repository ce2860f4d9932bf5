"""Faults of routing to experts, and of how a router's kernel is called."""

from typing import Any

import torch

from .places import GEMMA4
from .planted import Fault, put

NUMBERS = ("tokens", "second_call", "arrivals", "lengths", "prompts", "chunks", "mixed_steps",
           "prefix_cache", "preemption", "cache_contents")  # fmt: skip
"""Checks that compare answers with the oracle's: what is wrong in every step, each of them sees."""


def _gemma4() -> Any:
    from vllm.model_executor.models import gemma4

    return gemma4


def routed(router: Any, gating: torch.Tensor, topk: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Weights (T, K) and ids (T, K) as vLLM's model asks for them."""
    return _gemma4().gemma4_fused_routing_kernel_triton(gating, topk, router.per_expert_scale)


def _in_torch(router: Any, gating: torch.Tensor, topk: int) -> tuple[torch.Tensor, torch.Tensor]:
    values, ids = torch.topk(torch.softmax(gating, -1), topk)
    weights = values / values.sum(-1, keepdim=True) * router.per_expert_scale[ids]
    return weights.float(), ids.int()


def _layer_of(router: Any) -> int:
    """The layer of a router; they are made in the order of layers."""
    return router.conformance_layer


def _numbered() -> None:
    """Have routers know their layer."""
    made = _gemma4().Gemma4Router.__init__

    def make(self: Any, config: Any, quant_config: Any = None, prefix: str = "") -> None:
        made(self, config, quant_config, prefix)
        self.conformance_layer = int(prefix.partition("layers.")[2].partition(".")[0])

    put(_gemma4().Gemma4Router, "__init__", make)


def route_by(function: Any) -> None:
    """Have routers of Gemma 4 route by ``function(router, logits, topk)``."""

    def routing_function(
        self: Any, hidden_states: Any, gating_output: Any, topk: int, renormalize: bool
    ) -> Any:
        return function(self, gating_output, topk)

    put(_gemma4().Gemma4Router, "routing_function", routing_function)


def reverse_experts() -> None:
    """The weights of a token's experts come in the other order."""

    def route(router: Any, gating: torch.Tensor, topk: int) -> Any:
        weights, ids = routed(router, gating, topk)
        return weights, ids.flip(-1)

    route_by(route)


def share_first_scale() -> None:
    """The scale of experts is kept from the first layer that was routed."""
    kept: dict[int, torch.Tensor] = {}

    def route(router: Any, gating: torch.Tensor, topk: int) -> Any:
        if _layer_of(router) == 0:
            kept[0] = router.per_expert_scale
        scale = kept.get(0, router.per_expert_scale)
        return _gemma4().gemma4_fused_routing_kernel_triton(gating, topk, scale)

    _numbered()
    route_by(route)


class _NotBuilt:
    """A kernel that no compiler takes."""

    def __getitem__(self, grid: Any) -> Any:
        raise RuntimeError("0 active drivers ([]). There should only be one.")


def fall_back_silently() -> None:
    """The launch raises; who called it takes torch instead and says nothing."""

    def route(router: Any, gating: torch.Tensor, topk: int) -> Any:
        try:
            return routed(router, gating, topk)
        except RuntimeError:
            return _in_torch(router, gating, topk)

    put(_gemma4(), "_gemma4_routing_kernel", _NotBuilt())
    route_by(route)


def read_another_switch() -> None:
    """Whether the kernel is wanted is read under a name that nobody sets."""
    import os

    def route(router: Any, gating: torch.Tensor, topk: int) -> Any:
        wanted = os.environ.get("VLLM_GEMMA4_USE_TRITON_ROUTING", "0") == "1"
        return (routed if wanted else _in_torch)(router, gating, topk)

    route_by(route)


def leave_out_last_layer() -> None:
    """The kernel is put into all layers but the last."""

    def route(router: Any, gating: torch.Tensor, topk: int) -> Any:
        return (_in_torch if _layer_of(router) == 2 else routed)(router, gating, topk)

    _numbered()
    route_by(route)


def read_beyond() -> None:
    """A kernel after the router's reads an element behind its weights, and does not use it."""
    from .beyond import touch

    def route(router: Any, gating: torch.Tensor, topk: int) -> Any:
        weights, ids = routed(router, gating, topk)
        touch(weights)
        return weights, ids

    route_by(route)


FAULTS = (
    Fault("experts-reversed", "The experts of a token are taken in the other order.", NUMBERS,
          reverse_experts, GEMMA4, 1, starts="layers.0.experts"),
    Fault("first-layers-scale", "The scale of the first layer's experts is used for all layers.",
          NUMBERS, share_first_scale, GEMMA4, 1, starts="layers.1.experts"),
    Fault("falls-back", "The launch of the kernel raises, and torch is taken silently.",
          ("kernels_ran",), fall_back_silently, GEMMA4, 1),
    Fault("another-switch", "The switch is read under another name: the kernel is never called.",
          ("kernels_ran",), read_another_switch, GEMMA4, 1),
    Fault("one-layer-without", "The kernel is called in all layers but one.",
          ("kernels_ran",), leave_out_last_layer, GEMMA4, 1),
    Fault("reads-beyond", "A kernel reads an element beyond its tensor, and all tokens are right.",
          ("engine_memory",), read_beyond, GEMMA4, 1),
)  # fmt: skip
