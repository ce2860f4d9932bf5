"""Who answers, in which way, and whether rightly: before anybody is timed."""

from collections.abc import Callable, Sequence

from conformance.case import Case
from conformance.contract import Contract
from conformance.events.finding import Finding
from conformance.measuring.told import Standing, Told
from conformance.measuring.worker.emulated import emulating, wants_lockstep
from conformance.measuring.worker.entrants import Entrant
from conformance.measuring.worker.judging import findings_of, small_enough, special_cases
from conformance.measuring.worker.place import Place

Survive = Callable[[str], None]
"""Raises if the device is lost; the name is that of who ran last."""


class Answers:
    """Has answers judged. ``tell`` gets what is found; ``looked``: somebody wants to know."""

    def __init__(
        self,
        contract: Contract,
        place: Place,
        tell: Callable[[Told], None],
        survive: Survive,
        looked: bool,
    ) -> None:
        self._contract, self._place = contract, place
        self._tell, self._survive, self._looked = tell, survive, looked
        self.emulated: set[str] = set()
        """Those whose kernels are emulated here."""
        self._plain: set[str] = set()
        self._special_seen: set[str] = set()

    def look(self, number: int, case: Case, entrant: Entrant) -> bool:
        """Whether somebody answers the case of a point at all. What is found wrong is told."""
        name = entrant.name
        self._try_lockstep(case, entrant)
        if not self._looked or not small_enough(self._contract, case):
            large = "its arguments are too large for the oracle"
            why = large if self._looked else "nobody asked for it"
            self._tell(Standing(name, None, why, number))
            return True
        answering = emulating(entrant) if name in self.emulated else entrant
        found = self._found(case, answering)
        self._tell(Standing(name, not found, text_of(found), number))
        if name not in self._special_seen:
            self._special_seen.add(name)
            self._look_at_special(case, answering)
        return not any(finding.about == "call" for finding in found)

    def _try_lockstep(self, case: Case, entrant: Entrant) -> None:
        known = self.emulated | self._plain
        if self._place.emulates and entrant.name not in known:
            wants = wants_lockstep(self._contract, case, entrant)
            (self.emulated if wants else self._plain).add(entrant.name)

    def _look_at_special(self, case: Case, entrant: Entrant) -> None:
        found: list[Finding] = []
        # Who brings a layout of its own lays out what a step of serving has, no other scene.
        for special in special_cases(self._contract, case, scenes=not entrant.leaves_out):
            found += self._found(special, entrant)
        self._tell(Standing(entrant.name, not found, text_of(found)))

    def _found(self, case: Case, entrant: Entrant) -> list[Finding]:
        found = findings_of(self._contract, case, entrant, self._place.torch_device)
        self._survive(entrant.name)
        return found


def text_of(findings: Sequence[Finding]) -> str:
    """The first finding on one line."""
    if not findings:
        return ""
    first = findings[0]
    got = f": got {first.got}" if first.got else ""
    wanted = f", wanted {first.wanted}" if first.wanted else ""
    return f"{first.about}: {first.message}{got}{wanted}"
