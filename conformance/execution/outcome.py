"""What came of one call of a subject."""

from dataclasses import dataclass, field
from typing import Any

import torch

from conformance.execution.raised import Raised


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
