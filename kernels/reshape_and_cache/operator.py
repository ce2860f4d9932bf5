"""Where reshape_and_cache is implemented."""

from conformance.contract import Constant, Operator

from ..packages.releases import vllm
from .contract import CONTRACT

_SAME = {argument.name: argument.name for argument in CONTRACT.arguments}

OPERATOR = Operator(
    CONTRACT,
    subjects={"torch": "conformance_kernels.reshape_and_cache.torch_cache:reshape_and_cache"},
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
)
