"""The checks, in the order in which they run: cheap and telling ones first."""

from conformance.checks.check import Check
from conformance.checks.memory import bounds, layout, poison, purity, undefined
from conformance.checks.numeric import (
    arguments,
    dtypes,
    positions,
    repetition,
    reuse,
    sequence,
    sizes,
    special,
    state,
    ties,
    values,
    variants,
)

CHECKS: tuple[Check, ...] = (
    values.CHECK,
    state.CHECK,
    dtypes.CHECK,
    ties.CHECK,
    special.CHECK,
    positions.CHECK,
    variants.CHECK,
    undefined.CHECK,
    sequence.CHECK,
    layout.CHECK,
    arguments.CHECK,
    bounds.CHECK,
    poison.CHECK,
    purity.CHECK,
    reuse.CHECK,
    repetition.CHECK,
    sizes.CHECK,
)


def find_check(name: str) -> Check:
    """The check with this id. Raises ``KeyError`` naming the known ones."""
    for check in CHECKS:
        if check.id == name:
            return check
    raise KeyError(f"no check {name!r}; known: {', '.join(check.id for check in CHECKS)}")


__all__ = ["CHECKS", "Check", "find_check"]
