"""Which router vLLM's Gemma 4 runs through: a seam for engines (`EngineSetup.seams`).

vLLM asks `gemma4_routing_function_torch` on a CPU and `gemma4_fused_routing_kernel_triton` on a
GPU, both names of `vllm.model_executor.models.gemma4` that are read at each call. Both are
replaced.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import torch

from conformance.catalogue.objects import load_object
from conformance.generation.where import WHERE

from . import dispatch

SEAM = "conformance_kernels.gemma4_routing.in_engine:route_through"
OPERATOR = "gemma4_routing"
"""Under which name calls are kept."""
TORCH, TRITON = "gemma4_routing_function_torch", "gemma4_fused_routing_kernel_triton"

Router = Callable[[torch.Tensor, int, torch.Tensor], tuple[torch.Tensor, torch.Tensor]]
"""gating (T, E), topk K, per-expert scale (E,) -> weights (T, K) float32, ids (T, K) int32."""

_originals: dict[str, Router] = {}


def route_through(word: str) -> None:
    """Have Gemma 4 route through ``word``, from the next call on.

    ``torch`` and ``vllm-triton`` are vLLM's own functions, ``ours`` is the router of this package,
    ``operator`` the same as a registered operator, into which compilers do not look; anything else
    is a user's ``FILE.py:NAME`` or ``module:NAME``, called like vLLM's. The empty word gives vLLM's
    choice back. Calls count as ``router:WORD``; under `torch.compile` only those of ``operator``
    do, whose body runs whenever the graph does.

    Raises ValueError for a word that names nothing of these, and
    :class:`~conformance.catalogue.objects.SubjectNotFound` if a user's function is not there.
    """
    module = _gemma4()
    for name in (TORCH, TRITON):
        _originals.setdefault(name, getattr(module, name))
    if not word:
        for name, original in _originals.items():
            setattr(module, name, original)
        return
    router = _named(word)
    for name in (TORCH, TRITON):
        setattr(module, name, router)


def _gemma4() -> Any:
    from vllm.model_executor.models import gemma4

    return gemma4


def _named(word: str) -> Router:
    name = f"router:{word}"
    if word == "torch":
        return _counted(name, _originals[TORCH])
    if word == "vllm-triton":
        return _counted(name, _originals[TRITON])
    if word == "ours":
        return _counted(name, dispatch.route)
    if word == "operator":
        from . import operator

        operator.route = _counted(name, dispatch.route)
        return torch.ops.conformance_kernels.gemma4_routing
    if ":" in word:
        return _counted(name, _loaded(word))
    known = "torch, vllm-triton, ours, operator, FILE.py:NAME or MODULE:NAME"
    raise ValueError(f"no router {word!r}; there are {known}")


@cache
def _loaded(word: str) -> Router:
    """A user's function; its file is run once, so that its kernels are built once."""
    return load_object(word)


def _counted(name: str, router: Router) -> Router:
    """A router that counts its calls; a graph that is compiled from it holds the router alone."""

    def route(
        gating_output: torch.Tensor, topk: int, per_expert_scale: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        if not torch.compiler.is_compiling():
            WHERE.called(name)
            arguments = {
                "gating": gating_output,
                "topk": topk,
                "per_expert_scale": per_expert_scale,
            }
            WHERE.passed(OPERATOR, arguments)
        return router(gating_output, topk, per_expert_scale)

    return route
