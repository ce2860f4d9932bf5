"""Where the engine of this process is: step, phase, layer; and what was called there.

State of the engine's process: hooks set it, whoever wraps kernels, operators and functions counts
with :func:`called`. Nothing here changes the path of a call.
"""

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from conformance.generation.setup import Calls, Step

if TYPE_CHECKING:
    from conformance.capture.recorder import Recorder

NO_PHASE = "outside"


class Where:
    """The place, and what was counted since :meth:`clear`.

    ``recorder`` hears of calls of operators while an order wants them kept.
    """

    recorder: "Recorder | None" = None

    def __init__(self) -> None:
        self.phase = NO_PHASE
        self.layer: int | None = None
        self.steps: list[Step] = []
        self._counts: Counter[tuple[str, str, int | None]] = Counter()

    def clear(self) -> None:
        """Forget what was counted."""
        self.steps.clear()
        self._counts.clear()

    def begin(self, step: Step) -> None:
        """The model is about to be executed."""
        self.phase, self.layer = step.phase, None
        self.steps.append(step)

    def end(self) -> None:
        """The model has been executed."""
        self.phase, self.layer = NO_PHASE, None

    def called(self, name: str) -> None:
        """Count a call of a kernel, an operator or a function."""
        self._counts[name, self.phase, self.layer] += 1

    def passed(self, operator: str, arguments: Mapping[str, Any]) -> None:
        """An operator is about to be called with these arguments, in order."""
        if self.recorder is not None:
            step = len(self.steps) - 1 if self.steps else None
            self.recorder.record(operator, arguments, self.phase, self.layer, step)

    def calls(self) -> tuple[Calls, ...]:
        """What was counted, in the order of first calls."""
        return tuple(Calls(*place, count) for place, count in self._counts.items())


WHERE = Where()
