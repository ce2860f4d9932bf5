"""The end of a subject's process, and what it says of the subject."""

from conformance.processes.ending import Ending


class SubjectDied(BaseException):
    """The process of a subject has ended, or was ended at a limit, before it answered.

    No exception of Python's own kind: no check may take it for an answer. ``in_call`` says that the
    subject's code was running. ``output`` is what it printed last. ``limited`` says that it was
    ended at a limit, which takes time. ``of_device`` says that it lost its device.
    """

    def __init__(
        self, ending: Ending, output: str = "", in_call: bool = True, limited: bool = False,
        of_device: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(ending.how)
        self.of_device = of_device
        self.ending, self.output = ending, output
        self.in_call, self.limited = in_call, limited
        self.case: str | None = None
        """The line of the case whose launches were to be noted, if there is one."""

    @property
    def told(self) -> str:
        """The end on one line."""
        return self.ending.how + (f"; its output ends: {self.output[-500:]}" if self.output else "")


class EndedFromOutside(Exception):
    """A process was ended by something that is not the subject's doing; nothing follows from it."""


class NotLoaded(Exception):
    """The subject's process refuses to load the subject. ``refused_as`` is what the
    exception is called there."""

    def __init__(self, refused_as: str, message: str) -> None:
        super().__init__(message)
        self.refused_as = refused_as
