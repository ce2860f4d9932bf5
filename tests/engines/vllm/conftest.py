"""Engines that all tests of the folder share, and how their answers compare with the oracle's."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import torch

from conformance.generation.client import Engines
from conformance.generation.models.checkpoints import checkpoint
from conformance.generation.models.oracle import teacher_forced
from conformance.generation.setup import EngineSetup, Generate, Generated, ProcessSetup, Started

SEAM = "conformance_kernels.gemma4_routing.in_engine:route_through"
STOCK = ProcessSetup("vllm")
LOCKSTEP = ProcessSetup("vllm", triton=True)
ALL_TRITON = ProcessSetup("vllm", triton=True, attention="triton")
PROMPTS = ((5, 17, 33, 99, 120, 260, 300), (40, 41, 42), tuple(range(10, 60)), (7,) * 5)


class Engine(NamedTuple):
    """An engine that is started when it is first asked."""

    engines: Engines
    setup: ProcessSetup
    engine: EngineSetup

    def started(self) -> Started:
        return self.engines.start(self.setup, self.engine)

    def generate(self, prompts: Any = PROMPTS, new_tokens: int = 8, **words: Any) -> Generated:
        return self.engines.generate(
            self.setup, self.engine, Generate(prompts, new_tokens, **words)
        )

    def oracle(self) -> Any:
        """Hugging Face's model on the same checkpoint."""
        return teacher_forced(Path(self.engine.model))

    def off(self, answer: Generated, prompts: Any = PROMPTS) -> float:
        """How far log probabilities are off; infinite if a token is not the oracle's."""
        right = self.oracle().log_probabilities(prompts, torch.tensor(answer.tokens))
        if right.argmax(-1).tolist() != [list(row) for row in answer.tokens]:
            return float("inf")
        given = torch.tensor(answer.log_probabilities, dtype=torch.float64)
        return float((right.gather(-1, torch.tensor(answer.candidates)) - given).abs().max())


@pytest.fixture(scope="session")
def engines() -> Iterator[Engines]:
    with Engines(processes=4, engines=4, seconds=120) as found:
        yield found


@pytest.fixture(scope="session")
def engine(engines) -> Callable[..., Engine]:
    """``engine("gemma4", setup, router="ours", runner="v2", block_size=32)``."""

    def make(
        model: str, setup: ProcessSetup = STOCK, router: str = "", runner: str = "v1", **arguments
    ) -> Engine:
        seams = {SEAM: router} if router else {}
        folder = str(checkpoint(model))
        return Engine(engines, setup, EngineSetup(folder, seams, runner, arguments=arguments))

    return make
