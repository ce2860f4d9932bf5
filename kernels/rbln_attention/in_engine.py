"""The operators that come with the vendor's compiler, for an engine over the emulated one.

With custom kernels off, the plugin calls `rbln_custom_ops.NAME` with the arguments of the operator
`rbln_triton_ops.NAME` and some behind them. The compiler has its own code for them, which is not
public; what they owe is the contract's, so that the plain torch implementation stands for them.
"""

from collections.abc import Callable
from typing import Any

import torch

from conformance.generation.where import WHERE

from .implementations.signatures import PARAMETERS
from .implementations.torch_attention import PLAIN
from .names import FAMILY
from .table import KINDS

NAMESPACE = "rbln_custom_ops"
_BEHIND: tuple[tuple[str, str], ...] = (
    ("sinks", "Tensor?"),
    ("k_quantize_scale", "Tensor?"),
    ("v_quantize_scale", "Tensor?"),
    ("cache_dtype", "ScalarType?"),
)
"""Arguments behind those of the contract; before them, a window's decode has a mask."""

_library: list[torch.library.Library] = []


def define(blocks_first: bool) -> None:
    """Define the ten operators, or give kernels to those that the plugin defined.

    With ``blocks_first`` a KV cache is (NB, 2, H, 1, P, D), else (2, NB, H, 1, P, D). Harmless if
    repeated with the same word.
    """
    if _library:
        return
    library = torch.library.Library(NAMESPACE, "FRAGMENT")
    _library.append(library)
    for name in FAMILY:
        known = hasattr(getattr(torch.ops, NAMESPACE), name)
        if not known:
            library.define(schema(name))
            torch.library.register_fake(f"{NAMESPACE}::{name}", _fake, lib=library)
        library.impl(name, operator(name, blocks_first), "CPU")


def schema(name: str) -> str:
    """The schema of an operator, with the arguments that the newest plugin passes."""
    given = ["Tensor(a!) kv_cache" if each == "kv_cache" else f"Tensor {each}"
             for each in PARAMETERS[name]]  # fmt: skip
    behind = [f"{kind} {each}=None" for each, kind in _behind(name)]
    return f"{name}({', '.join([*given, *behind])}) -> Tensor"


def operator(name: str, blocks_first: bool) -> Callable[..., torch.Tensor]:
    """The kernel of an operator; each call is counted.

    Raises NotImplementedError for arguments behind the contract's that the operator cannot heed.
    """
    names = PARAMETERS[name]
    behind = [each for each, _ in _behind(name)]

    def call(*values: Any, **keywords: Any) -> torch.Tensor:
        WHERE.called(f"{NAMESPACE}.{name}")
        given = dict(zip([*names, *behind], values, strict=False)) | keywords
        asked = {each: given[each] for each in names}
        if blocks_first:
            asked["kv_cache"] = asked["kv_cache"].transpose(0, 1)
        for each, value in asked.items():
            # The compiler converts integers; the contract's operators want int32.
            if value.dtype == torch.int64:
                asked[each] = value.to(torch.int32)
        for each in behind:
            if given.get(each) is None or _has_no_effect(each, given):
                continue
            if each != "sinks" or not KINDS[name].may_have_sinks:
                raise NotImplementedError(f"{NAMESPACE}.{name}: {each} is not emulated")
            asked["sinks"] = given["sinks"]
        return PLAIN[name](**asked)

    return call


def _behind(name: str) -> tuple[tuple[str, str], ...]:
    if name == "sliding_window_attention_naive_decode":
        return (("attn_mask", "Tensor?"), *_BEHIND)
    return _BEHIND


def _has_no_effect(name: str, given: dict[str, Any]) -> bool:
    """Scales belong to a cache of 8 bits, which `cache_dtype` then names."""
    return name.endswith("quantize_scale") and given.get("cache_dtype") is None


def _fake(query: torch.Tensor, *others: Any, **keywords: Any) -> torch.Tensor:
    return torch.empty_like(query)
