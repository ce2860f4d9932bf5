"""What paths have reached so far; what several paths reach in the same way counts once."""

from dataclasses import dataclass, field, replace

from conformance.sources.calls.site import CallSite, LaunchSite, UnresolvedCall
from conformance.sources.paths.assumptions import Assumptions
from conformance.sources.reading.nodes import Function
from conformance.sources.values.canonical import canonical_text


@dataclass(frozen=True, eq=False)
class Collected:
    """Sites and unresolved calls, with the function in which their paths start."""

    _sites: dict[tuple, CallSite] = field(default_factory=dict)
    _unresolved: dict[tuple, UnresolvedCall] = field(default_factory=dict)
    _starts: dict[tuple, Function] = field(default_factory=dict)

    def add_site(self, site: CallSite, start: Function) -> None:
        """Add a site; with one of the same place, callers and arguments it becomes one site."""
        kernel = site.kernel.place if isinstance(site, LaunchSite) else None
        texts = tuple((a.name, canonical_text(a.value)) for a in site.arguments)
        key = (site.operator, kernel, site.callers, site.place, texts)
        if before := self._sites.get(key):
            site = replace(before, assumptions=_shared(before.assumptions, site.assumptions))
        self._sites[key] = site
        self._starts[key] = start

    def add_unresolved(self, call: UnresolvedCall, start: Function) -> None:
        """Add an unresolved call; with one of the same text, reason and place it becomes one."""
        key = (call.text, call.reason, call.place, start)
        if before := self._unresolved.get(key):
            call = replace(before, assumptions=_shared(before.assumptions, call.assumptions))
        self._unresolved[key] = call
        self._starts[key] = start

    def without(self, starts: set[Function]) -> tuple[list[CallSite], list[UnresolvedCall]]:
        """Everything whose paths start in none of these functions."""
        kept = {key for key, function in self._starts.items() if function not in starts}
        sites = [site for key, site in self._sites.items() if key in kept]
        return sites, [call for key, call in self._unresolved.items() if key in kept]


def _shared(one: Assumptions, other: Assumptions) -> Assumptions:
    return Assumptions({t: a for t, a in one.known.items() if other.known.get(t) == a})
