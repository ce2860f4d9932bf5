"""What came of one call of a subject."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import torch

from conformance.execution.raised import Raised
from conformance.tensors.returned import Returned, Span


class Kept(Protocol):
    """A result that can be looked at again."""

    @abstractmethod
    def look_at_all(self, kept: "Sequence[Kept]") -> list[Returned | None]:
        """What several results of one device are now; None for one that is gone."""


@dataclass(frozen=True)
class Outcome:
    """The result of one call, or the exception, and what was seen of memory meanwhile.

    A device gives the ``result``; ``returned`` is what was seen when it was looked at.
    """

    result: Any = None
    raised: Raised | None = None
    violations: tuple[Any, ...] = ()
    launches: int = 0
    written: tuple[torch.Tensor | None, ...] = field(default_factory=tuple)
    """For each output that is a tensor, which elements had been written (None: unknown)."""
    returned: Returned | None = None
    spans: tuple[Span, ...] = ()
    """Where the elements of each argument lay in the memory of the subject's process."""
    told: Mapping[str, Any] = field(default_factory=dict)
    """What the device says of the call beside its results, as plain data: an engine's steps, and
    what it called in them."""
    kept: "Kept | None" = None
    """The result itself, wherever it is, to look at it once more."""

    def of_each(self, count: int) -> "list[Outcome]":
        """The outcome of each of ``count`` calls that were made together: the result is the list
        of theirs. If one raised, it is the answer of all."""
        if self.raised is not None:
            return [self] * count
        return [replace(self, result=result) for result in self.result]

    @property
    def tensors(self) -> tuple[torch.Tensor, ...]:
        """The tensors among the results, in order."""
        kind = type(self.result)
        several = next((base for base in (tuple, list) if issubclass(kind, base)), None)
        items = several.__iter__(self.result) if several else (self.result,)
        return tuple(item for item in items if issubclass(type(item), torch.Tensor))
