"""What came of one call of a subject."""

from dataclasses import dataclass, field
from typing import Any

import torch


@dataclass(frozen=True)
class Raised:
    """The exception that a subject raised."""

    type: str
    message: str
    place: str
    """File and line of the innermost frame that belongs to the subject."""
    unsupported: bool = False
    """Raised by the suite: the subject uses something that this device cannot run."""

    def __str__(self) -> str:
        return f"{self.type}: {self.message}" + (f" ({self.place})" if self.place else "")


@dataclass(frozen=True)
class Outcome:
    """The result of one call, or the exception, and what was seen of memory meanwhile."""

    result: Any = None
    raised: Raised | None = None
    violations: tuple[Any, ...] = ()
    launches: int = 0
    written: tuple[torch.Tensor | None, ...] = field(default_factory=tuple)
    """For each output that is a tensor, which elements had been written (None: unknown)."""

    @property
    def tensors(self) -> tuple[torch.Tensor, ...]:
        """The tensors among the results, in order."""
        items = self.result if isinstance(self.result, tuple | list) else (self.result,)
        return tuple(item for item in items if isinstance(item, torch.Tensor))
