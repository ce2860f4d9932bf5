"""Faults of compiled code: what a compiler is told, and by which key it finds what it made."""

from typing import Any

import torch

from .places import COMPILED
from .planted import Fault, put


def differ_when_compiled() -> None:
    """A layer has a branch of its own for compilers, which scales its input by another factor."""
    from vllm.model_executor.models.gemma4 import Gemma4MLP

    computed = Gemma4MLP.forward

    def forward(self: Any, x: torch.Tensor) -> torch.Tensor:
        # A factor behind the layer would be lost in the norm that follows.
        return computed(self, x * 1.05 if torch.compiler.is_compiling() else x)

    put(Gemma4MLP, "forward", forward)


def name_every_graph_alike() -> None:
    """The key of a compiled graph is made of its class and dtypes: not of what is called in it."""
    import hashlib

    from torch._functorch._aot_autograd import autograd_cache

    keyed = autograd_cache.autograd_cache_key

    def autograd_cache_key(gm: Any, inputs: Any, *arguments: Any, **words: Any) -> Any:
        _, *rest = keyed(gm, inputs, *arguments, **words)
        dtypes = sorted({str(getattr(each, "dtype", "")) for each in inputs})
        text = f"{type(gm).__name__} of {', '.join(dtypes)}"
        return (f"a{hashlib.sha256(text.encode()).hexdigest()}", *rest)

    put(autograd_cache, "autograd_cache_key", autograd_cache_key)


FAULTS = (
    Fault("compiled-differs", "A layer scales its input in its compiled form only.",
          ("compilation",), differ_when_compiled, COMPILED, 1, alone=True),
    Fault("key-is-blind", "The key of the compile cache does not see which router is taken.",
          ("compile_key",), name_every_graph_alike, COMPILED, 1, alone=True),
)  # fmt: skip
