"""The ways in which a device calls a subject that runs in a process of its own."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from conformance.execution.outcome import Outcome
from conformance.execution.ways.names import Way


class CallsThere(Protocol):
    """What the ways need of a :class:`~conformance.asking.remote.device.RemoteDevice`."""

    def call(
        self, function: Callable[..., Any], arguments: Sequence[Any], poison: int,
        *, way: Way | None = None,
    ) -> Outcome: ...  # fmt: skip

    def together(self, calls: Sequence[Sequence[Any]], poison: int) -> list[Outcome]: ...

    def sanitize(self, tool: str, case: str) -> dict[str, Any]: ...


class RemoteWays:
    """See :class:`~conformance.execution.ways.ways.Ways`; ``names`` are those of the device."""

    def __init__(self, device: CallsThere, names: Sequence[str]) -> None:
        self._device = device
        self.names = tuple(way for way in Way if way in names)

    def call(
        self, way: Way, function: Callable[..., Any], arguments: Sequence[Any], poison: int
    ) -> Outcome:
        """One call; ``function`` is not asked."""
        return self._device.call(function, arguments, poison, way=way)

    def together(
        self, function: Callable[..., Any], calls: Sequence[Sequence[Any]], poison: int
    ) -> list[Outcome]:
        """Several calls at once."""
        return self._device.together(calls, poison)

    def sanitize(self, tool: str, case: str) -> tuple[int, str]:
        """The exit code and the report of a tool that watches the call of a case."""
        answer = self._device.sanitize(tool, case)
        return int(answer["code"]), str(answer["report"])
