"""What a release of vllm-rbln promises less than the contracts, known from its source."""

from conformance.contract import Promise

from ..table import KINDS
from .released import WITHOUT_DRAFTS


def promise(operator: str, version: str) -> Promise:
    """The wrappers cast the cache to float32, and write to the copy if it is of another type; they
    pad the head dimension of everything but the cache. The first releases take one token a decode.
    """
    limits = ("D % 64 == 0",)
    if version in WITHOUT_DRAFTS and operator == "flash_causal_attention_naive_decode":
        limits += ("L == 1",)
    return Promise(
        within=limits,
        dtypes={"kv_cache": ("float32",)},
        without=("sinks",) if KINDS[operator].may_have_sinks else (),
    )
