"""How the attending kernels are launched: constants, scratch memory, tensors as they read them."""

from typing import Any

import torch

from ..launch_shapes import LaunchShape, known, power_of_2
from .calls import Paged, Window

# Softmax terms are at most 1 and float16 loses bits below 2**-14: rounded to float16 they are
# multiplied by 2**14, which is exact and keeps sums in float32 far from its limits.
FLOAT16_SPREAD = 14.0

# Sequences of a batch, and new tokens of a sequence, where a trace leaves them open.
OPEN_ROWS, OPEN_TOKENS = 32, 512

# Bytes. For addresses that it divides Triton compiles vectors of loads and stores.
ALIGNMENT = 16

# Partial results that a merging program reads at once.
PARTS = 16


def is_narrow(call: Paged | Window) -> bool:
    """Whether both products take 16-bit operands; everything else is computed in float32.

    They do where query and cache have the same dtype of 16 bits.
    """
    return call.query.dtype == call.kv_cache.dtype and call.query.dtype != torch.float32


def attend_constants(
    call: Paged | Window, shape: LaunchShape, query: torch.Tensor, key: torch.Tensor
) -> dict[str, Any]:
    """Constants of a launch that attends `query` and `key` as kernels read them.

    There are few of each, since every combination is compiled for itself.
    """
    groups, length = int(query.shape[2]), known(query.shape[3])
    several_tiles = length is None or groups * length > shape.rows
    sinks = 0 if call.sinks is None else int(call.sinks.shape[1])
    masked = isinstance(call, Paged) and call.mask is not None
    narrow = is_narrow(call)
    return {
        "MASKED": masked,
        # Tiles that all rows see are told apart where there are many of them, and where telling
        # them apart is worth the time that compilers take for products in float32.
        "INNER": narrow and several_tiles and not masked,
        "SINKS": max(4, power_of_2(sinks)) if sinks else 0,
        "ROWS": shape.rows,
        "KEYS": shape.keys,
        "NEW": min(shape.keys, 16 if length is not None and length <= 16 else 64),
        "NARROW": narrow,
        "SPREAD": FLOAT16_SPREAD if narrow and query.dtype == torch.float16 else 0.0,
        "num_warps": shape.warps,
        "num_stages": shape.stages,
        **size_constants(call, query, key),
        "WIDE": _in_vectors(call, query, key),
    }


def _in_vectors(call: Paged | Window, query: torch.Tensor, key: torch.Tensor) -> bool:
    """Whether kernels read heads in vectors: elements next to each other, all begin aligned.

    What is traced is taken to begin so.
    """
    cache = call.kv_cache
    if not size_constants(call, query, key)["WIDE"] or not surely(cache.stride(-1) == 1):
        return False
    if not is_plain(query):
        return True
    return all(map(is_aligned, (call.query, call.key, call.value, cache)))


def is_plain(tensor: torch.Tensor) -> bool:
    """Whether a tensor has memory: it is none of a trace."""
    return type(tensor) in (torch.Tensor, torch.nn.Parameter)


def is_aligned(tensor: torch.Tensor) -> bool:
    """Whether a tensor begins where vectors of loads and stores may begin."""
    return tensor.data_ptr() % ALIGNMENT == 0


def size_constants(call: Paged | Window, *tensors: torch.Tensor) -> dict[str, Any]:
    """Constants that say how elements of a head are read: their block, and whether in vectors."""
    size = int(call.query.shape[4])
    numbers = [size, *(n for each in (*tensors, call.kv_cache) for n in strides_of(each)[:-1])]
    return {
        # Fewer than 64 are not worth a kernel of their own.
        "BLOCK_SIZE": max(64, power_of_2(size)),
        "WIDE": all(surely(number % 16 == 0) for number in numbers),
    }


def strides_of(tensor: torch.Tensor) -> tuple[int, ...]:
    """The strides, 0 for axes along which nothing is counted."""
    pairs = zip(tensor.shape, tensor.stride(), strict=True)
    return tuple(stride if size > 1 else 0 for size, stride in pairs)


def scratch_elements(call: Paged | Window, splits: int) -> int:
    """Elements of float32 for the partial results of a launch that attends; 0 without splits."""
    rows, heads, groups, length, size = call.query.shape
    return rows * heads * splits * groups * length * (size + 2) if may_exceed_1(splits) else 0


def open_sizes(call: Paged | Window) -> tuple[int, int]:
    """Rows and new tokens, and usual numbers for those that a trace leaves open."""
    rows, length = known(call.query.shape[0]), known(call.query.shape[3])
    return OPEN_ROWS if rows is None else rows, OPEN_TOKENS if length is None else length


def may_exceed_1(number: int) -> bool:
    """Whether a number is above 1, or a symbol of a trace."""
    return known(number) is None or number > 1


def surely(condition: bool | torch.SymBool) -> bool:
    """Whether a condition is known to hold; one that depends on symbols of a trace may not be."""
    if isinstance(condition, bool):
        return condition
    # Needs sympy, which a plain call must not import.
    from torch.fx.experimental.symbolic_shapes import statically_known_true

    return statically_known_true(condition)


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
