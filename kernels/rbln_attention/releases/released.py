"""Where the vendor's operators are in the releases of vllm-rbln. Data only.

Releases before 0.10.0 have none of them, 0.10.0 has six, all later ones have ten.
"""

from collections.abc import Mapping
from dataclasses import dataclass

DISTRIBUTION = "vllm-rbln"
NAMESPACE = "rbln_triton_ops"

# Files by family, which is the operator's name up to "_naive_".
_FIRST = {
    "flash_attention": "vllm_rbln/triton_kernels/attention.py",
    "flash_causal_attention": "vllm_rbln/triton_kernels/causal_attention.py",
    "sliding_window_attention": "vllm_rbln/triton_kernels/sliding_window_attention.py",
}
# Two names of files mean other operators than in 0.10.0.
_SECOND = {
    "attention": "vllm_rbln/triton_kernels/attention.py",
    "causal_attention": "vllm_rbln/triton_kernels/causal_attention.py",
    "flash_attention": "vllm_rbln/triton_kernels/flash_attention.py",
    "flash_causal_attention": "vllm_rbln/triton_kernels/flash_causal_attention.py",
    "sliding_window_attention": "vllm_rbln/triton_kernels/sliding_window_attention.py",
}
_THIRD = {
    "attention": "vllm_rbln/v1/attention/ops/triton_attention_naive.py",
    "causal_attention": "vllm_rbln/v1/attention/ops/triton_causal_attention_naive.py",
    "flash_attention": "vllm_rbln/v1/attention/ops/triton_flash_attention_naive.py",
    "flash_causal_attention": "vllm_rbln/v1/attention/ops/triton_flash_causal_attention.py",
    "sliding_window_attention": "vllm_rbln/v1/attention/ops/triton_sliding_window_attention_naive.py",  # noqa: E501
}

RELEASES: Mapping[str, Mapping[str, str]] = {
    "0.10.0": _FIRST,
    "0.10.1": _SECOND,
    "0.10.1.post1": _SECOND,
    "0.10.1.post2": _SECOND,
    "0.10.2": _SECOND,
    "0.10.2.post1": _SECOND,
    "0.10.2.post2": _SECOND,
    "0.10.3": _SECOND,
    "0.10.3.post1": _SECOND,
    "0.10.4": _SECOND,
    "0.11.0": _SECOND,
    "0.11.1": _THIRD,
    "0.11.1.post1": _THIRD,
    "0.11.2": _THIRD,
    "0.11.2.post1": _THIRD,
    "0.12.0": _THIRD,
}
"""For each release its files by family of operators, oldest first."""

VERSIONS = tuple(RELEASES)
"""Releases of the flash_attention, flash_causal_attention and sliding_window_attention families."""

SINGLE_VERSIONS = tuple(version for version, files in RELEASES.items() if "attention" in files)
"""Releases of the attention and causal_attention families."""

WITHOUT_DRAFTS = ("0.10.0", "0.10.1", "0.10.1.post1", "0.10.1.post2")
"""Releases whose flash_causal_attention_naive_decode refuses more than one query token."""


@dataclass(frozen=True)
class References:
    """Where a release has torch references of its operators, and the dtype of their indices."""

    file: str
    utilities: str
    index_dtype: str


_BACKEND = "vllm_rbln/v1/attention/backends/flash_attention.py"

REFERENCES = {
    "0.10.4": References(_BACKEND, "vllm_rbln/utils/__init__.py", "int16"),
    "0.11.0": References(_BACKEND, "vllm_rbln/utils/__init__.py", "int32"),
}
"""Releases whose references are used: the last two whose Python can be run without an NPU."""

REFERENCE_FAMILIES = ("flash_attention", "flash_causal_attention", "sliding_window_attention")
"""Families that have a reference; those of the other two return uninitialised memory."""
