"""What an operator does with its tensor arguments."""

from enum import StrEnum


class Role(StrEnum):
    """What an operator does with a tensor argument."""

    INPUT = "input"
    """Read, never written."""
    OUTPUT = "output"
    """Written, never read: memory that the caller passes for the output of the same name."""
    NEW_STATE = "new state"
    """Read; goes into a state, rounded to the state's dtype, and nowhere else."""
    STATE = "state"
    """Written in place, and read: what it holds outlives the call."""
    INDEX = "index"
    """Integers that say how much a state holds, or where."""
    BLOCK_TABLE = "block table"
    """Integers that say in which block of a state each part of a sequence lies."""
    MASK = "mask"
    """Which pairs may see each other."""
    SCALE = "scale"
    """A factor."""
    PLACEHOLDER = "placeholder"
    """Passed because the schema has it, never looked at."""


FROM_SCENE = (Role.INDEX, Role.BLOCK_TABLE, Role.MASK)
"""Roles whose contents only make sense together: a contract's scene gives them."""

WRITTEN = (Role.STATE, Role.OUTPUT)
"""Roles of tensors that an operator writes into."""
