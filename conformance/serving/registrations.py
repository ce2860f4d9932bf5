"""Carries out the judge's orders about a registered operator."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from conformance.case import Case
from conformance.catalogue.devices import Device
from conformance.events.finding import Finding
from conformance.events.request import Profile, Registration
from conformance.events.verdict import NotSupported
from conformance.registrations.effort import Effort
from conformance.registrations.examination import Surroundings, implied, look_for_calls, opened
from conformance.registrations.examined import CallRefused, Examined
from conformance.registrations.importing import Imported
from conformance.registrations.opcheck import opcheck_line

Order = dict[str, Any]
_NOTHING = {"schema": "", "calls": True, "checked": True, "stood_in": [], "origin": "", "mode": ""}
MOST_CASES = 400
"""Calls of one check."""


class RegistrationServer:
    """One registered operator at a time; what was imported stays imported."""

    def __init__(self) -> None:
        self.surroundings = Surroundings()
        self._examined: Examined | None = None
        self._listed: Imported | None = None
        self._place = ""

    def load(self, what: Order, device: Device) -> Order:
        """Import and find the operator. Raises what :func:`opened` raises."""
        if what["wanted"] is None:
            self._listed = self.surroundings.importing(what["imports"])
            return {**_NOTHING, "execution": self._listed.execution}
        effort = Effort.of(Profile(**what["profile"]), int(what["seed"]))
        wanted = Registration(**what["wanted"])
        examined = opened(wanted, what["imports"], device, effort, self.surroundings)
        if what["base"]:
            examined.calls = implied(examined.registered, Case.parse(what["base"]))
        elif what["no_calls"]:
            examined.no_calls = what["no_calls"]
        imported = examined.imported
        self._examined = examined
        self._place = imported.registered.get(wanted.operator, "") if imported else ""
        return {
            "schema": str(examined.registered.schema),
            "calls": examined.calls is not None,
            "checked": examined.calls is not None and examined.calls.checked,
            "execution": "emulated" if imported and imported.device else "",
            "mode": examined.device.mode,
            "stood_in": list(imported.stood_in) if imported else [],
            "origin": self._place,
        }

    def order(self, what: Order) -> Order:
        """``find`` looks for calls, ``cases`` lists those of a check, ``case`` asks one,
        ``opcheck`` asks torch."""
        from conformance.checks.registration.registry import find_registration_check

        if "list" in what:
            assert self._listed is not None, "load comes first"
            return _list(self._listed)
        examined = self._examined
        assert examined is not None, "load comes first"
        if "find" in what:
            return {"found": look_for_calls(examined), "why": examined.no_calls}
        if "opcheck" in what:
            return {"said": opcheck_line(examined)}
        check = find_registration_check(what["check"])
        if "cases" in what:
            if lack := check.lacks(examined):
                return {"lacks": lack}
            cases = (replace(case, check=check.id) for case in check.cases(examined))
            return {"cases": list(dict.fromkeys(map(str, cases)))[:MOST_CASES]}
        return _decided(lambda: check.decide(examined, Case.parse(what["case"])), self._place)


def _list(imported: Imported) -> Order:
    return {
        "operators": list(imported.operators),
        "modules": list(imported.modules),
        "execution": imported.execution,
        "stood_in": list(imported.stood_in),
        "missing": dict(imported.missing),
    }


def _decided(decide: Callable[[], list[Finding]], place: str) -> Order:
    """What a check says; where it names no line, that of the registration is meant."""
    try:
        found = [replace(each, line=each.line or place) for each in decide()]
        return {"findings": [finding.as_dict() for finding in found]}
    except CallRefused as refused:
        return {"refused": str(refused)}
    except NotSupported as lack:
        return {"unsupported": str(lack)}
