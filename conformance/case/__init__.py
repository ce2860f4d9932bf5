"""Cases: compact, printable, shrinkable, replayable anywhere."""

from conformance.case.case import ABSENT, Case, CaseError, TensorSpec
from conformance.case.sizes import size_text

__all__ = ["ABSENT", "Case", "CaseError", "TensorSpec", "size_text"]
