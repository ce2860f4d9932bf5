"""Whoever hears the events of a run; trouble of one stops nothing else."""

from collections.abc import Callable, Sequence

from conformance.events.events import Event

Listener = Callable[[Event], None]


class Listeners:
    """Passes every event on to every listener.

    What a listener raises is kept in :attr:`troubles`, its first exception only; it and all others
    go on hearing. What is no ``Exception``, such as ``KeyboardInterrupt``, is raised when all have
    heard the event.
    """

    def __init__(self, listeners: Sequence[Listener]) -> None:
        self._listeners = list(listeners)
        self._troubles: dict[int, Exception] = {}

    @property
    def troubles(self) -> list[Exception]:
        """What listeners raised, in their order."""
        return [self._troubles[number] for number in sorted(self._troubles)]

    def __call__(self, event: Event) -> None:
        interruption: BaseException | None = None
        for number, listener in enumerate(self._listeners):
            try:
                listener(event)
            except Exception as error:
                self._troubles.setdefault(number, error)
            except BaseException as error:  # the others hear the event all the same
                interruption = interruption or error
        if interruption is not None:
            raise interruption

    def end(self) -> None:
        """Raise what the first listener raised, if one did: everything has been heard."""
        if self._troubles:
            first, *others = self.troubles
            for other in others:
                first.add_note(f"another listener raised {type(other).__name__}: {other}")
            raise first
