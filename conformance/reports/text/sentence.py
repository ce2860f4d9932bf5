"""What a run comes to, in one sentence."""

from collections.abc import Sequence

from conformance.events.events import AllFinished, CheckFinished, RunFinished
from conformance.events.verdict import Verdict
from conformance.reports.clusters.refused import only_accepts, refusals_text
from conformance.reports.clusters.scope import COMPARING, REFUSING

_WORDS = {
    Verdict.PASS: "conformant",
    Verdict.WAIVED: "conformant, with waivers",
    Verdict.FAIL: "not conformant",
}


def sentence(end: RunFinished | AllFinished, checks: Sequence[CheckFinished] = ()) -> str:
    """``conformant, with 1 warning (arguments)``; ``checks`` are those of the run.

    Where the one thing that fails is that wrong calls are accepted, it says so, whatever that
    decides: the numbers are right.
    """
    text = _WORDS.get(end.verdict, f"could not be decided ({end.verdict})")
    warned = list(dict.fromkeys(event.check for event in checks if event.is_warning))
    if warned:
        warnings = f"{len(warned)} warning{'s' if len(warned) > 1 else ''} ({', '.join(warned)})"
        text += f" and {warnings}" if end.verdict is Verdict.WAIVED else f", with {warnings}"
    if refusing := _only_refuses_nothing(checks):
        but = ", but" if end.verdict is Verdict.FAIL else ";"
        text += f"{but} numerically right; {refusals_text(refusing)}"
    return text if end.complete else f"broken off; {text}"


def _only_refuses_nothing(checks: Sequence[CheckFinished]) -> CheckFinished | None:
    """The check of wrong calls, if it alone fails, and for nothing else than accepting them.

    That the numbers are right must have been asked.
    """
    wrong = [event for event in checks if event.verdict in (Verdict.FAIL, Verdict.ERROR)]
    compared = any(e.check in COMPARING and e.verdict is Verdict.PASS for e in checks)
    if [event.check for event in wrong] == [REFUSING] and compared and only_accepts(wrong[0]):
        return wrong[0]
    return None
