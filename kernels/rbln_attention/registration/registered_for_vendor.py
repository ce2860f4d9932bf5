"""Importing this module registers our implementations under the vendor's names."""

from .vendor_namespace import register

REGISTERED = register()
"""The names of the operators that were registered."""
