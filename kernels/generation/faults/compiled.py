"""Faults of compiled code: what a compiler is told, and by which key it finds what it made."""

from typing import Any

import torch

from .places import COMPILED
from .planted import Fault, put


def differ_when_compiled() -> None:
    """A layer has a branch of its own for compilers, which rounds to half precision."""
    from vllm.model_executor.models.gemma4 import Gemma4MLP

    computed = Gemma4MLP.forward

    def forward(self: Any, x: torch.Tensor) -> torch.Tensor:
        found = computed(self, x)
        return found.to(torch.bfloat16).to(found.dtype) if torch.compiler.is_compiling() else found

    put(Gemma4MLP, "forward", forward)


def name_every_graph_alike() -> None:
    """The key of a compiled graph is made of its inputs alone: not of what is called in it."""
    import hashlib

    from torch._functorch._aot_autograd import autograd_cache

    keyed = autograd_cache.autograd_cache_key

    def autograd_cache_key(gm: Any, inputs: Any, *arguments: Any, **words: Any) -> Any:
        _, *rest = keyed(gm, inputs, *arguments, **words)
        shapes = str([getattr(each, "shape", each) for each in inputs])
        return (f"a{hashlib.sha256(shapes.encode()).hexdigest()}", *rest)

    put(autograd_cache, "autograd_cache_key", autograd_cache_key)


FAULTS = (
    Fault("compiled-differs", "An operator rounds in its compiled form only.",
          ("compilation",), differ_when_compiled, COMPILED, 1, alone=True),
    Fault("key-is-blind", "The key of the compile cache does not see which router is taken.",
          ("compile_key",), name_every_graph_alike, COMPILED, 1, alone=True),
)  # fmt: skip
