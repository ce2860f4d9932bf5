"""Other right ways to generate, which no check may flag."""

from typing import Any

import torch

from .places import GEMMA4
from .planted import Variation, put
from .routers import route_by, routed


def hand_out_last_blocks_first() -> None:
    """Free blocks are taken from the other end of the queue."""
    from vllm.v1.core.kv_cache_utils import FreeKVCacheBlockQueue

    def popleft_n(self: Any, n: int) -> list[Any]:
        found = self.get_all_free_blocks()[::-1][:n]
        for block in found:
            self.remove(block)
        return found

    def popleft(self: Any) -> Any:
        return popleft_n(self, 1)[0]

    put(FreeKVCacheBlockQueue, "popleft_n", popleft_n)
    put(FreeKVCacheBlockQueue, "popleft", popleft)


def pad_steps() -> None:
    """Each step is padded to a multiple of eight rows, which nobody reads."""
    from vllm.v1.worker.gpu_model_runner import GPUModelRunner

    forward = GPUModelRunner._model_forward

    def _model_forward(
        self: Any, input_ids: Any = None, positions: Any = None, *arguments: Any, **words: Any
    ) -> Any:
        more = -input_ids.shape[0] % 8
        input_ids = torch.nn.functional.pad(input_ids, (0, more))
        positions = torch.nn.functional.pad(positions, (0, more))
        return forward(self, input_ids, positions, *arguments, **words)

    put(GPUModelRunner, "_model_forward", _model_forward)


def turn_slots() -> None:
    """The experts of a token come in the other order, each with its own weight."""

    def route(router: Any, gating: torch.Tensor, topk: int) -> Any:
        weights, ids = routed(router, gating, topk)
        return weights.flip(-1), ids.flip(-1)

    route_by(route)


def let_last_win_ties() -> None:
    """Of experts with equal logits, the last ones are chosen."""

    def route(router: Any, gating: torch.Tensor, topk: int) -> Any:
        scale = router.per_expert_scale
        from vllm.model_executor.models import gemma4

        turned = gating.flip(-1).contiguous()
        weights, ids = gemma4.gemma4_fused_routing_kernel_triton(turned, topk, scale.flip(-1))
        return weights, gating.shape[-1] - 1 - ids

    route_by(route)


VARIATIONS = (
    Variation("other-blocks", "Blocks are handed out in another order.", GEMMA4,
              hand_out_last_blocks_first),
    Variation("other-block-size", "Blocks have another size.", GEMMA4,
              arguments={"block_size": 64}),
    Variation("padded-steps", "Steps are padded.", GEMMA4, pad_steps),
    Variation("one-shot-prefill", "Prompts are never split.", GEMMA4,
              arguments={"max_num_batched_tokens": 1024, "enable_chunked_prefill": False}),
    Variation("slots-turned", "The experts of a token come in another order.", GEMMA4, turn_slots),
    Variation("last-wins-ties", "Another one of two equal experts is chosen.", GEMMA4,
              let_last_win_ties),
)  # fmt: skip
