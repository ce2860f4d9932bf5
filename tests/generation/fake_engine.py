"""A kind of engine that needs no package: its model is a word that says how it behaves."""

import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from conformance.generation.setup import (
    EngineSetup,
    Generate,
    ProcessSetup,
    Started,
    Step,
)
from conformance.generation.where import WHERE


class Fake:
    """Models: ``echo`` gives the first token of each prompt, over and over."""

    def lacks(self) -> str:
        return os.environ.get("FAKE_LACKS", "")

    def environment(self, setup: ProcessSetup) -> Mapping[str, str]:
        return {"FAKE": "kind", "FAKE_KIND": "kind"}

    def paths(self, setup: ProcessSetup) -> tuple[Path, ...]:
        return (Path(__file__).parent / "on_the_path",)

    def prepare(self, setup: ProcessSetup) -> None:
        os.environ["FAKE_PREPARED"] = "1"

    def imported(self, setup: ProcessSetup) -> None:
        if os.environ.get("FAKE") == "broken":
            raise ImportError("no such engine")

    def start(self, setup: ProcessSetup, engine: EngineSetup) -> Any:
        if engine.model == "refused":
            raise ValueError("no such model")
        os.environ["FAKE_STARTED"] = engine.model
        return {"engine": engine, "orders": 0, "filled": []}

    def started(self, running: Any) -> Started:
        facts = {name: value for name, value in os.environ.items() if name.startswith("FAKE")}
        return Started(
            layers=2,
            facts={
                **facts,
                "process": str(os.getpid()),
            },
        )

    def fill_caches(self, running: Any, word: str) -> None:
        running["filled"].append(word)

    def generate(self, running: Any, order: Generate) -> Mapping[str, Any]:
        running["orders"] += 1
        model = running["engine"].model
        if model == "killed":
            print("last words", flush=True)
            os.kill(os.getpid(), signal.SIGSEGV)
        if model == "exits":
            os._exit(7)
        if model == "hangs":
            time.sleep(1000)
        if model == "raises":
            raise RuntimeError(f"order {running['orders']} is wrong")
        if model == "garbles":
            for descriptor in range(3, 64):
                try:
                    os.write(descriptor, b"\0\0\0\x05hello")
                except OSError:
                    continue
            time.sleep(1000)
        WHERE.begin(Step("prefill", {0: len(order.prompts[0])}))
        WHERE.called("fake.kernel")
        WHERE.end()
        tokens = [[prompt[0]] * order.new_tokens for prompt in order.prompts]
        return {
            "tokens": tokens,
            "candidates": [[[token] for token in row] for row in tokens],
            "log_probabilities": [[[float("nan")] for _ in row] for row in tokens],
            "cached": [running["orders"]] * len(tokens),
            "remarks": [os.environ.get("FAKE_SEAM", ""), *running["filled"]],
        }

    def end(self, running: Any) -> None:
        print("ended", running["engine"].model)


def seam(word: str) -> None:
    """What a seam is: the last word is what is in place."""
    os.environ["FAKE_SEAM"] = word


def plant() -> None:
    """A planted fault."""
    os.environ["FAKE_PLANTED"] = "1"


FAKE = Fake()
