"""One process of engines for all tests, and Hugging Face's model to judge them by."""

from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from conformance.generation.client import Engines
from conformance.generation.models.checkpoints import checkpoint
from conformance.generation.models.oracle import teacher_forced
from conformance.generation.setup import EngineSetup, Generate, Generated, ProcessSetup

PROMPTS = ((5, 17, 33, 99, 120, 260, 300), (40, 41, 42), tuple(range(10, 60)), (7,) * 5)
"""The third one reaches a second partition of 64 tokens after 14 new ones."""
PROCESS = ProcessSetup("vllm_rbln")
ONE_PARTITION = {"max_num_seqs": 4}
FOUR_PARTITIONS = {"max_num_seqs": 4, "block_size": 64, "max_num_batched_tokens": 32}


@pytest.fixture(scope="session")
def engines():
    with Engines(engines=2) as running:
        yield running


@pytest.fixture
def generate(engines):
    """A function that has an engine generate, and compares with the oracle."""

    def run(
        model: str, switch: str, arguments=None, order=None, process=PROCESS, tokens=16,
        prompts=PROMPTS, seams=None,
    ):  # fmt: skip
        folder = checkpoint(model)
        setup = EngineSetup(
            str(folder), custom_kernels=switch, arguments=arguments or {}, seams=seams or {}
        )
        started = engines.start(process, setup)
        asked = Generate(prompts, tokens, **(order or {}))
        return judged(folder, started, asked, engines.generate(process, setup, asked))

    return run


def judged(folder: Path, started, asked: Generate, generated: Generated) -> SimpleNamespace:
    """What an engine gave: whether tokens are ``right``, the largest ``difference`` of a log
    probability, and the requests and slots that are ``off`` by more than 1e-4."""
    tokens = torch.tensor(generated.tokens)
    wanted = teacher_forced(folder).log_probabilities(asked.prompts, tokens)
    given = torch.tensor(generated.log_probabilities, dtype=torch.float64)
    apart = (wanted.gather(-1, torch.tensor(generated.candidates)) - given).abs().amax(-1)
    return SimpleNamespace(
        started=started,
        generated=generated,
        right=torch.equal(wanted.argmax(-1), tokens),
        difference=float(apart.max()),
        off=[tuple(map(int, place)) for place in (~(apart <= 1e-4)).nonzero()],
        steps=[step.phase for step in generated.steps],
        kernels=names(generated, built_in=False),
        builtins=names(generated, built_in=True),
    )


def names(generated: Generated, built_in: bool) -> dict[tuple[str, str, int | None], int]:
    """Calls by name, phase and layer, of the compiler's own operators or of kernels."""
    return {
        (each.name.rpartition(".")[2], each.phase, each.layer): each.count
        for each in generated.calls
        if each.name.startswith("rbln_custom_ops.") == built_in
    }
