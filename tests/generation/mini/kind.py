"""The mini engine as a kind of engine, for the process of an engine."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from conformance.generation.setup import EngineSetup, Generate, ProcessSetup, Started
from conformance.generation.where import WHERE

from .engine import Engine, Parts
from .setups import SETUPS, SWITCH


class MiniKind:
    """``trouble`` is called with every order before it is carried out."""

    def __init__(self) -> None:
        self.parts, self.graphs = Parts(), {}
        self.trouble = lambda order: None

    def lacks(self) -> str:
        return ""

    def environment(self, setup: ProcessSetup) -> Mapping[str, str]:
        return {"OMP_NUM_THREADS": "1"}

    def paths(self, setup: ProcessSetup) -> tuple[Path, ...]:
        return (Path(__file__).parents[3],)

    def prepare(self, setup: ProcessSetup) -> None:
        pass

    def imported(self, setup: ProcessSetup) -> None:
        pass

    def start(self, setup: ProcessSetup, engine: EngineSetup) -> Engine:
        made = self.parts.engine or Engine
        return made(self.parts, SETUPS[engine.model], {SWITCH: "1"}, self.graphs, WHERE)

    def started(self, running: Engine) -> Started:
        return running.started()

    def fill_caches(self, running: Engine, word: str) -> None:
        running.fill(word)

    def generate(self, running: Engine, order: Generate) -> Mapping[str, Any]:
        self.trouble(order)
        return running.generate(order)

    def end(self, running: Engine) -> None:
        pass


MINI = MiniKind()
