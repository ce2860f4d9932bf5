"""What an engine owes to call, so that a right answer of the wrong path does not pass."""

from collections.abc import Mapping

from conformance.generation import words
from conformance.generation.setup import Started
from conformance.generation.told import Expected

from .setups import rbln_variables

ATTENTION_KERNEL = "triton_unified_attention.kernel_unified_attention*"
RUNNER_V2_KERNEL = "block_table._compute_slot_mappings_kernel"
ROUTER_KERNELS = {
    "vllm-triton": "gemma4._gemma4_routing_kernel",
    "ours": "triton_route._route_kernel",
    "operator": "triton_route._route_kernel",
}
"""The kernel behind a router, which the router may pass by."""
RBLN_CUSTOM = ("*attention*.*attention*",)
"""Modules of kernels are named triton_causal_attention_naive and the like, before 0.11.2
causal_attention; operators of the compiler have `rbln_custom_ops` before the point."""
NOT_COMPILED = "NONE"
"""What vLLM calls the mode in which it compiles nothing."""
RBLN_BUILT_IN = ("rbln_custom_ops.*",)


def expected_of(
    kind: str, settings: Mapping[str, str], switch: str, started: Started
) -> tuple[Expected, ...]:
    """Each path that was asked for, with what must be called and what must not."""
    if kind == "vllm":
        return _vllm(settings, started)
    if switch != words.AS_ASKED:
        return ()  # the check of the switch says what is owed
    return _vllm_rbln(settings, started)


def _vllm(settings: Mapping[str, str], started: Started) -> tuple[Expected, ...]:
    found = []
    router = settings.get("router")
    if started.facts.get("compilation", NOT_COMPILED) != NOT_COMPILED and router != "operator":
        return ()  # a compiler has traced what is no opaque operator: nobody can count its calls
    if router:
        never = tuple(f"router:{other}" for other in ("torch", "vllm-triton") if other != router)
        what = f"the router {router}"
        found.append(Expected((f"router:{router}",), started.layers, never, what))
        if kernel := ROUTER_KERNELS.get(router):
            found.append(Expected((kernel,), started.layers, (), f"the kernel of {what}"))
    if settings.get("attention") == "triton":
        what = "vLLM's Triton attention"
        found.append(Expected((ATTENTION_KERNEL,), started.layers, (), what))
    if settings.get("runner") == "v2":
        found.append(Expected((RUNNER_V2_KERNEL,), 1, (), "vLLM's model runner V2"))
    return tuple(found)


def _vllm_rbln(settings: Mapping[str, str], started: Started) -> tuple[Expected, ...]:
    match settings.get("custom-kernels"):
        case "on":
            what = "the vendor's Triton kernels"
            return (Expected(RBLN_CUSTOM, started.layers, RBLN_BUILT_IN, what),)
        case "off":
            what = "the operators built into the vendor's compiler"
            return (Expected(RBLN_BUILT_IN, started.layers, RBLN_CUSTOM, what),)
    return ()


def switch_of(kind: str, switch: str) -> dict[str, object] | None:
    """How the custom path was asked for by a switch, and what is owed then."""
    if switch == words.AS_ASKED:
        return None
    if kind == "vllm":
        how = "attention_backend='TRITON_ATTN'"
        return {"how": how, "owed": True, "fact": "attention", "value": "triton"}
    variables = rbln_variables(switch)
    given = [f"{name}={value}" for name, value in variables.items() if value is not None]
    how = " ".join(given) or "nothing set"
    return {"how": how, "owed": switch in ("1", "True"), "patterns": list(RBLN_CUSTOM)}
