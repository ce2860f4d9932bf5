"""What vLLM's worker is asked besides its own methods, in whichever process it lives.

vLLM adds the class to its worker (``worker_extension_cls``), and calls methods by name.
"""

import json
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from conformance.generation.setup import UNWATCHED
from conformance.generation.vllm.attention import attention_of
from conformance.generation.vllm.caches import fill
from conformance.generation.vllm.compile_keys import engine_keys
from conformance.generation.vllm.hooks import HOOKS
from conformance.generation.vllm.plugin import register
from conformance.generation.vllm.steps import follow_layers, follow_steps, layers_of
from conformance.generation.vllm.taps import Taps
from conformance.generation.where import WHERE

MOST_VIOLATIONS = 100

# vLLM imports this module in processes of its own before it loads a model there.
register()


class _Watch:
    """What is watched of one worker's runner."""

    def __init__(self, worker: Any):
        self.runner = worker.model_runner
        self.taps: Taps | None = None
        self.recorder: Any = None
        self.stack = ExitStack()
        self.is_eager = worker.vllm_config.model_config.enforce_eager
        follow_steps(self.runner, self.before)
        if self.is_eager:
            follow_layers(self.runner.model)

    def before(self, scheduled: Any) -> None:
        if self.taps is not None:
            self.taps.before(scheduled)


class Observed:
    """Methods for ``collective_rpc``; all that travels is text, for processes speak in msgpack."""

    def conformance_watch(self) -> str:
        """Follow steps and layers from now on; facts of the runner."""
        self.__dict__["conformance"] = _Watch(self)
        runner = self.model_runner  # type: ignore[attr-defined]
        config = self.vllm_config  # type: ignore[attr-defined]
        kind = type(runner)
        context = config.compilation_config.static_forward_context
        facts = {
            "runner": f"{kind.__module__}.{kind.__qualname__}",
            "device": str(runner.device),
            "attention": attention_of(context),
            "dtype": str(config.model_config.dtype).removeprefix("torch."),
            "block_size": str(config.cache_config.block_size),
            "blocks": str(config.cache_config.num_gpu_blocks),
            "compilation": config.compilation_config.mode.name,
        }
        if not config.model_config.enforce_eager:
            facts[UNWATCHED] = "compiled models have no modules"
        known = {
            "layers": layers_of(runner.model),
            "facts": facts,
            "keys": engine_keys(config.compilation_config),
        }
        return json.dumps(known)

    def conformance_fill(self, word: str) -> None:
        """Fill the KV caches."""
        fill(self.model_runner.kv_caches, word)  # type: ignore[attr-defined]

    def conformance_begin(self, taps: bool, capture: str) -> None:
        """An order begins: outputs of layers are wanted, calls are kept in a folder (or "")."""
        watch: _Watch = self.__dict__["conformance"]
        WHERE.clear()
        if capture:
            from conformance.capture.recorder import Recorder

            WHERE.recorder = watch.recorder = Recorder(Path(capture))
        if HOOKS.session is not None:
            HOOKS.session.forget()
        if taps:
            if not watch.is_eager:
                raise ValueError("compiled models have no modules to tap: start the engine eager")
            watch.taps = Taps()
            watch.stack.enter_context(watch.taps.open(watch.runner))

    def conformance_end(self, taps: str) -> str:
        """An order has ended: its steps, calls, and violations of memory, as JSON."""
        watch: _Watch = self.__dict__["conformance"]
        watch.stack.close()
        remarks = []
        if watch.taps is not None and taps:
            watch.taps.save(taps)
            if watch.taps.is_full:
                remarks.append("outputs of layers were too large: only the first ones are kept")
        watch.taps = None
        if watch.recorder is not None:
            remarks += [
                f"not captured ({n} calls): {why}" for why, n in watch.recorder.left_out.items()
            ]
            remarks += [watch.recorder.trouble] if watch.recorder.trouble else []
        WHERE.recorder = watch.recorder = None
        found = HOOKS.session.violations if HOOKS.session is not None else ()
        distinct = {each.rule: each for each in reversed(found)}
        violations = [each.as_dict() for each in distinct.values()][:MOST_VIOLATIONS]
        return json.dumps(
            {
                "steps": [{"phase": s.phase, "tokens": dict(s.tokens)} for s in WHERE.steps],
                "calls": [vars(each) for each in WHERE.calls()],
                "violations": violations,
                "remarks": remarks,
            }
        )
