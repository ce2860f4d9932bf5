"""A cause: the failures that it explains, and when it shows."""

from collections.abc import Mapping
from dataclasses import dataclass

from conformance.events.events import Failure
from conformance.events.finding import Finding


@dataclass(frozen=True)
class Cluster:
    """Failures of one cause, as far as the cases that were asked tell."""

    check: str
    """The check of :attr:`failure`."""
    failure: Failure
    """The failure that is shown for all: one with a small case."""
    checks: Mapping[str, int]
    """The checks that see it, in the order in which they ran, each with its failing cases."""
    condition: str
    """When it shows, in words, with the evidence; empty where nothing can be said."""
    failures: tuple[tuple[str, Failure], ...]
    """All failures that it explains, each with its check."""
    told: str = ""
    """What is said instead of the message of one finding, where it stands for several."""
    also: tuple[Finding, ...] = ()
    """Further findings about other things, one for each."""
    warning: bool = False
    """Whether only checks see it that decide nothing."""

    @property
    def finding(self) -> Finding:
        """The finding that stands for all."""
        return self.failure.finding

    @property
    def about(self) -> str:
        """The output, argument or property concerned; the check, where it is several."""
        return self.check if self.told else self.finding.about

    @property
    def cases(self) -> int:
        """Failing cases of all checks."""
        return sum(self.checks.values())

    @property
    def message(self) -> str:
        """What is wrong, with what it is about."""
        return self.told or f"{self.finding.about}: {self.finding.message}"
