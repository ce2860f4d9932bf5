"""Calls of operators and launches of kernels, as they are found in the source."""

from dataclasses import dataclass, field

from conformance.sources.paths.assumptions import Assumptions
from conformance.sources.reading.kernels import Kernel
from conformance.sources.values.arguments import Argument


@dataclass(frozen=True, eq=False)
class CallSite:
    """One call of an operator with one set of arguments.

    A call has a `CallSite` for every set of arguments that a path reaches it with.
    """

    operator: str
    arguments: tuple[Argument, ...]
    assumptions: Assumptions
    """The assumptions that all paths share which reach the call with these arguments."""
    file: str
    line: int
    callers: tuple[str, ...] = ()
    """The calls that lead here from the function in which the path starts, each as `file:line`,
    outermost first. Empty if the path starts in the function that holds the call."""

    @property
    def place(self) -> str:
        """`file:line` of the call."""
        return f"{self.file}:{self.line}"

    @property
    def condition(self) -> str:
        """When the call is reached."""
        return self.assumptions.condition()

    @property
    def starts_in(self) -> str:
        """The file of the function in which the path starts."""
        return (self.callers[0] if self.callers else self.place).rpartition(":")[0]

    @property
    def where(self) -> str:
        """The places of the callers and of the call, joined by arrows."""
        return " -> ".join([*self.callers, self.place])


@dataclass(frozen=True, eq=False)
class LaunchSite(CallSite):
    """One launch of a kernel.

    `operator` is the operator that the function implements in which the path starts, or the name
    of that function if it implements none.
    """

    kernel: Kernel = field(kw_only=True)


@dataclass(frozen=True)
class UnresolvedCall:
    """Something that may be a call of an operator or a launch, and what the syntax hides of it."""

    text: str
    reason: str
    place: str
    assumptions: Assumptions = field(default_factory=Assumptions)
    """The assumptions that all paths share which reach the place."""
    unbound: bool = False
    """The path calls a name that it has not assigned: the call raises."""

    @property
    def condition(self) -> str:
        """When the place is reached."""
        return self.assumptions.condition()


@dataclass(frozen=True)
class Calls:
    """All calls and launches in the files of a package."""

    sites: tuple[CallSite, ...]
    launches: tuple[LaunchSite, ...]
    unresolved: tuple[UnresolvedCall, ...]
