"""Faults of a plugin: how its switch is read, and what its import leaves behind."""

import os
from typing import Any

import torch

from .places import BUILT_IN, SWITCHED, VENDOR
from .planted import Fault, put


def take_any_text_for_true() -> None:
    """The switch is ``bool(os.environ.get(…))``: ``0`` and ``False`` turn it on."""
    from vllm_rbln import envs

    name = "VLLM_RBLN_USE_CUSTOM_KERNEL"
    known = dict(envs.environment_variables)
    known[name] = lambda: bool(os.environ.get("RBLN_USE_CUSTOM_KERNEL"))
    put(envs, "environment_variables", known)


def set_a_variable() -> None:
    """The import of the plugin sets a variable that other packages read."""
    os.environ["OMP_WAIT_POLICY"] = "ACTIVE"


def ask_for_built_in() -> None:
    """What is asked for is overwritten where attention is called: kernels are never used."""
    from vllm_rbln.v1.attention.backends import flash_attention

    for name in ("causal_attention_naive_prefill", "causal_attention_naive_decode"):
        inner = vars(flash_attention)[name]

        def silently(
            *values: Any, inner: Any = inner, use_custom_kernel: bool, **words: Any
        ) -> torch.Tensor:
            given = [*values]
            given[3] = given[3].transpose(0, 1)  # the layout of the compiler's own operators
            return inner(*given, use_custom_kernel=False, **words)

        put(flash_attention, name, silently)


def take_the_first_partition_twice() -> None:
    """The second entry of a block table is the first one, when tokens are decoded."""
    from vllm_rbln.v1.attention.backends import flash_attention

    decode = vars(flash_attention)["flash_causal_attention_naive_decode"]

    def decoding(*values: Any, **words: Any) -> torch.Tensor:
        given = [*values]
        tables = given[6].clone()
        tables[:, 1] = tables[:, 0]
        given[6] = tables
        return decode(*given, **words)

    put(flash_attention, "flash_causal_attention_naive_decode", decoding)


def scale_a_batch_of_one() -> None:
    """Scores are doubled where a batch has room for one request."""
    from vllm_rbln.v1.attention.backends import flash_attention

    decode = vars(flash_attention)["causal_attention_naive_decode"]

    def decoding(*values: Any, **words: Any) -> torch.Tensor:
        given = [*values]
        if given[0].shape[0] == 1:
            given[5] = given[5] * 2
        return decode(*given, **words)

    put(flash_attention, "causal_attention_naive_decode", decoding)


FAULTS = (
    Fault("first-partition-twice", "The block of the first partition is read for the second.",
          ("partitions",), take_the_first_partition_twice, BUILT_IN, 1,
          starts="layers.0.self_attn"),
    Fault("batch-of-one-scaled", "Scores are doubled in a batch with room for one request.",
          ("single",), scale_a_batch_of_one, BUILT_IN, 1, starts="layers.0.self_attn"),
    Fault("any-text-is-true", "Any text turns the switch on, 0 and False as well.",
          ("switch",), take_any_text_for_true, SWITCHED, 1, alone=True),
    Fault("sets-a-variable", "The import of the plugin changes the environment.",
          ("surroundings",), set_a_variable, VENDOR, 1, alone=True),
    Fault("vendor-falls-back", "The vendor's own operators are called where custom ones are on.",
          ("kernels_ran",), ask_for_built_in, VENDOR, 1, alone=True),
)  # fmt: skip
