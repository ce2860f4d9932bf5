"""Mini engines as what a contract of generation calls, in this very process."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import torch

from conformance.checks.generation.locating import TappedStep
from conformance.generation import words
from conformance.generation.device import EngineAnswer
from conformance.generation.setup import Generate, Generated
from conformance.generation.told import Expected, Told

from . import weights as w
from .engine import Engine, Parts
from .model import CUSTOM, USUAL
from .setups import ENVIRONMENTS, OWED, SETUPS, Setup

EXPECTED = Expected((CUSTOM,), w.LAYERS, (USUAL,), "the custom router")


class MiniSubject:
    """Engines are made when a case first asks for them, and kept; those of a switch are fresh."""

    def __init__(
        self, parts: Parts | None = None, setups: dict[str, Setup] = SETUPS,
        watches: bool = True,
    ) -> None:  # fmt: skip
        self.parts, self.setups, self.watches = parts or Parts(), setups, watches
        self.graphs: dict[str, Any] = {}
        self.engines: dict[str, Engine] = {}

    def __call__(
        self, prompts: torch.Tensor, lengths: torch.Tensor, new_tokens: int, candidates: int,
        arrival: str, engine: str, caches: str, switch: str, watch: str,
    ) -> EngineAnswer:  # fmt: skip
        running = self._engine(engine, switch)
        rows = zip(prompts.tolist(), lengths.tolist(), strict=True)
        order = Generate(
            tuple(tuple(row[:length]) for row, length in rows), new_tokens, candidates, arrival,
            caches,
        )  # fmt: skip
        if caches != "as-is":
            running.fill(caches)
        running.keeps_taps = watch == "layers"
        answer = running.generate(order)
        if caches != "as-is":
            running.fill("zero")
        seen = {"steps": tuple(running.where.steps), "calls": running.where.calls()}
        return self._answer(running, Generated(**seen, **answer), engine, switch)

    def _engine(self, engine: str, switch: str) -> Engine:
        if switch != words.AS_ASKED:
            return self.parts.made(self.setups[engine], ENVIRONMENTS[switch], self.graphs)
        if engine not in self.engines:
            environment = ENVIRONMENTS[words.AS_ASKED]
            self.engines[engine] = self.parts.made(self.setups[engine], environment, self.graphs)
        return self.engines[engine]

    def _answer(
        self, running: Engine, generated: Generated, engine: str, switch: str
    ) -> EngineAnswer:
        started = running.started()
        if not self.watches:
            started = replace(started, execution="")
        asked = switch == words.AS_ASKED and engine not in (words.FLIPPED, words.BARE)
        told = Told.of(started, generated, (EXPECTED,) if asked else (), self._kept(running))
        if switch != words.AS_ASKED:
            variables = ENVIRONMENTS[switch]
            how = " ".join(f"{k}={v}" for k, v in variables.items()) or "nothing set"
            owed = {"how": how, "owed": switch in OWED, "patterns": [CUSTOM]}
            told = replace(told, more={"switch": owed})
        return EngineAnswer(
            torch.tensor(generated.tokens),
            torch.tensor(generated.candidates),
            torch.tensor(generated.log_probabilities, dtype=torch.float32),
            told.as_dict(),
            generated.violations if self.watches else (),
        )

    def _kept(self, running: Engine) -> str:
        """A file with outputs of layers, if they were asked for and can be written."""
        if not running.taps:
            return ""
        try:
            from safetensors.torch import save_file
        except ModuleNotFoundError:
            return ""
        path = Path(mkdtemp()) / "taps.safetensors"
        save_file(running.taps, path)
        return str(path)


def tapped_steps(taps: Mapping[str, torch.Tensor]) -> dict[int, TappedStep]:
    """Outputs of layers as they are after reading a file, which has them by name."""
    steps: dict[int, TappedStep] = {}
    for key in sorted(taps):
        number, _, name = key.partition("/")
        step = steps.setdefault(int(number), TappedStep())
        if name == "places":
            step.places = [(r, p) for r, p in taps[key].tolist()]
        else:
            step.outputs[name] = taps[key]
    return steps
