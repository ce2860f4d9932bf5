"""Which attention vLLM uses: on a CPU its platform knows one only, and ignores what is asked."""

from typing import Any

from conformance.torch_internals import claim_capability


def use_triton_attention() -> None:
    """Have vLLM's CPU platform choose the Triton backend, for the rest of the process.

    That backend asks for a GPU's capability and number of processors, which a CPU has not.
    """
    from vllm.platforms.cpu import CpuPlatform
    from vllm.v1.attention.backends.registry import AttentionBackendEnum

    path = AttentionBackendEnum.TRITON_ATTN.get_path()
    CpuPlatform.get_attn_backend_cls = classmethod(lambda cls, *_, **__: path)
    CpuPlatform.num_compute_units = classmethod(lambda cls, *_: 2)
    claim_capability(9, 0)


def forget_choices() -> None:
    """Let the next engine choose its attention itself: vLLM keeps the choice of the one before."""
    from vllm.v1.attention import selector

    for each in vars(selector).values():
        if hasattr(each, "cache_clear"):
            each.cache_clear()


def attention_of(layers: dict[str, Any]) -> str:
    """The classes that compute attention in a model, as they are used, in order of first use."""
    used = [type(each.impl).__name__ for each in layers.values() if hasattr(each, "impl")]
    return ", ".join(dict.fromkeys(used))
