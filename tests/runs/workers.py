"""Subjects in files, asked in a process of their own."""

from conformance.events.request import GIB, Limits, Profile, Request
from conformance.runs.session import Session

PROFILE = Profile("test", "", examples=2, largest=5000, shrink_seconds=1.0)

RIGHT = """
from conformance_kernels.gemma4_routing.torch_route import route_torch
def route(gating, topk, scale):
    {line}
    return route_torch(gating, topk, scale)
"""


def request(folder, body, limits=None, **more):
    """A request for ``route`` in a file of that text. The call may take 10 s unless it says so."""
    path = folder / "subject.py"
    path.write_text(body)
    return Request(
        "gemma4_routing", f"{path}:route", "cpu", PROFILE, 1, limits=limits or Limits(10.0), **more
    )


def misbehaving(line, imports="", when="gating.dtype.itemsize == 2"):
    """A right route that executes ``line`` first, in calls of half floats unless told otherwise.

    The check of values asks for such calls in drawn cases only, that of layouts in fixed ones.
    """
    return f"{imports}\n" + RIGHT.format(line=f"if {when}: {line}")


def asked(asking, *checks):
    """The load event, and that of each check, of a session in a process."""
    events = []
    with Session(asking, events.append) as session:
        loaded = session.load()
        return [loaded, *(session.ask(check, "?") for check in checks)], events


MEMORY = Limits(call_seconds=60.0, memory=GIB)
