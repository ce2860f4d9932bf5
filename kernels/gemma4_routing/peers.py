"""Other ways to route, measured beside our kernel; and what a call has to move."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import torch

from conformance.subjects.released import load_released
from conformance.tensors.dtypes import torch_dtype

from . import released
from .measured import MEASURED_VERSION


def eager(
    gating: torch.Tensor, topk: int, per_expert_scale: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """As transformers' model writes it: softmax over all experts, top-K, renormalise, scale.

    gating: (T, E) floating point; per_expert_scale: (E,) floating point. Returns weights (T, K)
    float32 and ids (T, K) int32. Ties and NaN are as ``torch.topk`` has them, which is not what the
    operator owes.
    """
    probabilities = torch.softmax(gating, dim=-1, dtype=torch.float32)
    weights, ids = torch.topk(probabilities, topk, dim=-1)
    weights = weights / weights.sum(dim=-1, keepdim=True)
    weights = weights * per_expert_scale.to(torch.float32)[ids]
    return weights, ids.to(torch.int32)


def vllm_eager() -> Callable[..., Any]:
    """The routing function in torch of vLLM's model, out of the released file.

    Raises as :func:`conformance.subjects.released.load_released`.
    """
    from .contract import OPERATOR

    release = OPERATOR.releases[0]
    names = {name: own for name, own in released.ARGUMENTS.items() if isinstance(own, str)}
    plain = replace(release, function=released.EAGER_FUNCTION, arguments=names)
    return load_released(OPERATOR, plain, MEASURED_VERSION).function


def moved(names: Mapping[str, Any]) -> tuple[int, int]:
    """Bytes to read and to write: logits and scales once; a weight and an id for each slot."""
    tokens, experts, chosen = names["T"], names["E"], names["K"]
    logit = torch_dtype(names["gating_dtype"]).itemsize
    scale = torch_dtype(names["per_expert_scale_dtype"]).itemsize
    return tokens * experts * logit + experts * scale, tokens * chosen * 8
