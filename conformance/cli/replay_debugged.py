"""The process of the command as the one in which a case runs."""

from conformance.events.request import Request
from conformance.runs.plan import AnySession, Listener
from conformance.runs.signals import interruptible


def open_here(request: Request, emit: Listener) -> AnySession:
    """A session in this process; a signal ends a call where it is."""
    from conformance.asking.debugged import DebugSession

    return DebugSession(request, emit, interruptible)
