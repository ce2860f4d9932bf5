"""The engines in which faults are planted, with the checks that are asked of each."""

from .planted import Where

GEMMA4 = Where(
    "vllm",
    "gemma4",
    {"router": "vllm-triton"},
    # The switch is no question here: vLLM on a CPU ignores `attention_backend`, planted or not.
    ("tokens", "second_call", "arrivals", "lengths", "prompts", "kernels_ran", "engine_memory",
     "chunks", "mixed_steps", "prefix_cache", "preemption", "cache_contents"),
)  # fmt: skip
"""vLLM's Gemma 4 with its Triton router in lockstep."""

COMPILED = Where("vllm", "gemma4", {"router": "operator"}, ("tokens", "compilation", "compile_key"))
"""Gemma 4 with this project's router as an opaque operator: what inductor can compile here."""

VENDOR = Where("vllm_rbln", "qwen3", {"custom-kernels": "on"},
               ("tokens", "kernels_ran", "surroundings"))  # fmt: skip
"""The vendor's plugin with its custom kernels, over the emulated compiler."""

SWITCHED = Where("vllm_rbln", "qwen3", {"custom-kernels": "on"}, ("tokens", "switch"))
"""The same, where its switch is asked for: each way of setting it has a process of its own."""
