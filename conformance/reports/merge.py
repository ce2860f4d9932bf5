"""Several logs as one."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from conformance.events.events import (
    AllFinished,
    CheckFinished,
    CheckStarted,
    Event,
    Ready,
    RunFinished,
    RunStarted,
)
from conformance.events.identity import RunIdentity, new_id, now
from conformance.events.verdict import Verdict
from conformance.runs.run import verdict_of


def by_run(events: Iterable[Event]) -> dict[str, list[Event]]:
    """The events of each run, by its id, in the order in which they first come."""
    runs: dict[str, list[Event]] = {}
    for event in events:
        runs.setdefault(event.run.id, []).append(event)
    return runs


def merge(logs: Sequence[list[Event]]) -> list[Event]:
    """The runs of all logs one after the other, each once, and what they come to together.

    Of a run that stands in several logs the longest account is taken: a log may have been copied
    while the run went on. The ends of families stay behind their runs. The last event is the end
    of everything; its seconds are those of all runs together.
    """
    runs: dict[str, list[Event]] = {}
    families: dict[str, AllFinished] = {}
    for log in logs:
        for run, events in by_run(log).items():
            ends = [event for event in events if isinstance(event, AllFinished)]
            if ends:
                families[run] = max([*ends, families.get(run, ends[0])], key=_complete)
            elif len(events) > len(runs.get(run, ())):
                runs[run] = events
    accounts = [_Account.of(events) for events in runs.values()]
    merged: list[Event] = []
    for position, account in enumerate(accounts):
        merged += account.events
        family = account.run.family
        later = {other.run.family for other in accounts[position + 1 :]}
        if family in families and family not in later:
            merged.append(families[family])
    own = [families[f] for f in dict.fromkeys(a.run.family for a in accounts) if f in families]
    merged.append(_end(accounts, own))
    return merged


def told(merged: list[Event]) -> list[Event]:
    """What a terminal shows of merged logs: every run, and the end of everything."""
    hidden = (CheckStarted, AllFinished)
    return [event for event in merged[:-1] if not isinstance(event, hidden)] + merged[-1:]


@dataclass(frozen=True)
class _Account:
    """What a log says of one run."""

    run: RunIdentity
    events: list[Event]
    subject: str
    seed: int
    verdict: Verdict
    seconds: float
    complete: bool
    troubles: tuple[str, ...]

    @classmethod
    def of(cls, events: list[Event]) -> "_Account":
        run = events[0].run
        ready = next((event for event in events if isinstance(event, Ready)), None)
        start = next((event for event in events if isinstance(event, RunStarted)), None)
        end = next((event for event in events if isinstance(event, RunFinished)), None)
        checks = [event for event in events if isinstance(event, CheckFinished)]
        return cls(
            run,
            events,
            ready.subject if ready else run.subject or "its own",
            start.seed if start else 0,
            end.verdict if end else verdict_of([v for c in checks if (v := c.decides)], False),
            end.seconds if end else sum(check.seconds for check in checks),
            end is not None and end.complete,
            end.troubles if end else (),
        )


_LABELS: tuple[Callable[[_Account], str], ...] = (
    lambda a: a.run.operator,
    lambda a: f"{a.run.operator}, {a.subject}",
    lambda a: f"{a.run.operator}, {a.subject} on {a.run.device}",
    lambda a: f"{a.run.operator}, {a.subject} on {a.run.device}, seed {a.seed}",
    lambda a: f"{a.run.operator}, {a.subject} on {a.run.device}, run {a.run.id}",
)
"""What names a run, in as many words as it takes to tell all runs apart."""


def _end(accounts: list[_Account], families: list[AllFinished]) -> AllFinished:
    labels = next(
        labels
        for label in _LABELS
        if len(set(labels := [label(account) for account in accounts])) == len(accounts)
    )
    operators = {label: a.verdict for label, a in zip(labels, accounts, strict=True)}
    not_started = dict.fromkeys(name for family in families for name in family.not_started)
    operators |= {name: Verdict.NOT_RUN for name in not_started if name not in operators}
    ended = {family.run.id for family in families if family.complete}
    complete = bool(accounts) and all(
        a.complete and (not a.run.family or a.run.family in ended) for a in accounts
    )
    return AllFinished(
        verdict_of(list(operators.values()), complete),
        operators,
        sum(account.seconds for account in accounts),
        complete,
        tuple(not_started),
        tuple(dict.fromkeys(trouble for a in accounts for trouble in a.troubles)),
        run=RunIdentity(new_id(), ""),
        time=now(),
    )


def _complete(event: AllFinished) -> bool:
    return event.complete
