"""The distinct findings of a check while it goes on, and what waivers say of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from conformance.case import Case
from conformance.events.finding import Finding, Identity, Kind, distinct
from conformance.policy.waivers import Waiver

Key = tuple[Identity, str]
"""What is one finding for a report: its identity, and the id of the waiver that fits it."""


@dataclass
class Seen:
    """A finding, with the cases that show it."""

    finding: Finding
    waiver: Waiver | None = None
    cases: dict[str, Case] = field(default_factory=dict)
    """Cases that were listed or drawn, by their lines."""
    objection: str = ""
    """Why the waiver does not cover it after all."""
    smaller: Case | None = None
    """A case that shows it and that shrinking came across or ended with."""
    shown_by: dict[str, None] = field(default_factory=dict)
    """Lines of all cases that show it, those of shrinking among them."""

    @property
    def fails(self) -> bool:
        """Whether nobody answers for it."""
        return self.waiver is None or bool(self.objection)

    @property
    def remarked(self) -> tuple[Finding, ...]:
        """The finding, after what is to be said of its waiver."""
        if self.waiver is None or not self.objection:
            return (self.finding,)
        return about_waiver(self.objection, self.waiver.id), self.finding


def about_waiver(message: str, waiver: str = "") -> Finding:
    """A finding about the waiver with this id."""
    return Finding("waiver", message, kind=Kind.WAIVER, cause=waiver)


def keyed(
    case: Case, findings: Sequence[Finding], waivers: Sequence[Waiver]
) -> dict[Key, tuple[Finding, Waiver | None]]:
    """The distinct findings of a case, each with the waiver that fits it and lasts longest.

    A waiver that covers the case and fits none of them is a finding as well.
    """
    covering = [waiver for waiver in waivers if waiver.covers(case)]
    found: dict[Key, tuple[Finding, Waiver | None]] = {}
    for finding in distinct(findings):
        fitting = [waiver for waiver in covering if waiver.fits(finding)]
        best = max(fitting, key=lambda waiver: waiver.expires or date.min, default=None)
        found[finding.identity, best.id if best else ""] = finding, best
    for waiver in covering:
        if waiver.some or any(waiver.fits(finding) for finding in findings):
            continue
        what = "passes" if not findings else "does not show the finding"
        says = "fails" if not findings else "does"
        note = f"{what}, but waiver {waiver.id} says that it {says}: remove the waiver"
        finding = about_waiver(note, waiver.id)
        found[finding.identity, ""] = finding, None
    return found


class Findings:
    """All that was seen of a check, in the order in which it came up."""

    def __init__(self, waivers: Sequence[Waiver]) -> None:
        self.waivers = waivers
        self._seen: dict[Key, Seen] = {}

    def __getitem__(self, key: Key) -> Seen:
        return self._seen[key]

    def __contains__(self, key: Key) -> bool:
        return key in self._seen

    def add(self, case: Case, findings: Sequence[Finding], listed: bool = True) -> list[Key]:
        """Keep what a case shows; returns the keys that nobody answers for.

        A case that is not ``listed`` is one that shrinking made.
        """
        failing = []
        for key, (finding, waiver) in keyed(case, findings, self.waivers).items():
            if key in self._seen:
                self._seen[key].shown_by.setdefault(str(case))
            if not listed and (key in self._seen or waiver or finding.kind is Kind.WAIVER):
                continue
            first = Seen(finding, waiver, shown_by={str(case): None})
            seen = self._seen.setdefault(key, first)
            if listed:
                seen.cases.setdefault(str(case), case)
            else:
                seen.smaller = case
            if waiver:
                seen.objection = _objection(waiver)
            if seen.fails:
                failing.append(key)
        return failing

    def settle(self) -> None:
        """Object to waivers that fit more than the one finding that they may cover."""
        for waiver in self.waivers:
            own = [seen for seen in self._seen.values() if seen.waiver is waiver]
            if open_in := _open_in(waiver, own):
                note = (
                    f"waiver {waiver.id} fits {len(own)} findings with another {open_in}:"
                    f" say which {open_in} it means"
                )
                for seen in own:
                    seen.objection = seen.objection or note

    def failing(self) -> Iterator[tuple[Key, Seen]]:
        """What nobody answers for; it may grow meanwhile."""
        for key, seen in list(self._seen.items()):
            if seen.fails:
                yield key, seen

    def waived(self) -> Iterator[Seen]:
        """What a waiver covers."""
        return (seen for seen in self._seen.values() if not seen.fails)


def _objection(waiver: Waiver) -> str:
    """Why a waiver covers nothing, whatever it says; empty for one that does."""
    if waiver.unfilled:
        return f"waiver {waiver.id} is not filled in: {', '.join(waiver.unfilled)} missing"
    if waiver.expires is not None and waiver.expires < date.today():
        return f"waiver {waiver.id} expired on {waiver.expires}"
    return ""


def _open_in(waiver: Waiver, own: Sequence[Seen]) -> str:
    """The first field that a waiver leaves empty and in which its findings differ, if any."""
    for name in ("about", "kind", "line"):
        if not getattr(waiver, name) and len({getattr(s.finding, name) for s in own}) > 1:
            return name
    if not waiver.cause:
        for number, seen in enumerate(own):
            for other in own[number + 1 :]:
                alike = seen.finding.identity[:3] == other.finding.identity[:3]
                if alike and seen.cases.keys() & other.cases.keys():
                    return "cause"
    return ""
