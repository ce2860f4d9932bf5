"""The suite from Python: ``check`` a subject, get a report; ``replay`` a case."""

from conformance.api.check import check
from conformance.api.planned import planned
from conformance.api.replay import replay
from conformance.api.report import Report, report

__all__ = ["Report", "check", "planned", "replay", "report"]
