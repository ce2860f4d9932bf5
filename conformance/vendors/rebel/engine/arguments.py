"""Arguments of `vllm.LLM` for the plugin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.generation.setup import EngineSetup

SETTINGS = "additional_config"

COMMON: Mapping[str, Any] = {
    "model_impl": "vllm",
    "max_num_seqs": 1,
    "seed": 0,
    "enable_prefix_caching": False,
    "max_logprobs": 20,
    "disable_log_stats": True,
    "skip_tokenizer_init": True,
}
EMULATED: Mapping[str, Any] = {
    **COMMON,
    "dtype": "float32",
    "max_model_len": 256,
    "block_size": 256,
    "max_num_batched_tokens": 128,
    # From the memory of an NPU the plugin computes more blocks than the indices of it can count.
    "num_gpu_blocks_override": 12,
}
TUTORIAL: Mapping[str, Any] = {**COMMON, "max_model_len": 4096, "block_size": 4096}
"""The vendor's tutorial: one sequence of up to 4096 tokens."""


def arguments(setup: EngineSetup, switch: Mapping[str, Any], emulated: bool) -> dict[str, Any]:
    """All arguments of an engine. Those of the setup win; its ``additional_config`` is merged.

    ``switch`` are settings of the plugin that `EngineSetup.custom_kernels` stands for.
    """
    found = {**(EMULATED if emulated else TUTORIAL), **setup.arguments, "model": setup.model}
    settings = {**switch, **(setup.arguments.get(SETTINGS) or {})}
    if settings:
        found[SETTINGS] = settings
    return found
