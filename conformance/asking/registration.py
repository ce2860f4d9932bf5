"""A registered operator that can be asked: what runs beside the process in which it is."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from time import monotonic
from typing import Any

from conformance.asking.decided import finding_of, is_own
from conformance.asking.driver import driver_of
from conformance.asking.exploration import failure_of
from conformance.asking.remote.died import EndedFromOutside, SubjectDied
from conformance.asking.remote.subject import RemoteSubject
from conformance.asking.seen import Findings
from conformance.asking.validated import validated
from conformance.case import Case
from conformance.catalogue.operators import find_operator
from conformance.checks.listing import Listed, find_listed, listed_of_registrations
from conformance.events.events import CaseStarted, CheckFinished, Event, Failure, Judged, Ready
from conformance.events.finding import Finding, Kind, distinct
from conformance.events.request import Registration, Request
from conformance.events.verdict import SubjectUnsupported, Verdict
from conformance.policy.subject_name import SubjectName
from conformance.policy.waivers import load_waivers

MOST_DEATHS = 2
MOST_FAILURES = 12
ISOLATION = (
    "what a registration does is looked at in the process in which it is registered: a file that "
    "means harm can hide it"
)
CRASHED = (
    "the kernel ended its process at a call that its schema allows: give a call with "
    "--example FILE.py:ARGUMENTS, or a contract with --contract"
)


class RegistrationRunner:
    """A registered operator on a device; see :class:`~conformance.asking.runner.SubjectRunner`."""

    def __init__(
        self,
        request: Request,
        emit: Callable[[Event], None],
        remote: RemoteSubject,
        heard: Callable[[Failure], None] = lambda failure: None,
    ) -> None:
        assert request.registration is not None
        if request.registration.contract:
            validated(find_operator(request.registration.contract))
        self.request, self._emit, self._heard, self._remote = request, emit, heard, remote
        self.wanted: Registration = request.registration
        self.waivers = load_waivers(map(Path, request.waivers), request.shipped_waivers)
        profile = asdict(request.profile)
        self._there = remote.load_registration(
            request,
            {
                "wanted": asdict(self.wanted), "imports": request.imports, "profile": profile,
                "seed": request.seed, "base": "", "no_calls": "",
            },
        )  # fmt: skip
        self._checked = self._there.checked
        if not self._there.has_calls:
            self._find_calls()

    def _find_calls(self) -> None:
        try:
            found = self._order({"find": True})
        except SubjectDied:
            self._remote.remember(no_calls=CRASHED)
            return
        line, why = str(found.get("found", "")), str(found.get("why", ""))
        self._remote.remember(base=line, no_calls=why)

    def ready(self) -> Ready:
        """What there is to say once the operator is there."""
        there = self._there
        return Ready(
            self.wanted.operator,
            there.schema,
            there.mode,
            {check.id: check.question for check in listed_of_registrations()},
            there.origin or self.request.imports or "torch",
            there.execution,
            stood_in=there.stood_in,
            driver=driver_of(there.torch_device),
            judged=Judged(),
            isolation=ISOLATION,
            remarks=self._remarks(),
        )

    def _remarks(self) -> tuple[str, ...]:
        """What torch's own check says; ``quick`` leaves it out, since it takes a second."""
        if self.request.profile.binaries == "none":
            return ()
        try:
            return (str(self._order({"opcheck": True}).get("said", ""))[:500],)
        except SubjectDied as died:
            return (f"opcheck: the process {died.told}"[:500],)

    def ask(self, check_id: str) -> CheckFinished:
        """The verdict of one check."""
        check, begin = find_listed(check_id), monotonic()
        try:
            listed = self._order({"check": check_id, "cases": True})
            if "lacks" in listed:
                reason = str(listed["lacks"])[:2000]
                return CheckFinished(check_id, check.question, Verdict.UNSUPPORTED, reason=reason)
            lines = [str(line) for line in listed["cases"]]
            return self._asked(check, lines, self._waivers(check_id))
        except SubjectDied as died:
            return _undecided(check, f"listing calls: {died.told}", monotonic() - begin)
        except Exception as error:  # the suite's own fault must never look like the operator's
            return _undecided(check, f"{type(error).__name__}: {error}", monotonic() - begin)

    def replay(self, line: str) -> CheckFinished:
        """The verdict of one case, without waivers."""
        return self._asked(find_listed(Case.parse(line).check), [line], [], alone=True)

    def _waivers(self, check_id: str) -> list[Any]:
        name = SubjectName(self.wanted.operator)
        if package := self.request.imports.partition("==")[0]:
            name = SubjectName(
                self.request.imports, package, self.request.imports.partition("==")[2]
            )
        operator, device = self.wanted.operator, self.request.device
        return [each for each in self.waivers if each.concerns(operator, name, check_id, device)]

    def _asked(
        self, check: Listed, lines: list[str], waivers: list[Any], alone: bool = False
    ) -> CheckFinished:
        begin, findings, deaths, decided = monotonic(), Findings(waivers), 0, 0
        refused = ""
        for number, line in enumerate(lines, 1):
            self._emit(CaseStarted(check.id, line, number))
            case = Case.parse(line)
            try:
                answer = self._decided(check.id, line)
            except EndedFromOutside as outside:
                return _undecided(check, str(outside), monotonic() - begin)
            except SubjectDied as died:
                if not self._checked:
                    refused = f"{died.told}, at a call that only its schema allows"
                    deaths += 1
                else:
                    self._take(findings, case, [finding_of(died)])
                    deaths, decided = deaths + 1, decided + 1
                if deaths >= MOST_DEATHS:
                    break
                continue
            if "unsupported" in answer:
                reason = str(answer["unsupported"])[:2000]
                if not any(True for _ in findings.failing()):
                    return CheckFinished(
                        check.id, check.question, Verdict.UNSUPPORTED, number,
                        monotonic() - begin, reason,
                    )  # fmt: skip
                break
            if "refused" in answer:
                refused = str(answer["refused"])[:2000]
                continue
            decided += 1
            self._take(findings, case, [Finding.from_dict(each) for each in answer["findings"]])
        findings.settle()
        return _told(check, findings, decided, len(lines), refused, monotonic() - begin)

    def _take(self, findings: Findings, case: Case, found: list[Finding]) -> None:
        for key in findings.add(case, distinct(found)):
            self._heard(failure_of(findings[key]))

    def _decided(self, check_id: str, line: str) -> dict[str, Any]:
        what = {"check": check_id, "case": line}
        try:
            return self._order(what)
        except SubjectDied as died:
            if is_own(died):
                raise
            again = self._repeated(what, died)
            if isinstance(again, SubjectDied):
                raise again from None
            raise EndedFromOutside(
                f"the subject's process {died.ending.how}, by whomever; asked again, the same case "
                "is answered"
            ) from None

    def _repeated(self, what: dict[str, Any], died: SubjectDied) -> Any:
        try:
            return self._order(what)
        except SubjectDied as again:
            return again if again.ending.how == died.ending.how or is_own(again) else None

    def _order(self, what: dict[str, Any]) -> dict[str, Any]:
        try:
            return self._remote.order("registration", what, self.request.limits.call_seconds)
        except SubjectUnsupported as lack:
            return {"unsupported": str(lack)}


def _undecided(check: Listed, reason: str, seconds: float) -> CheckFinished:
    return CheckFinished(check.id, check.question, Verdict.ERROR, 0, seconds, reason)


def _told(
    check: Listed, findings: Findings, decided: int, asked: int, refused: str, seconds: float
) -> CheckFinished:
    failures = [failure_of(seen) for _, seen in findings.failing()][:MOST_FAILURES]
    waived = [failure_of(seen) for seen in findings.waived()]
    reason = ""
    if failures:
        verdict = Verdict.FAIL
        died = [f.finding.message for f in failures if f.finding.kind is Kind.DIED]
        reason = died[0] if died else ""
    elif waived:
        verdict = Verdict.WAIVED
    elif decided:
        verdict = Verdict.PASS
    else:
        verdict, reason = Verdict.UNSUPPORTED, refused or "there is no call to ask"
    return CheckFinished(
        check.id, check.question, verdict, asked, seconds, reason, (*failures, *waived)
    )
