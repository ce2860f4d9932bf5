"""What a kind of engine has to say: one for each package that runs models."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from conformance.generation.setup import EngineSetup, Generate, ProcessSetup, Started


class EngineKind(Protocol):
    """A package with an engine, such as vLLM alone or vLLM with a plugin.

    ``environment`` and ``paths`` are asked in the process that starts the engine's; everything else
    is called in the engine's own process, in the order of this list.
    """

    def lacks(self) -> str:
        """Why no engine of this kind can run here (empty: it can). Must not import the package."""

    def environment(self, setup: ProcessSetup) -> Mapping[str, str]:
        """Variables of the process; those of the setup come on top."""

    def paths(self, setup: ProcessSetup) -> tuple[Path, ...]:
        """Folders in front of the module search path, of the process and of all that it starts."""

    def prepare(self, setup: ProcessSetup) -> None:
        """Before the package is imported."""

    def imported(self, setup: ProcessSetup) -> None:
        """Import the package, and set hooks that hold for all engines of the process."""

    def start(self, setup: ProcessSetup, engine: EngineSetup) -> Any:
        """An engine that runs. Raises what the package raises."""

    def started(self, running: Any) -> Started:
        """What is known of it (without ``environment``, which the process adds)."""

    def fill_caches(self, running: Any, word: str) -> None:
        """Write into all memory of KV caches that no request owns: ``finite``, ``nan``, ``zero``.

        ``zero`` comes after an order that wanted one of the others, so that none finds them.
        """

    def generate(self, running: Any, order: Generate) -> Mapping[str, Any]:
        """``tokens``, ``candidates``, ``log_probabilities`` and ``cached`` of an answer."""

    def end(self, running: Any) -> None:
        """Give back what the engine holds; another one starts in the same process."""
