"""A call of a subject while a session watches its launches and its memory."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import torch

from conformance.execution.describe import describe
from conformance.execution.outcome import Outcome
from conformance.torch_internals import undisturbed


class Watching(Protocol):
    """What a session knows of the launches that happened while it was open."""

    @property
    def violations(self) -> tuple[Any, ...]: ...

    @property
    def launch_count(self) -> int: ...


def watched(
    function: Callable[..., Any],
    arguments: Sequence[Any],
    session: Watching,
    written: Callable[[torch.Tensor], torch.Tensor],
) -> Outcome:
    """Call a subject while a session is open, and tell what it saw.

    ``written`` says which elements of a result were written.
    """
    try:
        result = function(*arguments)
    except (Exception, SystemExit) as error:  # whatever a subject raises is its answer
        return Outcome(
            raised=describe(error),
            violations=session.violations,
            launches=session.launch_count,
        )
    return Outcome(
        result,
        violations=session.violations,
        launches=session.launch_count,
        written=tuple(_written(tensor, written) for tensor in Outcome(result).tensors),
    )


def _written(
    tensor: torch.Tensor, written: Callable[[torch.Tensor], torch.Tensor]
) -> torch.Tensor | None:
    """Which elements were written; None where that cannot be said, as for a nested tensor."""
    try:
        with undisturbed():
            return written(tensor) if tensor.layout is torch.strided else None
    except Exception:  # the judge says what is wrong with such a tensor
        return None
