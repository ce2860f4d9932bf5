"""Engines that are measured side by side: as it is installed, and as a user's settings have it."""

from collections.abc import Mapping
from dataclasses import replace

from conformance.generation import words
from conformance.generation.setup import EngineSetup, ProcessSetup

from .checkpoint import folder_of
from .setups import setup_of

STOCK = "stock"
_ROUTERS = {"gemma4": {"router": "torch"}}
"""What is compared with the stock engine where a user says nothing."""


def engines(
    contract: str, settings: Mapping[str, str]
) -> dict[str, tuple[ProcessSetup, EngineSetup]]:
    """The stock engine of vLLM and one with the settings, for the same checkpoint.

    Raises `ValueError` if there is nothing to compare, and what preparing a checkpoint raises.
    """
    architecture = contract.removeprefix("generate_")
    said = {name: value for name, value in settings.items() if name != "model"}
    said = said or _ROUTERS.get(architecture, {})
    if not said:
        raise ValueError(f"{contract}: say what is compared with the stock engine, as --attention")
    model = str(folder_of(settings.get("model", architecture)))
    found = {}
    name = ", ".join(f"{key} {value}" for key, value in said.items())
    for each, own in ((STOCK, {}), (name, said)):
        setup = setup_of("vllm", model, own, words.PLAIN, words.AS_ASKED)
        # A prompt that comes again would be found in the cache of prefixes.
        arguments = {**setup.engine.arguments, "enable_prefix_caching": False}
        found[each] = setup.process, replace(setup.engine, arguments=arguments)
    return found
