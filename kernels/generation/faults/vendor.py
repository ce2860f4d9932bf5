"""Faults of a plugin: how its switch is read, and what its import leaves behind."""

import os
from typing import Any

import torch

from .places import SWITCHED, VENDOR
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


FAULTS = (
    Fault("any-text-is-true", "Any text turns the switch on, 0 and False as well.",
          ("switch",), take_any_text_for_true, SWITCHED, 1, alone=True),
    Fault("sets-a-variable", "The import of the plugin changes the environment.",
          ("surroundings",), set_a_variable, VENDOR, 1, alone=True),
    Fault("vendor-falls-back", "The vendor's own operators are called where custom ones are on.",
          ("kernels_ran",), ask_for_built_in, VENDOR, 1, alone=True),
)  # fmt: skip
