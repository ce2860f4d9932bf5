"""Annotations of a pull request on GitHub: a workflow command for each cause."""

from collections.abc import Iterator, Sequence

from conformance.events.events import Event
from conformance.reports.clusters import Cluster
from conformance.reports.documents.places import place_of
from conformance.reports.documents.told_run import ToldRun, told_runs
from conformance.reports.failure import Origin, replay_command
from conformance.reports.foreign import printable
from conformance.reports.text.cause import seen_text


def as_github(events: Sequence[Event]) -> str:
    """A workflow command a line: causes as errors, or as warnings where they decide nothing."""
    return "".join(f"{line}\n" for told in told_runs(events) for line in _commands(told))


def _commands(told: ToldRun) -> Iterator[str]:
    for cluster in told.clusters:
        level = "warning" if cluster.warning else "error"
        place = place_of(cluster, told)
        where = {"file": place.file, "line": str(place.line)} if place else {}
        title = f"{told.run.operator}: {cluster.about}"
        yield command(level, {**where, "title": title}, _message(cluster, told))
    for event in told.undecided:
        title = f"{told.run.operator}: {event.check} could not be decided"
        yield command("error", {"title": title}, event.reason or "ERROR")


def _message(cluster: Cluster, told: ToldRun) -> str:
    lines = [cluster.message, cluster.condition, f"seen {seen_text(cluster)}"]
    if cluster.failure.case:
        lines.append(replay_command(cluster.failure.case, Origin.of(told.run)))
    return "\n".join(filter(None, lines))


def command(name: str, properties: dict[str, str], message: str) -> str:
    """A workflow command: ``::error file=k.py,line=3,title=T::message``.

    Text of others starts no command of its own: line ends, ``:`` and ``,`` are escaped as the
    runner unescapes them.
    """
    words = ",".join(f"{key}={_property(value)}" for key, value in properties.items() if value)
    return f"::{name}{' ' + words if words else ''}::{_data(printable(message))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(printable(text)).replace(":", "%3A").replace(",", "%2C")
