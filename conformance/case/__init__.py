"""Cases: compact, printable, shrinkable, replayable anywhere."""

from conformance.case.case import Case, CaseError, TensorSpec

__all__ = ["Case", "CaseError", "TensorSpec"]
