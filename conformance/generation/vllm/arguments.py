"""With which arguments `vllm.LLM` is called."""

from collections.abc import Mapping
from typing import Any

from conformance.generation.setup import EngineSetup, ProcessSetup

WORKER = "conformance.generation.vllm.worker.Observed"


def arguments(setup: ProcessSetup, engine: EngineSetup, gpu: bool) -> Mapping[str, Any]:
    """Those of the setup, on top of small and deterministic ones."""
    found: dict[str, Any] = {
        "model": engine.model,
        # In bf16 engines and Hugging Face differ at near ties; in fp32 by 1e-5 at most.
        "dtype": "float32",
        "enforce_eager": not setup.compiled,
        "max_model_len": 256,
        "max_num_seqs": 4,
        "max_logprobs": 20,
        "seed": 0,
        # Instead of gigabytes, which are written before the first request.
        "kv_cache_memory_bytes": 16 << 20,
        # What an order gives must not depend on the orders before it.
        "enable_prefix_caching": False,
        "skip_tokenizer_init": True,
        "disable_log_stats": True,
        "worker_extension_cls": WORKER,
    }
    if gpu and setup.attention == "triton":
        found["attention_backend"] = "TRITON_ATTN"
    return {**found, **engine.arguments}
