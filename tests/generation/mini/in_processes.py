"""``conformance check FILE.py:OPERATOR``: mini engines, each in a process of its own."""

from collections.abc import Mapping

import torch

from conformance.contract import Mode, Operator, Promise, Release, Setting
from conformance.generation import words
from conformance.generation.client import Engines
from conformance.generation.device import EngineAnswer, EngineDevice
from conformance.generation.setup import EngineSetup, Generate, ProcessSetup
from conformance.generation.told import Told
from conformance.subjects.loaded import Loaded
from tests.generation.mini.operator import CONTRACT
from tests.generation.mini.subject import EXPECTED

KIND = "tests.generation.mini.kind:MINI"
HERE = "tests.generation.mini.in_processes"


class ProcessSubject:
    """What the contract calls: engines are started in a process when they are first asked for."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        patch = settings.get("patch")
        self._setup = ProcessSetup(KIND, plants=(patch,) if patch else ())
        self._engines = Engines()
        self._engines.start(self._setup, EngineSetup(words.PLAIN))

    def __call__(
        self, prompts: torch.Tensor, lengths: torch.Tensor, new_tokens: int, candidates: int,
        arrival: str, engine: str, caches: str, switch: str, watch: str,
    ) -> EngineAnswer:  # fmt: skip
        rows = zip(prompts.tolist(), lengths.tolist(), strict=True)
        asked = tuple(tuple(row[:length]) for row, length in rows)
        order = Generate(asked, new_tokens, candidates, arrival, caches)
        made = EngineSetup(engine)
        found = self._engines.generate(self._setup, made, order)
        started = self._engines.start(self._setup, made)
        return EngineAnswer(
            torch.tensor(found.tokens),
            torch.tensor(found.candidates),
            torch.tensor(found.log_probabilities, dtype=torch.float32),
            Told.of(started, found, (EXPECTED,)).as_dict(),
            found.violations,
        )


def load(contract: str, version: str, settings: Mapping[str, str]) -> Loaded:
    """Mini engines in their processes."""
    device = EngineDevice("cpu, mini engines in processes of their own")
    return Loaded(ProcessSubject(settings), HERE, device, execution="emulated")


def promise(contract: str, version: str, settings: Mapping[str, str]) -> Promise:
    """Switches are those of processes, which are not tried here."""
    return Promise(words={"switch": (words.AS_ASKED,), "engine": (words.PLAIN, words.CHUNKED)})


OPERATOR = Operator(
    CONTRACT,
    releases=(
        Release("mini-engine", ("mini-engine",), load=f"{HERE}:load", promise=f"{HERE}:promise"),
    ),
    settings=(
        Setting("patch", "what is called in the engine's process"),
        Setting("runner", "which runner", ("v1", "v2")),
    ),
    modes=(Mode("mini, plain", "mini-engine"),),
)
