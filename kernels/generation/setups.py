"""From a user's settings and the words of a case to a process and an engine in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conformance.generation import words
from conformance.generation.setup import EngineSetup, ProcessSetup

ROUTER_SEAM = "conformance_kernels.gemma4_routing.in_engine:route_through"
LOCKSTEP_ROUTERS = ("vllm-triton", "ours", "operator")
"""Routers that launch Triton kernels."""


@dataclass(frozen=True)
class Setup:
    """Which process and which engine; ``fresh`` if the process serves this one call."""

    process: ProcessSetup
    engine: EngineSetup
    fresh: bool = False


class NoSuchEngine(ValueError):
    """The kind of engine cannot be set up as a case's words say."""


def setup_of(kind: str, model: str, settings: Mapping[str, str], engine: str, switch: str) -> Setup:
    """The engine of a case. Raises :class:`NoSuchEngine`."""
    if kind == "vllm":
        return _vllm(model, settings, engine, switch)
    return _vllm_rbln(model, settings, engine, switch)


_VLLM_ENGINES: Mapping[str, Mapping[str, Any]] = {
    words.PLAIN: {},
    # Chunks are smaller than a block of the KV cache, so that borders of both are crossed.
    words.CHUNKED: {"max_num_batched_tokens": 32, "enable_chunked_prefill": True},
    words.PREFIX: {"enable_prefix_caching": True, "block_size": 32},
    # Blocks of 32 tokens: enough for one request of the largest length in a model with two kinds of
    # attention, and for no six requests in a model with one.
    words.PREEMPTING: {
        "num_gpu_blocks_override": 20,
        "block_size": 32,
        "max_model_len": 128,
        "max_num_seqs": 8,
    },
    words.SINGLE: {"max_num_seqs": 1},
    words.COMPILED: {},
    words.FLIPPED: {},
}
_NEEDS_INDUCTOR = (words.COMPILED, words.FLIPPED)


def vllm_engines(settings: Mapping[str, str]) -> tuple[str, ...]:
    """The words of engines that vLLM has with these settings."""
    known = tuple(_VLLM_ENGINES)
    # Triton kernels that Dynamo traces into the graph need a GPU; an opaque operator does not.
    traced = settings.get("router") in ("vllm-triton", "ours") or _is_triton(settings)
    if not settings.get("router"):
        known = tuple(word for word in known if word != words.FLIPPED)
    return tuple(word for word in known if not (traced and word in _NEEDS_INDUCTOR))


def _is_triton(settings: Mapping[str, str]) -> bool:
    return settings.get("attention") == "triton" or settings.get("runner") == "v2"


def _vllm(model: str, settings: Mapping[str, str], engine: str, switch: str) -> Setup:
    if engine not in vllm_engines(settings):
        raise NoSuchEngine(f"vllm with these settings has no {engine} engine")
    router = settings.get("router", "")
    if engine == words.FLIPPED:
        router = "torch" if router == "operator" else "operator"
    arguments = dict(_VLLM_ENGINES[engine])
    if switch == words.IGNORED_BACKEND:
        arguments["attention_backend"] = "TRITON_ATTN"
    elif switch != words.AS_ASKED:
        raise NoSuchEngine(f"vllm has no switch of its own for {switch}")
    compiled = engine in _NEEDS_INDUCTOR or settings.get("compile") == "inductor"
    plants = _patches(settings)
    # What is compiled with a patch in it must not be loaded by an engine without.
    environment = {"VLLM_DISABLE_COMPILE_CACHE": "1"} if plants and compiled else {}
    process = ProcessSetup(
        "vllm",
        triton=_is_triton(settings) or router in LOCKSTEP_ROUTERS or ":" in router,
        attention=settings.get("attention", "cpu"),
        compiled=compiled,
        environment=environment,
        plants=plants,
    )
    seams = {ROUTER_SEAM: router} if router else {}
    runner = settings.get("runner", "v1")
    return Setup(process, EngineSetup(model, seams, runner, arguments=arguments))


_RBLN_ENGINES: Mapping[str, Mapping[str, Any]] = {
    words.PLAIN: {"max_num_seqs": 4, "block_size": 256, "max_num_batched_tokens": 128},
    words.CHUNKED: {"max_num_seqs": 4, "block_size": 256, "max_num_batched_tokens": 32},
    words.PARTITIONED: {"max_num_seqs": 2, "block_size": 128, "max_num_batched_tokens": 128},
    words.SINGLE: {"max_num_seqs": 1, "block_size": 256, "max_num_batched_tokens": 128},
    words.FLIPPED: {"max_num_seqs": 4, "block_size": 256, "max_num_batched_tokens": 128},
    words.BARE: {},
}


def rbln_engines(settings: Mapping[str, str]) -> tuple[str, ...]:
    """The words of engines that vllm-rbln has."""
    return tuple(_RBLN_ENGINES)


RBLN_VARIABLE = "RBLN_USE_CUSTOM_KERNEL"
_RBLN_SWITCHES: Mapping[str, Mapping[str, str]] = {
    "unset": {},
    "0": {RBLN_VARIABLE: "0"},
    "False": {RBLN_VARIABLE: "False"},
    "1": {RBLN_VARIABLE: "1"},
    "True": {RBLN_VARIABLE: "True"},
    words.MISSPELT: {"VLLM_RBLN_USE_CUSTOM_KERNEL": "1"},
    words.REMOVED: {"VLLM_RBLN_KERNEL_MODE": "triton"},
}


def rbln_variables(switch: str) -> Mapping[str, str]:
    """The variables of the environment that a word for the switch stands for."""
    return _RBLN_SWITCHES.get(switch, {})


def _vllm_rbln(model: str, settings: Mapping[str, str], engine: str, switch: str) -> Setup:
    if engine not in _RBLN_ENGINES:
        raise NoSuchEngine(f"vllm-rbln has no {engine} engine")
    environment: dict[str, str | None] = {}
    custom = settings.get("custom-kernels", "")
    if switch != words.AS_ASKED:
        if switch not in _RBLN_SWITCHES:
            raise NoSuchEngine(f"vllm-rbln has no switch for {switch}")
        environment.update(_RBLN_SWITCHES[switch])
        custom = ""
    if engine == words.FLIPPED:
        custom = "off" if custom == "on" else "on"
    if engine == words.BARE:
        bare = ProcessSetup("vllm", environment={"VLLM_PLUGINS": ""})
        return Setup(bare, EngineSetup(model))
    process = ProcessSetup("vllm_rbln", environment=environment, plants=_patches(settings))
    made = EngineSetup(model, custom_kernels=custom, arguments=dict(_RBLN_ENGINES[engine]))
    return Setup(process, made, fresh=switch != words.AS_ASKED)


def _patches(settings: Mapping[str, str]) -> tuple[str, ...]:
    patch = settings.get("patch")
    return (patch,) if patch else ()
