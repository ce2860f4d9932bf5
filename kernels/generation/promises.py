"""Which words of a generation each engine knows. No engine's package is imported here."""

from collections.abc import Mapping

from conformance.contract import Promise
from conformance.generation import words

from .setups import rbln_engines, vllm_engines


def promise_of_vllm(contract: str, version: str, settings: Mapping[str, str]) -> Promise:
    """What vLLM can be asked with these settings."""
    caches = words.CACHES if settings.get("attention") == "triton" else words.CACHES[:2]
    return Promise(
        words={
            "engine": vllm_engines(settings),
            "switch": (words.AS_ASKED, words.IGNORED_BACKEND),
            # vLLM's attention for CPUs multiplies what it has masked, so that NaN spreads; finite
            # numbers, however large, must not.
            "caches": caches,
        }
    )


def promise_of_vllm_rbln(contract: str, version: str, settings: Mapping[str, str]) -> Promise:
    """What vllm-rbln can be asked."""
    switches = tuple(word for word in words.SWITCHES if word != words.IGNORED_BACKEND)
    return Promise(
        words={"engine": rbln_engines(settings), "switch": switches},
        # One request needs a block of the largest length; the runner takes no more than four.
        within=("R <= 8",),
    )
