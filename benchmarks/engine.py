"""What vLLM's attention asks its engine (`vllm.envs` and the platform), answered for a CPU."""

import torch

VLLM_BATCH_INVARIANT = False


def fp8_dtype() -> torch.dtype:
    """The 8-bit float of caches."""
    return torch.float8_e4m3fn


def is_device_capability_family(capability: int) -> bool:
    """Whether the device is a GPU of this generation."""
    return False
