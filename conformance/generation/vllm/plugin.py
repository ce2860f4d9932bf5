"""What is called in each of vLLM's processes, those that it starts itself included.

vLLM calls it where the entry point in ``conformance/generation/hooks`` is found, and where it
imports the worker's extension.
"""

import json
import os

from conformance.catalogue.objects import load_object
from conformance.generation.setup import EngineSetup, ProcessSetup
from conformance.generation.vllm.environment import ENGINE_VARIABLE, SETUP_VARIABLE
from conformance.generation.vllm.hooks import HOOKS, set_hooks


def register() -> None:
    """Set hooks, planted faults and seams as in the process that started this one.

    Where that has been done, as in the process that takes orders, nothing happens.
    """
    if HOOKS.are_set or not (text := os.environ.get(SETUP_VARIABLE)):
        return
    setup = ProcessSetup.from_dict(json.loads(text))
    set_hooks(setup)
    for plant in setup.plants:
        load_object(plant)()
    if text := os.environ.get(ENGINE_VARIABLE):
        for seam, word in EngineSetup.from_dict(json.loads(text)).seams.items():
            load_object(seam)(word)
