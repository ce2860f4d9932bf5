"""Runs of a family that wait for their turn: what they will launch is compiled meanwhile.

Where kernels are compiled, a run spends most of its time on waiting for the compiler, and the cores
that compile have nothing to do when all that the runs at work launch is compiled.
"""

from collections.abc import Callable, Sequence

from conformance.runs.cards import CARDS
from conformance.runs.plan import Plan
from conformance.runs.shared import SharedSession


def compile_waiting(
    plans: Sequence[Plan],
    session: SharedSession,
    wanted: Callable[[int], bool],
    compiled: Callable[[int], object],
) -> None:
    """Have compiled what plans will launch, one after the other, in a session of its own.

    Only where a device may compile, and as long as a plan is ``wanted`` (its place): not begun yet,
    and somebody waits for it. ``compiled`` hears of each of which all is. What goes wrong here is
    left to the run, which meets it again.
    """
    try:
        for place, plan in enumerate(plans):
            request = plan.opened
            if not wanted(place) or not _compiles(plan):
                continue
            with CARDS.held(request.device, request.share_device, told=lambda text: None):
                if wanted(place) and session.compile_ahead(request):
                    compiled(place)
    finally:
        session.close()  # its memory, on the device too, is for those that are asked


def _compiles(plan: Plan) -> bool:
    """Whether the plan may launch what is compiled where it runs."""
    request = plan.request
    return request.device.partition(":")[0] != "cpu" and request.registration is None
