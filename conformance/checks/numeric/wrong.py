"""What a call without a right answer is."""

from dataclasses import dataclass

from conformance.checks.numeric.changes import Change


@dataclass(frozen=True)
class Wrong:
    """One way to call an operator wrongly: which argument, by what, and what is owed.

    ``may_answer`` is true where an answer that is right for the values given is no harm.
    """

    id: str
    position: int
    change: Change
    wanted: str
    may_answer: bool = False
