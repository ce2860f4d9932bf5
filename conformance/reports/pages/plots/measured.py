"""What plots show: each case of a run with its size, dtypes, time and errors."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from conformance.case import Case, CaseError
from conformance.events.events import CheckFinished


@dataclass(frozen=True)
class Measured:
    """A case that was asked."""

    line: str
    check: str
    size: int
    """The product of the sizes of all axes."""
    dtypes: str
    """The dtypes of its tensors, each once, in their order."""
    fails: bool
    seconds: float | None
    """None where nobody measured it."""
    shares: tuple[tuple[str, float], ...]
    """Outputs with their largest error as a share of the budget."""


def measured(checks: Sequence[CheckFinished]) -> list[Measured]:
    """The cases of the checks of a run, as far as their lines can be read."""
    found = []
    for event in checks:
        failing = {
            line
            for failure in event.failures
            if failure.waiver is None
            for line in failure.shown_by or (failure.case,)
        }
        timed = len(event.case_seconds) == len(event.asked)
        for place, line in enumerate(event.asked):
            try:
                case = Case.parse(line)
            except CaseError:
                continue
            sizes = (s if isinstance(s, int) else prod(s) for s in case.axes.values())
            dtypes = dict.fromkeys(spec.dtype for spec in case.tensors.values() if spec.given)
            shares = (
                (name, own[place]) for name, own in event.budget_used.items() if place < len(own)
            )
            found.append(
                Measured(
                    line,
                    event.check,
                    prod(sizes),
                    ", ".join(dtypes),
                    line in failing,
                    event.case_seconds[place] if timed else None,
                    tuple((name, share) for name, share in shares if share is not None),
                )
            )
    return found
