"""How much of its budget a subject uses: the largest error of each output, case by case."""

from dataclasses import dataclass, field

MOST = 1e6
"""A larger share is told as this one: that a number is wrong is told elsewhere."""


@dataclass
class BudgetUsed:
    """The largest error of each output as a share of what is allowed, in the calls of one case."""

    shares: dict[str, float] = field(default_factory=dict)

    def note(self, output: str, share: float) -> None:
        """Take over the largest share of a call; one above 1 is a failure."""
        share = min(share, MOST)
        self.shares[output] = max(share, self.shares.get(output, 0.0))

    def take(self) -> dict[str, float]:
        """What was noted since this was asked the last time, to three digits."""
        found = {name: float(f"{share:.3g}") for name, share in self.shares.items()}
        self.shares.clear()
        return found
