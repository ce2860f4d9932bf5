"""Results that are looked at again some time after the call, for nobody may write to them then."""

from collections import deque
from dataclasses import dataclass, field
from time import monotonic, sleep

import torch

from conformance.case import Case
from conformance.events.finding import Finding, Kind
from conformance.execution.trial import Trial
from conformance.tensors.dtypes import same_bits
from conformance.tensors.returned import Span

LATER = "later"
"""The cause of a finding about a result that changed after the call."""
SECONDS = 0.045
"""How long after a call its result is looked at again."""
TOGETHER = 3
"""After how many times that long at most; several are looked at in one go."""
MOST_BYTES = 1 << 26
"""Bytes of results that are kept for that."""


@dataclass
class _Waiting:
    trial: Trial
    since: float
    values: dict[str, torch.Tensor]
    """The outputs to look at, as they were when the call returned."""
    spans: dict[str, Span]
    size: int

    def leave_out(self, spans: list[Span]) -> None:
        """A later call was given, or returned, this memory: what it does there is its right."""
        for name, own in self.spans.items():
            if any(own[0] < last and first < own[1] for first, last in spans):
                self.values.pop(name, None)


@dataclass
class LateWrites:
    """Watches the results of calls. ``found`` are changes, each with the case of its call."""

    found: list[tuple[Case, Finding]] = field(default_factory=list)
    _waiting: deque[_Waiting] = field(default_factory=deque)
    _bytes: int = 0

    def add(self, trial: Trial) -> None:
        """Keep the result of a call that has just returned."""
        own = [tensor.span for tensor in trial.returned.values()]
        spans = [span for span in (*own, *trial.outcome.spans) if span[0] < span[1]]
        for earlier in self._waiting:
            earlier.leave_out(spans)
        returned = {n: t for n, t in trial.returned.items() if t.value is not None}
        places = {name: tensor.span for name, tensor in returned.items()}
        values = {name: t.value for name, t in returned.items() if t.value is not None}
        size = sum(value.nbytes for value in values.values())
        waiting = _Waiting(trial, monotonic(), values, places, size)
        waiting.leave_out(list(trial.outcome.spans))
        if waiting.values:
            self._waiting.append(waiting)
            self._bytes += waiting.size

    def look(self) -> None:
        """Look at those whose time has come, several at once, and at the oldest of too many."""
        if not self._waiting:
            return
        now = monotonic()
        due = []
        if self._waiting[0].since + TOGETHER * SECONDS <= now or self._bytes > MOST_BYTES:
            while self._waiting and (
                self._waiting[0].since + SECONDS <= now or self._bytes > MOST_BYTES
            ):
                due.append(self._waiting.popleft())
                self._bytes -= due[-1].size
        self._look(due)

    def settle(self) -> None:
        """Wait until the time of all has come, and look at them."""
        if self._waiting:
            sleep(max(0.0, self._waiting[-1].since + SECONDS - monotonic()))
        due = list(self._waiting)
        self.forget()
        self._look(due)

    def take(self) -> list[tuple[Case, Finding]]:
        """What was found since the last time."""
        found, self.found = self.found, []
        return found

    def forget(self) -> None:
        """Look at nothing of what is kept."""
        self._waiting.clear()
        self._bytes = 0

    def _look(self, due: list[_Waiting]) -> None:
        kept = [each for each in due if each.values and each.trial.outcome.kept is not None]
        if not kept:
            return
        results = [each.trial.outcome.kept for each in kept if each.trial.outcome.kept]
        for waiting, now in zip(kept, results[0].look_at_all(results), strict=True):
            if now is not None:
                self._compare(waiting, waiting.trial.looked_again(now))

    def _compare(self, waiting: _Waiting, now: dict[str, torch.Tensor]) -> None:
        for name, before in waiting.values.items():
            after = now.get(name)
            if (
                after is None
                or (after.shape, after.dtype) != (before.shape, before.dtype)
                or not same_bits(after, before)
            ):
                message = "changed after the call had returned"
                finding = Finding(name, message, kind=Kind.CHANGED, cause=LATER)
                self.found.append((waiting.trial.case, finding))
