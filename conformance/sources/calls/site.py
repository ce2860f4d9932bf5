"""Calls of operators and launches of kernels, as they are found."""

from dataclasses import dataclass, field

from conformance.sources.paths.conditions import Assumptions
from conformance.sources.reading.kernels import Kernel
from conformance.sources.values.arguments import Argument


@dataclass(frozen=True, eq=False)
class CallSite:
    """One call of an operator, as reached on one kind of way."""

    operator: str
    arguments: tuple[Argument, ...]
    assumptions: Assumptions
    """What all ways have in common that reach the call with these arguments."""
    file: str
    line: int
    through: tuple[str, ...] = ()
    """The calls that lead here from the function where the way begins, `file:line`, outer first."""

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"

    @property
    def condition(self) -> str:
        return " and ".join(self.assumptions.texts()) or "always"

    @property
    def begins_in(self) -> str:
        """The file of the function where the way begins."""
        return (self.through[0] if self.through else self.place).rpartition(":")[0]

    @property
    def where(self) -> str:
        return " -> ".join([*self.through, self.place])


@dataclass(frozen=True, eq=False)
class Launch(CallSite):
    """One launch of a kernel. `operator` is what the function implements in which the way begins,
    or that function's name if it is not registered."""

    kernel: Kernel = field(kw_only=True)


@dataclass(frozen=True)
class NotResolved:
    """Something that may be a call of an operator or a launch, and why the syntax does not tell."""

    text: str
    reason: str
    place: str
    assumptions: Assumptions = field(default_factory=Assumptions)
    """What all ways have in common that reach the place."""
    unbound: bool = False
    """A name is called that nothing was assigned to on this way: the call raises."""

    @property
    def condition(self) -> str:
        return " and ".join(self.assumptions.texts()) or "always"


@dataclass(frozen=True)
class Calls:
    """What the files of a package call."""

    sites: tuple[CallSite, ...]
    launches: tuple[Launch, ...]
    not_resolved: tuple[NotResolved, ...]
