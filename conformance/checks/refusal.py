"""When does an exception count as a clear refusal?"""

from conformance.execution.bench import Trial

REFUSALS = {"ValueError", "TypeError", "NotImplementedError", "RuntimeError"}
"""Exceptions that count as a clear refusal if they say anything."""


def refused(trial: Trial) -> bool:
    """Whether the subject refused the call clearly: by a fitting exception with a message."""
    raised = trial.outcome.raised
    if raised is None or raised.unsupported:
        return False
    return raised.type in REFUSALS and raised.message != "no message"
