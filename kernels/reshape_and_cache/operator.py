"""Where reshape_and_cache is implemented."""

from collections.abc import Mapping
from typing import Any

from conformance.contract import Constant, Measured, Operator

from ..packages.peers import compiled, released
from ..packages.releases import vllm
from .contract import CONTRACT

_SAME = {argument.name: argument.name for argument in CONTRACT.arguments}

TORCH = "conformance_kernels.reshape_and_cache.torch_cache:reshape_and_cache"


def moved(names: Mapping[str, Any]) -> tuple[int, int]:
    """Bytes to read and to write: the new tokens and their slots, not the whole cache."""
    size = {"float32": 4, "bfloat16": 2, "float16": 2}
    elements = 2 * names["T"] * names["H"] * names["D"]
    read = elements * size[names["key_dtype"]] + 8 * names["T"]
    return read, elements * size[names["key_cache_dtype"]]


MEASURED = Measured(
    points=tuple(
        {"T": tokens, "NB": max(64, tokens // 16), "P": 16, "H": 8, "D": 128, "dtype": "bfloat16"}
        for tokens in (1, 64, 2048, 16384)
    ),
    along="T",
    along_meaning="tokens",
    peers=(compiled(TORCH), *released("vllm")),
    moved=moved,
)

OPERATOR = Operator(
    CONTRACT,
    subjects={"torch": TORCH},
    releases=(
        vllm(
            "vllm/v1/attention/ops/triton_reshape_and_cache_flash.py",
            "triton_reshape_and_cache_flash",
            # Scales are read only for caches of 8-bit floats.
            _SAME
            | {
                "kv_cache_dtype": Constant("auto"),
                "k_scale": Constant(None),
                "v_scale": Constant(None),
            },
            asks_cuda=True,
        ),
    ),
    measured=MEASURED,
)
