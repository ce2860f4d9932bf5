"""How both attention kernels are launched: tile sizes, precision, tracing."""

from typing import Any

import torch
import triton

# Softmax terms are at most 1 and float16 loses bits below 2**-14: rounded to float16 they are
# multiplied by this, which is exact and keeps sums in float32 far from its limits.
FLOAT16_SPREAD = 2.0**14

# Elements of a block of keys, in float32 and where both products take 16-bit operands, and the
# most rows and keys of a tile.
WIDE = (4096, 32, 64)
NARROW = (8192, 64, 128)


def attend_constants(
    query: torch.Tensor, kv_cache: torch.Tensor, sinks: torch.Tensor | None
) -> dict[str, Any]:
    """Constants of a launch that attends: precision, sinks, and the tile of one program.

    Both products take 16-bit operands where query and cache have the same dtype of 16 bits;
    everything else is computed in float32. `tl.dot` wants 16 of everything.
    """
    _, _, groups, length, size = query.shape
    narrow = query.dtype == kv_cache.dtype and query.dtype != torch.float32
    elements, most_rows, most_keys = NARROW if narrow else WIDE
    block_size = max(16, triton.next_power_of_2(size))
    return {
        "GROUPS": groups,
        "SIZE": size,
        "SINKS": 0 if sinks is None else sinks.shape[1],
        "BLOCK_SINKS": 1 if sinks is None else triton.next_power_of_2(max(1, sinks.shape[1])),
        "ROWS": min(most_rows, max(16, triton.next_power_of_2(groups * length))),
        "KEYS": min(most_keys, max(16, elements // block_size)),
        "BLOCK_SIZE": block_size,
        "NARROW": narrow,
        "SPREAD": FLOAT16_SPREAD if narrow and query.dtype == torch.float16 else 1.0,
    }


def copy_constants(tokens: int, size: int) -> dict[str, int]:
    """Constants of a launch that copies: the tile of one program, of 2048 elements or fewer."""
    block_size = triton.next_power_of_2(size)
    tile = max(1, 2048 // block_size)
    return {
        "SIZE": size,
        "TOKENS": min(tile, triton.next_power_of_2(tokens)),
        "BLOCK_SIZE": block_size,
    }


def readable(tensor: torch.Tensor) -> torch.Tensor:
    """The tensor as kernels read it, which see bytes and elements that lie next to each other.

    A copy only where it is negated lazily, or strided in its last axis.
    """
    tensor = tensor.resolve_neg()
    return tensor if tensor.stride(-1) == 1 or tensor.shape[-1] == 1 else tensor.contiguous()


def alike(key: torch.Tensor, value: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Both as kernels read them, with the same strides; as a rule they have them already."""
    key, value = readable(key), readable(value)
    if key.stride() != value.stride():
        key, value = key.contiguous(), value.contiguous()
    return key, value


def launcher(kernel: Any, tensor: torch.Tensor) -> Any:
    """The kernel, to be launched on `tensor` and others; wrapped while those are being traced.

    The wrapper costs a millisecond of dispatch for each launch, so that plain tensors do without.
    """
    plain = type(tensor) in (torch.Tensor, torch.nn.Parameter)
    return kernel if plain else torch.library.wrap_triton(kernel)
