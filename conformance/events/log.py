"""Everything that a run told, kept."""

from dataclasses import dataclass, field

from conformance.events.events import CaseStarted, Compiling, Event


@dataclass
class Log:
    """A listener that keeps every event.

    Of single cases it keeps the lines only: those of a check stand in its
    :class:`~conformance.events.events.CheckFinished`.
    """

    events: list[Event] = field(default_factory=list)

    def __call__(self, event: Event) -> None:
        if not isinstance(event, CaseStarted | Compiling):
            self.events.append(event)
