"""Mistakes that the writer of a contract can make, found before it is asked."""

from conformance.contract.validation.validate import validate

__all__ = ["validate"]
