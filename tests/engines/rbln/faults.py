"""Faults to plant into an engine's process, one at a time, by a word: see `EngineSetup.seams`."""

import os
from collections.abc import Callable

SEAM = f"{__file__}:plant"
SILENT = f"{__file__}:fall_back_silently"
_undo: list[Callable[[], None]] = []


def plant(word: str) -> None:
    """Plant the fault of this name; an empty word gives back what was replaced."""
    while _undo:
        _undo.pop()()
    if word:
        globals()[word]()


def _replace(place: object, name: str, value: object) -> None:
    before = getattr(place, name)
    setattr(place, name, value)
    _undo.append(lambda: setattr(place, name, before))


def _variable(name: str, value: str | None) -> None:
    before = os.environ.get(name)
    _set(name, value)
    _undo.append(lambda: _set(name, before))


def _set(name: str, value: str | None) -> None:
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value


def operator_of_another_name() -> None:
    """The plugin calls an operator that nobody has registered."""
    import torch
    from vllm_rbln.v1.attention.backends import flash_attention

    def prefill(*values, **keywords):
        return torch.ops.rbln_triton_ops.causal_attention_prefill(*values[:7])

    _replace(flash_attention, "causal_attention_naive_prefill", prefill)


def graphs_that_break() -> None:
    """Neither torch.compile nor the compiler is strict, and something breaks the graph."""
    import torch
    from vllm_rbln.v1.attention.backends import flash_attention

    compile_, inner = torch.compile, flash_attention.causal_attention_naive_prefill

    def compiled(*values, **keywords):
        return compile_(*values, **{**keywords, "fullgraph": False})

    def prefill(*values, **keywords):
        torch._dynamo.graph_break()
        return inner(*values, **keywords)

    _replace(torch, "compile", compiled)
    _replace(flash_attention, "causal_attention_naive_prefill", prefill)
    _variable("VLLM_RBLN_COMPILE_STRICT_MODE", "0")


def no_device() -> None:
    """The compiler's package finds no NPU."""
    import rebel

    _replace(rebel, "get_npu_name", lambda device=0: None)
    _variable("RBLN_FORCE_NPU_NAME", None)


def an_older_device() -> None:
    """An NPU that does not run vLLM's own models."""
    _variable("RBLN_FORCE_NPU_NAME", "RBLN-CA22")


def no_optimum() -> None:
    """A package of the vendor's is asked for that is not installed."""
    import importlib

    from vllm_rbln.v1.worker import rbln_worker

    def init(*values, **keywords):
        importlib.import_module("optimum.rbln")

    _replace(rbln_worker.RBLNWorker, "__init__", init)


def fall_back_silently() -> None:
    """Planted: the plugin's operators call the compiler's."""
    from vllm_rbln.v1.attention.backends import flash_attention

    for name in ("causal_attention_naive_prefill", "causal_attention_naive_decode"):
        inner = getattr(flash_attention, name)

        def silently(*values, inner=inner, use_custom_kernel, **keywords):
            values = [*values]
            values[3] = values[3].transpose(0, 1)  # the other layout
            return inner(*values, use_custom_kernel=False, **keywords)

        setattr(flash_attention, name, silently)
